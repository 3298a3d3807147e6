import type { Disposable } from '../editor/emitter';

/** Runs the callback some time later; a test runs it by hand. */
export type Later = (callback: () => void) => Disposable;

/** Runs an action at once, and then at most once a tick, however often it is asked for. */
export class Throttle implements Disposable {
  private timer: Disposable | null = null;
  private isWanted = false;

  constructor(
    private readonly action: () => void,
    private readonly later: Later = afterTick(100),
  ) {}

  request(): void {
    if (this.timer !== null) {
      this.isWanted = true;
      return;
    }
    this.timer = this.later(() => {
      this.timer = null;
      if (this.isWanted) this.request();
    });
    this.isWanted = false;
    this.action();
  }

  dispose(): void {
    this.timer?.dispose();
  }
}

export function afterTick(milliseconds: number): Later {
  return (callback) => {
    const timer = setTimeout(callback, milliseconds);
    return { dispose: () => clearTimeout(timer) };
  };
}
