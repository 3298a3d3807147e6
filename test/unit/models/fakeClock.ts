import type { Clock } from '../../../src/spar/models/clock';

/** Time that passes only by waiting, without any. */
export class FakeClock implements Clock {
  readonly waits: number[] = [];
  private time = 0;

  now(): number {
    return this.time;
  }

  async wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.waits.push(milliseconds);
    this.time += milliseconds;
    await Promise.resolve();
  }

  /** Work that takes that long. */
  pass(milliseconds: number): void {
    this.time += milliseconds;
  }
}

/** Time that passes when the test says so. */
export class ManualClock implements Clock {
  private readonly waiting = new Set<{ readonly until: number; readonly end: () => void }>();
  private time = 0;

  now(): number {
    return this.time;
  }

  wait(milliseconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.add({ until: this.time + milliseconds, end: resolve });
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  }

  async advance(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.time += milliseconds;
    for (const entry of this.waiting) {
      if (entry.until > this.time) continue;
      this.waiting.delete(entry);
      entry.end();
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
