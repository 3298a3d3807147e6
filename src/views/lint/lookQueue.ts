/** Milliseconds between a change and the next look. */
const rest = 800;

export interface LookQueueOptions {
  /** Looks at one file; never rejects. */
  readonly look: (file: string) => Promise<void>;
  /** Milliseconds between a change and the next look; 800 by default. */
  readonly rest?: number;
  readonly now?: () => number;
}

/**
 * Looks at files that change, without being asked: one at a time, a while after the last change, and no sooner than the
 * last look at the file took, so that a dataset which is written to all day costs half of one processor at most. A look
 * that has begun is finished: given up at each change, it might never be.
 */
export class LookQueue {
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly due = new Set<string>();
  /** Milliseconds of the last look. */
  private readonly took = new Map<string, number>();
  private running: { readonly file: string; isStale: boolean } | null = null;
  private isDisposed = false;

  constructor(private readonly options: LookQueueOptions) {}

  dispose(): void {
    this.isDisposed = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.due.clear();
  }

  /** The file is there, or changed. */
  lookSoon(file: string): void {
    if (this.isDisposed) return;
    if (this.running?.file === file) {
      this.running.isStale = true;
      return;
    }
    clearTimeout(this.timers.get(file));
    const wait = Math.max(this.options.rest ?? rest, this.took.get(file) ?? 0);
    const timer = setTimeout(() => {
      this.timers.delete(file);
      this.due.add(file);
      this.next();
    }, wait);
    this.timers.set(file, timer);
  }

  /** Nobody wants to know any more. */
  forget(file: string): void {
    clearTimeout(this.timers.get(file));
    this.timers.delete(file);
    this.due.delete(file);
    this.took.delete(file);
    if (this.running?.file === file) this.running.isStale = false;
  }

  private next(): void {
    const [file] = this.due;
    if (this.running !== null || file === undefined) return;
    this.due.delete(file);
    void this.look(file);
  }

  private async look(file: string): Promise<void> {
    const { look, now = () => performance.now() } = this.options;
    const running = { file, isStale: false };
    this.running = running;
    const began = now();
    await look(file);
    this.took.set(file, now() - began);
    this.running = null;
    if (running.isStale) this.lookSoon(file);
    this.next();
  }
}
