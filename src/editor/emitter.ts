export interface Disposable {
  dispose(): void;
}

/** Structurally the editor's own event type, so that views can subscribe; without importing the editor. */
export type Event<Value> = (listener: (value: Value) => void) => Disposable;

/** A list of listeners. Those added while one value is told hear from the next one on. */
export class Emitter<Value> implements Disposable {
  private readonly listeners = new Set<(value: Value) => void>();

  readonly event: Event<Value> = (listener) => {
    const own = (value: Value): void => listener(value);
    this.listeners.add(own);
    return { dispose: () => this.listeners.delete(own) };
  };

  fire(value: Value): void {
    for (const listener of [...this.listeners]) listener(value);
  }

  dispose(): void {
    this.listeners.clear();
  }
}

/** What one owner has made and must take down; the last made goes first. */
export class DisposableStore implements Disposable {
  private readonly items: Disposable[] = [];

  add<Item extends Disposable>(item: Item): Item {
    this.items.push(item);
    return item;
  }

  dispose(): void {
    for (const item of this.items.splice(0).reverse()) item.dispose();
  }
}
