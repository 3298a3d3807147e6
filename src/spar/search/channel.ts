/** Values pushed by callbacks, read as an async iterator in the same order; unbounded, one reader. */
export class Channel<T> implements AsyncIterable<T> {
  private readonly values: T[] = [];
  private wake: (() => void) | null = null;
  private closed = false;

  push(value: T): void {
    this.values.push(value);
    this.wake?.();
  }

  /** Lets the reader end once it has read what was pushed. */
  close(): void {
    this.closed = true;
    this.wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    let next = 0;
    for (;;) {
      while (next < this.values.length) {
        const value = this.values[next] as T;
        next += 1;
        // What was read is let go in large steps, so that long searches keep no second copy of their events.
        if (next === 1024) {
          this.values.splice(0, next);
          next = 0;
        }
        yield value;
      }
      if (this.closed) return;
      await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
    }
  }
}
