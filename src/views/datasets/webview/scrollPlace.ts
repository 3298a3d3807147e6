/** Pixels of an element that every browser draws; beyond, they draw nothing. */
const mostPixels = 12_000_000;

/**
 * Where rows are in a scrolled view. Of more rows than an element can be high, a pixel of the scroll bar stands
 * for more than one of the rows'.
 */
export class ScrollPlace {
  constructor(
    readonly rowHeight: number,
    /** Rows in all. */
    readonly count: number,
    /** Height of what is seen, in pixels. */
    readonly view: number,
  ) {}

  /** Of the element that is scrolled. */
  get height(): number {
    return Math.min(this.full, mostPixels);
  }

  /** Pixels of rows above the view at a scroll position. */
  offset(scrollTop: number): number {
    const room = this.height - this.view;
    if (room <= 0) return 0;
    return (Math.min(Math.max(0, scrollTop), room) / room) * (this.full - this.view);
  }

  /** Half open; what is at least partly in view. */
  visible(scrollTop: number): { readonly from: number; readonly to: number } {
    const offset = this.offset(scrollTop);
    const from = Math.max(0, Math.floor(offset / this.rowHeight));
    const to = Math.min(this.count, Math.ceil((offset + this.view) / this.rowHeight) + 1);
    return { from, to: Math.max(from, to) };
  }

  /** Rows that are in view as a whole. */
  get page(): number {
    return Math.max(1, Math.floor(this.view / this.rowHeight));
  }

  /** The scroll position nearest to the present one that shows a row as a whole. */
  showing(row: number, scrollTop: number): number {
    const offset = this.offset(scrollTop);
    const top = row * this.rowHeight;
    const wanted = Math.min(Math.max(offset, top + this.rowHeight - this.view), top);
    if (Math.abs(wanted - offset) < 0.5) return scrollTop;
    return this.scrollTop(wanted);
  }

  private scrollTop(offset: number): number {
    const rest = this.full - this.view;
    const room = this.height - this.view;
    if (rest <= 0 || room <= 0) return 0;
    return (Math.min(Math.max(0, offset), rest) / rest) * room;
  }

  private get full(): number {
    return this.count * this.rowHeight;
  }
}
