/** The places in which a server makes sequences; who finds none free waits in order of arrival. */
export class SequenceSlots {
  private taken = 0;
  private most = 0;
  private readonly waiting = new Set<() => void>();

  constructor(private readonly limit: number) {}

  /** Most places taken at once so far. */
  get peak(): number {
    return this.most;
  }

  /** Resolves with true when a place was taken, with false when `signal` was aborted before. */
  take(signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    if (this.taken < this.limit) {
      this.occupy();
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const leave = (): void => {
        this.waiting.delete(enter);
        resolve(false);
      };
      const enter = (): void => {
        signal.removeEventListener('abort', leave);
        this.occupy();
        resolve(true);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.waiting.add(enter);
    });
  }

  give(): void {
    this.taken -= 1;
    const [next] = this.waiting;
    if (next === undefined) return;
    this.waiting.delete(next);
    next();
  }

  private occupy(): void {
    this.taken += 1;
    this.most = Math.max(this.most, this.taken);
  }
}
