import { open, unlink, type FileHandle } from 'node:fs/promises';
import { ignore } from '../../log/durable';
import { toLogError } from '../../log/logError';
import { readLineBatches } from '../../log/readLines';

/** One row on its way, and what its sidecar says of it; both without line ends. */
export interface SpooledRow {
  readonly row: string;
  readonly meta: string;
}

/**
 * Rows that wait on the disk until it is known where they go: which split an instruction falls to, and which examples
 * are drawn, shows only when all of them were seen.
 */
export class Spool {
  private waiting: string[] = [];
  private waitingLength = 0;

  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** @param path A name that is free. @throws LogError */
  static async open(path: string): Promise<Spool> {
    try {
      return new Spool(path, await open(path, 'wx'));
    } catch (error) {
      throw toLogError(error, 'write the file', path);
    }
  }

  async add({ row, meta }: SpooledRow): Promise<void> {
    this.waiting.push(row, '\n', meta, '\n');
    this.waitingLength += row.length + meta.length;
    if (this.waitingLength >= 1 << 20) await this.flush();
  }

  /** All rows, in the order in which they came. */
  async *read(signal?: AbortSignal): AsyncGenerator<SpooledRow, void, void> {
    await this.flush();
    let row: string | null = null;
    for await (const batch of readLineBatches(this.path, signal === undefined ? {} : { signal })) {
      for (const line of batch) {
        const text = line.type === 'text' ? line.text : '';
        if (row === null) row = text;
        else {
          yield { row, meta: text };
          row = null;
        }
      }
    }
  }

  async dispose(): Promise<void> {
    await this.handle.close().catch(ignore);
    await unlink(this.path).catch(ignore);
  }

  private async flush(): Promise<void> {
    const text = this.waiting.join('');
    this.waiting = [];
    this.waitingLength = 0;
    if (text !== '') await this.handle.writeFile(text);
  }
}
