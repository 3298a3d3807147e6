import { appendLines, type AppendOptions } from './appendLines';

/** Where a line went, in bytes, without its line end. */
export interface WrittenLine {
  readonly offset: number;
  readonly length: number;
}

/**
 * Appends to one log so that lines added in the same tick, or while a write is under way, share one write
 * and one sync. They are written in the order in which they were added.
 */
export class BatchedLog {
  private waiting: WaitingLine[] = [];
  private writing: Promise<void> | null = null;

  constructor(
    private readonly file: string,
    private readonly options: AppendOptions,
  ) {}

  /**
   * Resolves when the line is on the disk. A failed write fails all lines of its batch, and later ones try again.
   *
   * @throws LogError
   */
  add(line: string): Promise<WrittenLine> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ line, resolve, reject });
      this.writing ??= this.writeAll();
    });
  }

  /** Resolves when nothing is left to write; never rejects. */
  async settle(): Promise<void> {
    while (this.writing !== null) await this.writing;
  }

  private async writeAll(): Promise<void> {
    await Promise.resolve();
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      await this.write(batch);
    }
    this.writing = null;
  }

  private async write(batch: readonly WaitingLine[]): Promise<void> {
    try {
      const lines = batch.map(({ line }) => line);
      let { offset } = await appendLines(this.file, lines, this.options);
      for (const { line, resolve } of batch) {
        const length = Buffer.byteLength(line, 'utf8');
        resolve({ offset, length });
        offset += length + 1;
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

interface WaitingLine {
  readonly line: string;
  readonly resolve: (written: WrittenLine) => void;
  readonly reject: (error: unknown) => void;
}
