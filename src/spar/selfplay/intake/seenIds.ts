/** Slots are at most so full before their number doubles. */
const mostFull = 0.6;

/** Content ids that were met, eight bytes each, with the place of the first of them. */
export class SeenIds {
  private high = new Uint32Array(1024);
  private low = new Uint32Array(1024);
  /** 0: the slot is empty; places count from 1. */
  private places = new Uint32Array(1024);
  private count = 0;

  /**
   * Remembers an id of 16 hexadecimal digits.
   *
   * @param place From 1.
   * @returns The place at which the id was added before; null where it is new.
   */
  add(id: string, place: number): number | null {
    const high = Number.parseInt(id.slice(0, 8), 16);
    const low = Number.parseInt(id.slice(8, 16), 16);
    const slot = this.slotOf(high, low);
    const known = this.places[slot] ?? 0;
    if (known !== 0) return known;
    this.high[slot] = high;
    this.low[slot] = low;
    this.places[slot] = place;
    this.count += 1;
    if (this.count > this.places.length * mostFull) this.grow();
    return null;
  }

  /** The id's slot, or the empty one where it belongs. */
  private slotOf(high: number, low: number): number {
    const mask = this.places.length - 1;
    let slot = (high ^ low) & mask;
    while (this.places[slot] !== 0 && (this.high[slot] !== high || this.low[slot] !== low))
      slot = (slot + 1) & mask;
    return slot;
  }

  private grow(): void {
    const { high, low, places } = this;
    this.high = new Uint32Array(places.length * 2);
    this.low = new Uint32Array(places.length * 2);
    this.places = new Uint32Array(places.length * 2);
    for (const [old, place] of places.entries()) {
      if (place === 0) continue;
      const slot = this.slotOf(high[old] ?? 0, low[old] ?? 0);
      this.high[slot] = high[old] ?? 0;
      this.low[slot] = low[old] ?? 0;
      this.places[slot] = place;
    }
  }
}
