import { nextCapacity } from '../table/columns';
import type { ExamplePrompt } from './judgePrompts';

/** Rows one after the other, as bytes. */
export class RowBytes {
  count = 0;
  private buffer = Buffer.allocUnsafeSlow(1 << 16);
  private used = 0;
  private ends = new Uint32Array(64);

  /** Only valid until more is added. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.used);
  }

  /** Where the row ends in the bytes. */
  end(row: number): number {
    return this.ends[row] ?? 0;
  }

  clear(): void {
    this.count = 0;
    this.used = 0;
    if (this.buffer.length > mostKept) this.buffer = Buffer.allocUnsafeSlow(1 << 16);
  }

  /** A part of the row that is being written. */
  text(text: string): void {
    // No character of a text takes more.
    this.reserve(text.length < 1 << 16 ? 3 * text.length : Buffer.byteLength(text, 'utf8'));
    this.used += this.buffer.write(text, this.used, 'utf8');
  }

  copy(bytes: Buffer, start: number, end: number): void {
    this.reserve(end - start);
    this.used += bytes.copy(this.buffer, this.used, start, end);
  }

  /** Ends the row. */
  close(): void {
    if (this.count === this.ends.length) {
      const ends = new Uint32Array(nextCapacity(this.count, this.count + 1));
      ends.set(this.ends);
      this.ends = ends;
    }
    this.ends[this.count] = this.used;
    this.count += 1;
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.used + bytes, 2 * this.buffer.length));
    this.buffer.copy(grown, 0, 0, this.used);
    this.buffer = grown;
  }
}

/** A single long line may have needed more. */
const mostKept = 1 << 24;

/** Some rows as they go into a file, with what their sidecar says and what tells where they go. */
export class RowBatch {
  readonly rows = new RowBytes();
  /** Empty without a sidecar. */
  readonly meta = new RowBytes();
  /** Of each row the seeded place of its instruction, and the split that a person gave its record. */
  readonly instructions: number[] = [];
  readonly assigned: (string | null)[] = [];
  readonly prompts: (ExamplePrompt | null)[] = [];

  place(instruction: number, assigned: string | null, prompt: ExamplePrompt | null = null): void {
    this.instructions.push(instruction);
    this.assigned.push(assigned);
    this.prompts.push(prompt);
  }

  clear(): void {
    this.rows.clear();
    this.meta.clear();
    this.instructions.length = 0;
    this.assigned.length = 0;
    this.prompts.length = 0;
  }
}
