import type { Format, Row } from './formats';
import type { OutputFile } from './outputFiles';
import type { ParquetRows } from './parquetRows';

/** Writes the rows of one file in its form. */
export interface RowWriter {
  /** `text` is the row as `rowText` gives it. */
  add(text: string): Promise<void>;
  finish(): Promise<void>;
}

/** Characters that JSON allows raw but that some readers take for the end of a line, or drop. */
const fragile = /[\u0085\u2028\u2029\ufeff]/gu;

/** A row as one line of JSON, its columns in their own order. */
export function rowText(row: Row): string {
  return JSON.stringify(row).replace(
    fragile,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** @param columns Names in order, for forms that have a heading. */
export async function rowWriter(
  ending: Format['ending'],
  file: OutputFile,
  columns: readonly string[],
): Promise<RowWriter> {
  file.rows = 0;
  switch (ending) {
    case 'jsonl':
      return new LineRows(file);
    case 'csv': {
      await file.add(csvLine(columns));
      return new CsvRows(file, columns);
    }
    case 'parquet': {
      // Loaded only where Parquet is wanted.
      const { ParquetRows } = await import('./parquetRows');
      const rows: ParquetRows = new ParquetRows(file, columns);
      return rows;
    }
  }
}

class LineRows implements RowWriter {
  constructor(private readonly file: OutputFile) {}

  async add(text: string): Promise<void> {
    this.file.rows = (this.file.rows ?? 0) + 1;
    await this.file.add(`${text}\n`);
  }

  async finish(): Promise<void> {
    await Promise.resolve();
  }
}

class CsvRows implements RowWriter {
  constructor(
    private readonly file: OutputFile,
    private readonly columns: readonly string[],
  ) {}

  async add(text: string): Promise<void> {
    const row = JSON.parse(text) as Row;
    this.file.rows = (this.file.rows ?? 0) + 1;
    await this.file.add(csvLine(this.columns.map((column) => cellText(row[column]))));
  }

  async finish(): Promise<void> {
    await Promise.resolve();
  }
}

function cellText(value: unknown): string {
  return typeof value === 'string' ? value : rowText(value as Row);
}

/** RFC 4180, but lines end with LF alone, as everywhere in an export. Every cell is quoted, so a text is never a number. */
function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
}
