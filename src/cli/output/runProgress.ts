import type { Price } from '../../spar/models/usage';
import type { RunProgress } from '../../spar/selfplay/progress';
import type { TextSink } from '../terminal';
import { progressWords } from './runWords';

/** Milliseconds between two writings where no person watches. */
const plainInterval = 30_000;
const interval = 200;

/** Where a run stands: two lines at a terminal that are written over, else a plain line from time to time. */
export class RunProgressLines {
  private lastAt: number;
  private isShown = false;

  constructor(
    private readonly sink: TextSink,
    private readonly price: Price | null,
    private readonly now: () => number = () => performance.now(),
  ) {
    // A short run needs no plain line.
    this.lastAt = sink.isTTY ? Number.NEGATIVE_INFINITY : this.now();
  }

  update(progress: RunProgress): void {
    const now = this.now();
    if (now - this.lastAt < (this.sink.isTTY ? interval : plainInterval)) return;
    this.lastAt = now;
    const [what, cost] = progressWords(progress, this.price);
    if (!this.sink.isTTY) {
      this.sink.write(`${what} · ${cost}\n`);
      return;
    }
    const back = this.isShown ? '\u001b[1A\r\u001b[K' : '\r\u001b[K';
    this.isShown = true;
    this.sink.write(`${back}${this.cut(what)}\n\u001b[K${this.cut(`${cost} · Ctrl+C stops`)}`);
  }

  clear(): void {
    if (this.isShown) this.sink.write('\r\u001b[K\u001b[1A\r\u001b[K');
    this.isShown = false;
  }

  /** A line that breaks could not be written over. */
  private cut(line: string): string {
    const columns = this.sink.columns ?? 80;
    return line.length < columns ? line : `${line.slice(0, Math.max(0, columns - 2))}…`;
  }
}
