import { closeSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { LogError, toLogError } from '../log/logError';
import type { RecordPlace } from './fold';
import { makeColumns, nextCapacity, none, resized, type ColumnSpec } from './table/columns';

/** A line about a record as it was written, without its end. */
export interface WrittenLine {
  readonly text: string;
  /** Null for a line that is in no file. */
  readonly place: RecordPlace | null;
}

export interface TextSource {
  /** Where lines that are not kept are read again; by default all are kept. */
  readonly file?: string | null;
  /** Bytes that are kept; 64 MiB by default. */
  readonly mostKept?: number;
}

const mostKeptBytes = 64 << 20;
const firstChunkBytes = 1 << 12;
const chunkBytes = 1 << 20;

const spec = {
  /** In the file; NaN for a line that is in none. */
  offset: 'f64',
  /** There, a byte order mark included. */
  length: 'u32',
  checksum: 'u32',
  /** Where it is kept; `none` for a line that is not. */
  chunk: 'u32',
  start: 'u32',
  keptLength: 'u32',
  /** The line about the same record that came before; `none` for the first. */
  previous: 'u32',
} as const satisfies ColumnSpec;

/**
 * The texts of lines about records, by the number in which they came. They are bytes and places, since objects for what
 * was said of a million records take gigabytes, and what was said of each may be long.
 */
export class AboutTexts {
  private columns = makeColumns(spec, 16);
  private capacity = 16;
  private count = 0;
  private readonly chunks: Buffer[] = [];
  /** Bytes used of the last chunk. */
  private used = 0;
  private keptBytes = 0;
  private readonly mostKept: number;
  private readonly stretch: FileStretch | null;

  constructor({ file = null, mostKept = mostKeptBytes }: TextSource = {}) {
    this.stretch = file === null ? null : new FileStretch(file);
    this.mostKept = mostKept;
  }

  /** The number of the line. */
  add({ text, place }: WrittenLine, previous: number): number {
    const line = this.count;
    this.reserve(line + 1);
    this.count += 1;
    const { columns } = this;
    columns.previous[line] = previous;
    columns.offset[line] = place?.offset ?? Number.NaN;
    columns.length[line] = place?.length ?? 0;
    columns.chunk[line] = none;
    if (this.stretch === null || place === null || this.keptBytes < this.mostKept) this.keep(line, text);
    else columns.checksum[line] = crc32(text);
    return line;
  }

  /** `none` for the first line about a record. */
  previous(line: number): number {
    return this.columns.previous[line] ?? none;
  }

  bytesOf(line: number): number {
    return this.columns.chunk[line] === none
      ? (this.columns.length[line] ?? 0)
      : (this.columns.keptLength[line] ?? 0);
  }

  /** @throws LogError, `changed` where the file holds other bytes by now. */
  text(line: number): string {
    const { columns } = this;
    const chunk = this.chunks[columns.chunk[line] ?? none];
    if (chunk !== undefined) {
      const start = columns.start[line] ?? 0;
      return chunk.toString('utf8', start, start + (columns.keptLength[line] ?? 0));
    }
    const place = { offset: columns.offset[line] ?? 0, length: columns.length[line] ?? 0 };
    return this.stretch?.text(place, columns.checksum[line] ?? 0) ?? '';
  }

  private keep(line: number, text: string): void {
    // At most three bytes for each unit of a text; a text that may not fit gets a chunk of its own size.
    let chunk = this.chunks.at(-1);
    if (chunk === undefined || chunk.length - this.used < 3 * text.length) {
      const exact = Buffer.byteLength(text, 'utf8');
      if (chunk === undefined || chunk.length - this.used < exact) {
        const wished = Math.min(chunkBytes, Math.max(firstChunkBytes, 2 * (chunk?.length ?? 0)));
        chunk = Buffer.allocUnsafeSlow(Math.max(wished, exact));
        this.chunks.push(chunk);
        this.used = 0;
      }
    }
    const { columns } = this;
    columns.chunk[line] = this.chunks.length - 1;
    columns.start[line] = this.used;
    const length = chunk.write(text, this.used, 'utf8');
    columns.keptLength[line] = length;
    this.used += length;
    this.keptBytes += length;
  }

  private reserve(lines: number): void {
    if (lines <= this.capacity) return;
    const capacity = nextCapacity(this.capacity, lines);
    this.columns = resized(this.columns, spec, { used: this.count, capacity });
    this.capacity = capacity;
  }
}

const stretchBytes = 1 << 18;

/** Reads lines of a file again, a stretch at a time: lines about neighbouring records are mostly neighbours, too. */
class FileStretch {
  private bytes = Buffer.alloc(0);
  private offset = 0;

  constructor(private readonly file: string) {}

  /** @throws LogError, `changed` where another text is there by now. */
  text(place: RecordPlace, checksum: number): string {
    const held = this.held(place);
    const known = held === null ? null : textOf(held);
    if (known !== null && crc32(known) === checksum) return known;
    const text = textOf(this.read(place));
    if (crc32(text) === checksum) return text;
    const message = `Another program changed ${this.file} since it was read. Refresh, then try again.`;
    throw new LogError({ kind: 'changed', path: this.file, message });
  }

  private held({ offset, length }: RecordPlace): Buffer | null {
    const from = offset - this.offset;
    return from >= 0 && from + length <= this.bytes.length ? this.bytes.subarray(from, from + length) : null;
  }

  private read({ offset, length }: RecordPlace): Buffer {
    try {
      const handle = openSync(this.file, 'r');
      try {
        const bytes = Buffer.allocUnsafe(Math.max(length, stretchBytes));
        const read = readSync(handle, bytes, 0, bytes.length, offset);
        this.bytes = bytes.subarray(0, read);
        this.offset = offset;
        return this.bytes.subarray(0, length);
      } finally {
        closeSync(handle);
      }
    } catch (error) {
      throw toLogError(error, 'read the dataset', this.file);
    }
  }
}

function textOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/^\ufeff/u, '');
}
