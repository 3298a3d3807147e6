/**
 * One request's time limits and its caller's wish to stop, as one signal. Whoever makes it disposes it,
 * or a limit would still be running.
 */
export class Watchdog {
  private readonly controller = new AbortController();
  private readonly timers = new Map<string, NodeJS.Timeout>();
  private readonly stop = (): void => {
    this.controller.abort(this.parent.reason);
  };

  constructor(private readonly parent: AbortSignal) {
    if (parent.aborted) this.stop();
    else parent.addEventListener('abort', this.stop, { once: true });
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
    let stopped: (() => void) | undefined;
    const ended = new Promise<never>((_, reject) => {
      stopped = (): void => {
        reject(signal.reason as Error);
      };
      if (signal.aborted) stopped();
      else signal.addEventListener('abort', stopped, { once: true });
    });
    try {
      return await Promise.race([work, ended]);
    } finally {
      if (stopped !== undefined) signal.removeEventListener('abort', stopped);
    }
  }

  dispose(): void {
    for (const name of [...this.timers.keys()]) this.lift(name);
    this.parent.removeEventListener('abort', this.stop);
  }
}
