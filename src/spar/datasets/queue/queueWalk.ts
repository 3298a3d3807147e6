/** What a walk needs to know of the records; rows may get other numbers when a file is read anew, ids stay. */
export interface WalkedRows {
  id(row: number): string;
  rowOf(id: string): number | undefined;
  /** True while the record waits for a decision. */
  waits(row: number): boolean;
}

/**
 * A person's way through the records that wait. Each comes once; what they leave undecided comes again only when they
 * begin anew. `trail` is what was shown, in that order; what is decided there stays, so that they can go back to it.
 */
export class QueueWalk {
  private trail: string[] = [];
  /** In the trail; its length: at the end, with nothing to show. */
  private at = 0;
  private order: Uint32Array = new Uint32Array();
  /** In the order: the first that was not shown. */
  private untaken = 0;

  constructor(private readonly rows: WalkedRows) {}

  /** Null at the end, and before the first step. */
  get current(): string | null {
    return this.trail[this.at] ?? null;
  }

  /** Of the current record, from 1; at the end that of the last one. */
  get place(): number {
    return Math.min(this.at + 1, this.trail.length);
  }

  /** All that were shown, and those that are still to come. */
  get total(): number {
    return this.trail.length + this.upcoming();
  }

  /** Records that were shown and still wait. */
  get left(): number {
    return this.trail.filter((id) => this.waits(id)).length;
  }

  get hasPrevious(): boolean {
    return this.at > 0 && this.trail.length > 0;
  }

  /** Takes up an order of what waits; what was shown already does not come again. The current record stays. */
  take(order: Uint32Array): void {
    const shown = new Set(this.trail.map((id) => this.rows.rowOf(id)));
    this.order = order.filter((row) => !shown.has(row));
    this.untaken = 0;
  }

  /** Forgets what was shown, before another walk begins. */
  forget(): void {
    this.trail = [];
    this.at = 0;
  }

  /** Begins anew with an order: what was shown and still waits comes again. */
  begin(order: Uint32Array): string | null {
    this.trail = this.trail.filter((id) => !this.waits(id));
    this.at = this.trail.length;
    this.take(order);
    return this.next();
  }

  /**
   * Begins at a record, as if those before it had been shown and left undecided, so that a walk that was broken off
   * goes on; where the record waits no more, from the first one.
   */
  beginAt(order: Uint32Array, id: string): string | null {
    const row = this.rows.rowOf(id);
    const at = row === undefined || !this.rows.waits(row) ? -1 : order.indexOf(row);
    if (at < 0) return this.begin(order);
    this.trail = Array.from(order.subarray(0, at + 1), (one) => this.rows.id(one));
    this.at = at;
    this.take(order);
    return id;
  }

  /** One further, to what was shown after it or to a new record; null at the end. */
  next(): string | null {
    if (this.at < this.trail.length) this.at += 1;
    return this.current ?? this.fresh();
  }

  /** To the next record that waits, after a decision; null at the end. */
  onward(): string | null {
    do {
      if (this.next() === null) return null;
    } while (this.current !== null && !this.waits(this.current));
    return this.current;
  }

  previous(): string | null {
    if (this.at > 0) this.at -= 1;
    return this.current;
  }

  /** Back to a record that was shown; false where it was not. */
  goTo(id: string): boolean {
    const at = this.trail.indexOf(id);
    if (at >= 0) this.at = at;
    return at >= 0;
  }

  /** The records that `next` would come to, at most as many. */
  ahead(count: number): readonly string[] {
    const found = this.trail.slice(this.at + 1, this.at + 1 + count);
    for (let index = this.untaken; index < this.order.length && found.length < count; index += 1) {
      const row = this.order[index] ?? 0;
      if (this.rows.waits(row)) found.push(this.rows.id(row));
    }
    return found;
  }

  private fresh(): string | null {
    while (this.untaken < this.order.length) {
      const row = this.order[this.untaken] ?? 0;
      this.untaken += 1;
      // Somebody may have decided on it since the order was made.
      if (!this.rows.waits(row)) continue;
      const id = this.rows.id(row);
      this.trail.push(id);
      return id;
    }
    return null;
  }

  private upcoming(): number {
    let count = 0;
    for (let index = this.untaken; index < this.order.length; index += 1)
      if (this.rows.waits(this.order[index] ?? 0)) count += 1;
    return count;
  }

  private waits(id: string): boolean {
    const row = this.rows.rowOf(id);
    return row !== undefined && this.rows.waits(row);
  }
}
