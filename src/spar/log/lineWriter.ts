import type { FileHandle } from 'node:fs/promises';
import { writeWhole } from './durable';
import { LogError } from './logError';

/** In bytes. */
export interface Stretch {
  readonly offset: number;
  readonly length: number;
}

const bufferBytes = 1 << 20;

/** Writes lines to a handle in large pieces. */
export class LineWriter {
  /** Bytes written and still to be flushed. */
  size = 0;
  private waiting: string[] = [];
  private waitingLength = 0;

  constructor(
    private readonly output: FileHandle,
    private readonly target: string,
  ) {}

  async add(line: string): Promise<void> {
    this.waiting.push(line, '\n');
    this.waitingLength += line.length + 1;
    if (this.waitingLength >= bufferBytes) await this.flush();
  }

  /** Copies a stretch of another file, and closes its last line. */
  async copy(input: FileHandle, stretch: Stretch): Promise<void> {
    const { offset, length } = stretch;
    await this.flush();
    const chunk = Buffer.allocUnsafe(Math.min(bufferBytes, Math.max(1, length)));
    let last = 10;
    for (let copied = 0; copied < length;) {
      const wanted = Math.min(chunk.length, length - copied);
      const { bytesRead } = await input.read(chunk, 0, wanted, offset + copied);
      if (bytesRead === 0) throw changedMeanwhile(this.target);
      await this.write(chunk.subarray(0, bytesRead));
      last = chunk[bytesRead - 1] ?? last;
      copied += bytesRead;
    }
    if (last !== 10) await this.write(Buffer.from('\n'));
  }

  async flush(): Promise<void> {
    const text = this.waiting.join('');
    this.waiting = [];
    this.waitingLength = 0;
    if (text !== '') await this.write(Buffer.from(text, 'utf8'));
  }

  private async write(bytes: Buffer): Promise<void> {
    await writeWhole(this.output, bytes);
    this.size += bytes.length;
  }
}

export function changedMeanwhile(target: string, doing = 'rewritten'): LogError {
  return new LogError({
    kind: 'changed',
    path: target,
    message: `Another program changed ${target} while it was being ${doing}. It was left as it is; try again.`,
  });
}
