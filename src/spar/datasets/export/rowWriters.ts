import type { Format, Row } from './formats';
import type { OutputFile } from './outputFiles';
import type { ParquetRows } from './parquetRows';

/** Writes the rows of one file in its form. */
export interface RowWriter {
  /** As many rows as `encoder` gives them, one after the other. The bytes are free again afterwards. */
  addBytes(bytes: Buffer, rows: number): Promise<void>;
  finish(): Promise<void>;
}

/** Characters that JSON allows raw but that some readers take for the end of a line, or drop. */
const fragile = /[\u0085\u2028\u2029\ufeff]/gu;

/** A row as one line of JSON, its columns in their own order. */
export function rowText(row: Row): string {
  return jsonText(row);
}

export function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(
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
      return new TextRows(file);
    case 'csv': {
      await file.write(Buffer.from(csvLine(columns), 'utf8'));
      return new TextRows(file);
    }
    case 'parquet': {
      // Loaded only where Parquet is wanted.
      const { ParquetRows } = await import('./parquetRows');
      const rows: ParquetRows = new ParquetRows(file, columns);
      return rows;
    }
  }
}

/** What writes a row as it goes into the file and, on the way there, into a temporary one. */
export function encoder(ending: Format['ending']): (row: Row) => string {
  return ending === 'csv' ? (row) => csvLine(Object.values(row).map(cellText)) : (row) => `${rowText(row)}\n`;
}

/** A sidecar's line. */
export function metaText(meta: Row): string {
  return `${rowText(meta)}\n`;
}

/** Rows that stand in the file as they were encoded. */
export class TextRows implements RowWriter {
  constructor(private readonly file: OutputFile) {}

  async addBytes(bytes: Buffer, rows: number): Promise<void> {
    this.file.rows = (this.file.rows ?? 0) + rows;
    await this.file.write(bytes);
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
