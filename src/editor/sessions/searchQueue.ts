import type { Disposable } from '../emitter';
import type { SessionStore } from '../sessions';
import type { SessionItem } from './session';

/** Searches that run at once when many are asked for; each draws several votes at a time itself. */
const atOnce = 2;

/** Starts many searches one after the other, so that a bulk action does not flood the model. */
export class SearchQueue implements Disposable {
  private readonly waiting: SessionItem[] = [];
  private running = 0;

  constructor(private readonly store: Pick<SessionStore, 'start'>) {}

  add(items: readonly SessionItem[]): void {
    this.waiting.push(...items);
    while (this.running < atOnce && this.waiting.length > 0) this.next();
  }

  /** Forgets what has not begun. */
  dispose(): void {
    this.waiting.length = 0;
  }

  private next(): void {
    const item = this.waiting.shift();
    if (item === undefined) return;
    this.running += 1;
    void this.store.start(item).finished.finally(() => {
      this.running -= 1;
      this.next();
    });
  }
}
