import { onStop } from './stopping';

/**
 * One request's time limits and its caller's wish to stop, as one signal. Whoever makes it disposes it,
 * or a limit would still be running.
 */
export class Watchdog {
  private readonly controller = new AbortController();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly leave: () => void;

  constructor(parent: AbortSignal) {
    this.leave = onStop(parent, () => {
      this.controller.abort(parent.reason);
    });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Ends the request with the error of `failure` unless the limit of that name is renewed or lifted in time. */
  limit(name: string, milliseconds: number, failure: () => Error): void {
    this.lift(name);
    // Node fires at once for a delay of more than 31 bits.
    const delay = Math.min(milliseconds, 2 ** 31 - 1);
    this.timers.set(
      name,
      setTimeout(() => {
        this.controller.abort(failure());
      }, delay),
    );
  }

  /** Starts the limit of that name anew. */
  renew(name: string): void {
    this.timers.get(name)?.refresh();
  }

  lift(name: string): void {
    clearTimeout(this.timers.get(name));
    this.timers.delete(name);
  }

  /** Settles like `work`, but at once when a limit passes or the caller stops, however deaf `work` is to that. */
  async race<T>(work: Promise<T>): Promise<T> {
    const { signal } = this;
    let leave = (): void => undefined;
    const ended = new Promise<never>((_, reject) => {
      leave = onStop(signal, () => {
        reject(signal.reason as Error);
      });
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      leave();
    }
  }

  dispose(): void {
    for (const name of [...this.timers.keys()]) this.lift(name);
    this.leave();
  }
}
