import type { TextSink } from '../terminal';

/** Milliseconds between two writings where no person watches. */
const plainInterval = 30_000;
const interval = 200;

/** Where long work stands: a few lines at a terminal that are written over, else a plain line every 30 s. */
export class RewrittenLines {
  private lastAt: number;
  private shown = 0;

  constructor(
    private readonly sink: TextSink,
    private readonly now: () => number = () => performance.now(),
  ) {
    // Short work needs no plain line.
    this.lastAt = sink.isTTY ? Number.NEGATIVE_INFINITY : this.now();
  }

  /** `words` is asked only where something is written. */
  show(words: () => readonly string[]): void {
    const now = this.now();
    if (now - this.lastAt < (this.sink.isTTY ? interval : plainInterval)) return;
    this.lastAt = now;
    const lines = words();
    if (!this.sink.isTTY) {
      this.sink.write(`${lines.join(' · ')}\n`);
      return;
    }
    const rewritten = lines.map((line, at) => {
      return `\r\u001b[K${this.cut(at === lines.length - 1 ? `${line} · Ctrl+C stops` : line)}`;
    });
    this.sink.write(this.back() + rewritten.join('\n'));
    this.shown = lines.length;
  }

  clear(): void {
    if (this.shown > 0) this.sink.write(`${this.back()}\r\u001b[J`);
    this.shown = 0;
  }

  /** To the first of the lines that are there. */
  private back(): string {
    return this.shown > 1 ? `\u001b[${this.shown - 1}A` : '';
  }

  /** A line that breaks could not be written over. */
  private cut(line: string): string {
    const columns = this.sink.columns ?? 80;
    return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
  }
}
