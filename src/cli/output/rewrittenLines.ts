import type { TextSink } from '../terminal';
import { rewrittenLine, type LineParts } from './fittedLine';

/** Milliseconds between two writings where no person watches. */
const plainInterval = 30_000;
const interval = 200;
export interface RewritingOptions {
  /** Aborted by the first Ctrl+C, of which the lines must not overwrite what is said. */
  readonly stop?: AbortSignal;
  readonly now?: () => number;
}

/** Where long work stands: a few lines at a terminal that are written over, else a plain line every 30 s. */
export class RewrittenLines {
  private readonly now: () => number;
  private lastAt: number;
  private shown = 0;

  constructor(
    private readonly sink: TextSink,
    private readonly options: RewritingOptions = {},
  ) {
    this.now = options.now ?? (() => performance.now());
    // Short work needs no plain line.
    this.lastAt = sink.isTTY ? Number.NEGATIVE_INFINITY : this.now();
    options.stop?.addEventListener('abort', () => this.clear(), { once: true });
  }

  /** `words` is asked only where something is written. */
  show(words: () => readonly LineParts[]): void {
    const now = this.now();
    if (now - this.lastAt < (this.sink.isTTY ? interval : plainInterval)) return;
    this.lastAt = now;
    const lines = words();
    if (!this.sink.isTTY) {
      this.sink.write(`${lines.map((parts) => parts.join(' · ')).join(' · ')}\n`);
      return;
    }
    const hint = this.options.stop?.aborted === true ? 'Ctrl+C ends at once' : 'Ctrl+C stops';
    const rewritten = lines.map((parts, at) =>
      rewrittenLine(at === lines.length - 1 ? [...parts, hint] : parts, this.sink),
    );
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
}
