import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Row } from './formats';
import type { OutputFile } from './outputFiles';
import type { RowWriter } from './rowWriters';

/** A row group is closed at either bound: readers hold one in memory at a time. */
const groupRows = 10_000;
const groupCharacters = 32 << 20;

/** Columns that are lists of `{ role, content }`, as Hugging Face's loader reads conversations. */
export class ParquetRows implements RowWriter {
  private readonly bytes = new ByteWriter();
  private readonly parquet: ParquetWriter;
  private rows: Row[] = [];
  private characters = 0;

  constructor(
    private readonly file: OutputFile,
    private readonly columns: readonly string[],
  ) {
    this.parquet = new ParquetWriter({ writer: this.bytes, schema: schemaOf(columns), createdBy: 'spar' });
  }

  async addBytes(bytes: Buffer): Promise<void> {
    for (const text of bytes.toString('utf8').split('\n')) {
      if (text === '') continue;
      this.rows.push(JSON.parse(text) as Row);
      this.characters += text.length;
      if (this.rows.length >= groupRows || this.characters >= groupCharacters) await this.closeGroup();
    }
  }

  async finish(): Promise<void> {
    await this.closeGroup();
    await this.parquet.finish();
    await this.drain();
  }

  private async closeGroup(): Promise<void> {
    const { rows } = this;
    if (rows.length === 0) return;
    this.rows = [];
    this.characters = 0;
    const columnData = this.columns.map((name) => ({
      name,
      data: rows.map((row) => row[name]),
      statistics: false,
    }));
    await this.parquet.write({ columnData, rowGroupSize: rows.length });
    this.file.rows = (this.file.rows ?? 0) + rows.length;
    await this.drain();
  }

  private async drain(): Promise<void> {
    await this.file.write(Buffer.from(this.bytes.getBytes()));
    this.bytes.index = 0;
  }
}

type SchemaElement = ConstructorParameters<typeof ParquetWriter>[0]['schema'][number];

function schemaOf(columns: readonly string[]): SchemaElement[] {
  return [{ name: 'schema', num_children: columns.length }, ...columns.flatMap(turnsColumn)];
}

function turnsColumn(name: string): SchemaElement[] {
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'OPTIONAL', num_children: 2 },
    textLeaf('role'),
    textLeaf('content'),
  ];
}

function textLeaf(name: string): SchemaElement {
  return { name, type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL', converted_type: 'UTF8' };
}
