import { open, unlink, type FileHandle } from 'node:fs/promises';
import { ignore, writeWhole } from '../../log/durable';
import { toLogError } from '../../log/logError';
import { nextCapacity } from '../table/columns';
import { Gathering } from './gathering';
import type { RowBytes } from './rowBatch';

/** Neighbouring rows that go the same way. */
export interface Run {
  readonly part: number;
  readonly rows: number;
  /** Only valid until the next run. */
  readonly bytes: Buffer;
}

/**
 * Rows that wait on the disk until it is known where they go: which split an instruction falls to, and which examples
 * are drawn, shows only when all of them were seen.
 */
export class Spool {
  private readonly gathering: Gathering;
  private count = 0;
  /** Where each row ends. */
  private ends = new Float64Array(64);

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {
    this.gathering = new Gathering((bytes) => writeWhole(handle, bytes));
  }

  /** @param path A name that is free. @throws LogError */
  static async open(path: string): Promise<Spool> {
    try {
      return new Spool(path, await open(path, 'wx+'));
    } catch (error) {
      throw toLogError(error, 'write the file', path);
    }
  }

  /** Rows are added one after the other. */
  async add(rows: RowBytes): Promise<void> {
    const start = this.gathering.bytes;
    await this.gathering.addBytes(rows.bytes);
    for (let row = 0; row < rows.count; row += 1) this.close(start + rows.end(row));
  }

  /** Calls `take` with all rows, in the order in which they came, by the number of the part that each belongs to. */
  async eachRun(
    partOf: (index: number) => number,
    take: (run: Run) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.gathering.flush();
    let bytes = Buffer.allocUnsafe(1 << 20);
    for (let index = 0; index < this.count;) {
      signal?.throwIfAborted();
      const start = this.start(index);
      const length = (this.ends[index] ?? 0) - start;
      if (length > bytes.length) bytes = Buffer.allocUnsafe(length);
      const { bytesRead } = await this.handle.read(bytes, 0, bytes.length, start);
      if (bytesRead < length) throw new Error(`“${this.path}” was changed during the export.`);
      for (let first = index; index < this.count && this.end(first) - start <= bytesRead; first = index) {
        const part = partOf(first);
        while (index < this.count && this.end(index) - start <= bytesRead && partOf(index) === part)
          index += 1;
        const run = bytes.subarray(this.start(first) - start, this.start(index) - start);
        await take({ part, rows: index - first, bytes: run });
      }
    }
  }

  async dispose(): Promise<void> {
    await this.handle.close().catch(ignore);
    await unlink(this.path).catch(ignore);
  }

  private start(index: number): number {
    return index === 0 ? 0 : this.end(index - 1);
  }

  private end(index: number): number {
    return this.ends[index] ?? 0;
  }

  private close(end: number): void {
    if (this.count === this.ends.length) {
      const ends = new Float64Array(nextCapacity(this.count, this.count + 1));
      ends.set(this.ends);
      this.ends = ends;
    }
    this.ends[this.count] = end;
    this.count += 1;
  }
}
