import type { RowView, Sorting } from '../editor/protocol';
import { spokenRow, type Column } from './columns';
import { button, element, setText } from './dom';
import type { RowWindow } from './rowWindow';
import { ScrollPlace } from './scrollPlace';
import type { Selection } from './selection';

export interface GridPorts {
  readonly columns: readonly Column[];
  readonly rows: RowWindow;
  readonly selection: Selection;
  readonly moved: (index: number, row: RowView | null) => void;
  /** Space and clicks; `range` runs from the row that was last chosen. */
  readonly chosen: (index: number, how: 'only' | 'toggle' | 'range') => void;
  readonly chosenAll: () => void;
  readonly sorted: (sort: Sorting) => void;
  readonly resized: (widths: Readonly<Record<string, number>>) => void;
  readonly opened: () => void;
  readonly key: (event: KeyboardEvent) => boolean;
}

const rowHeight = 26;
const narrowest = 40;

/** The table: as many elements as fit into the view, whatever the number of records. */
export class Grid {
  readonly node: HTMLElement;
  private readonly head: HTMLElement;
  private readonly layer = element('div', { class: 'rows', role: 'presentation' });
  private readonly space: HTMLElement;
  private readonly slots: Slot[] = [];
  private count = 0;
  private active = 0;
  private sort: Sorting = { by: 'line', descending: false };
  private widths: Record<string, number> = {};
  private frame = 0;

  constructor(private readonly ports: GridPorts) {
    this.head = element('div', { class: 'head', role: 'rowgroup' });
    this.space = element('div', { class: 'space', role: 'rowgroup' }, [this.layer]);
    this.node = element(
      'div',
      {
        class: 'grid',
        role: 'grid',
        attributes: {
          tabindex: '0',
          'aria-label': 'Records',
          'aria-multiselectable': 'true',
          'aria-colcount': String(this.ports.columns.length),
        },
      },
      [this.head, this.space],
    );
    this.node.addEventListener('scroll', () => this.drawSoon());
    this.node.addEventListener('keydown', (event) => this.press(event));
    new ResizeObserver(() => this.drawSoon()).observe(this.node);
    this.drawHead();
  }

  get activeIndex(): number {
    return this.active;
  }

  /** Null while it has not come; a row of the result before is none. */
  get activeRow(): RowView | null {
    const found = this.ports.rows.row(this.active);
    return found === undefined || found.isStale ? null : found.view;
  }

  setWidths(widths: Readonly<Record<string, number>>): void {
    this.widths = { ...widths };
    this.applyWidths();
  }

  setSort(sort: Sorting): void {
    this.sort = sort;
    this.drawHead();
  }

  /** Another result: the active row is the one given, or stays at its place. */
  setResult(count: number, active: number | null): void {
    this.count = count;
    this.active = Math.max(0, Math.min(active ?? this.active, count - 1));
    this.node.setAttribute('aria-rowcount', String(count + 1));
    this.draw();
  }

  focus(): void {
    this.node.focus({ preventScroll: true });
  }

  /** Makes a row the active one and brings it into view. */
  moveTo(index: number): void {
    if (this.count === 0) return;
    this.active = Math.max(0, Math.min(index, this.count - 1));
    this.reveal();
    this.draw();
    this.ports.moved(this.active, this.activeRow);
  }

  reveal(): void {
    const place = this.place();
    this.space.style.height = `${place.height}px`;
    this.node.scrollTop = place.showing(this.active, this.node.scrollTop);
  }

  drawSoon(): void {
    if (this.frame === 0) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
  }

  draw(): void {
    const place = this.place();
    this.space.style.height = `${place.height}px`;
    const { scrollTop } = this.node;
    const { from, to } = place.visible(scrollTop);
    this.ports.rows.want(from, to, this.count);
    const offset = place.offset(scrollTop);
    while (this.slots.length < to - from) this.slots.push(this.newSlot());
    this.slots.forEach((slot, at) => {
      const index = from + at;
      slot.node.hidden = index >= to;
      if (index < to) this.fill(slot, index, index * rowHeight - offset);
    });
    const isSeen = this.active >= from && this.active < to;
    if (isSeen) this.node.setAttribute('aria-activedescendant', `row-${this.active}`);
    else this.node.removeAttribute('aria-activedescendant');
  }

  private place(): ScrollPlace {
    const view = Math.max(rowHeight, this.node.clientHeight - this.head.offsetHeight);
    return new ScrollPlace(rowHeight, this.count, view);
  }

  private fill(slot: Slot, index: number, top: number): void {
    const found = this.ports.rows.row(index);
    const { node } = slot;
    node.style.transform = `translateY(${top}px)`;
    node.id = `row-${index}`;
    node.setAttribute('aria-rowindex', String(index + 2));
    const isSelected = found !== undefined && this.ports.selection.has(found.view.id);
    node.setAttribute('aria-selected', String(isSelected));
    node.classList.toggle('active', index === this.active);
    node.classList.toggle('odd', index % 2 === 1);
    node.classList.toggle('stale', found?.isStale === true);
    if (slot.mark !== null) setText(slot.mark, isSelected ? '☑' : '☐');
    slot.index = index;
    if (found?.view === slot.view) return;
    slot.view = found?.view;
    node.dataset['status'] =
      found === undefined ? 'loading' : found.view.deleted ? 'deleted' : found.view.status;
    node.setAttribute('aria-label', found === undefined ? 'loading' : spokenRow(found.view));
    node.dataset['id'] = found?.view.id ?? '';
    this.ports.columns.forEach((column, at) => {
      const cell = slot.cells[at];
      if (cell === undefined || column.id === 'mark') return;
      if (found === undefined) setText(cell, column.id === 'instruction' ? '…' : '');
      else if (column.id === 'change') fillChange(cell, found.view);
      else setText(cell, column.text(found.view));
    });
  }

  private newSlot(): Slot {
    const cells = this.ports.columns.map((column, at) =>
      element('div', {
        class: `cell ${column.id}${column.isNumber === true ? ' number' : ''}`,
        role: 'gridcell',
        attributes: { 'aria-colindex': String(at + 1), dir: 'auto' },
      }),
    );
    const node = element('div', { class: 'row', role: 'row' }, cells);
    const isMarked = this.ports.columns[0]?.id === 'mark';
    const mark = isMarked ? (cells[0] ?? null) : null;
    const slot: Slot = { node, cells, mark, view: undefined, index: 0 };
    node.addEventListener('click', (event) => this.click(event, slot));
    node.addEventListener('dblclick', () => this.ports.opened());
    this.layer.append(node);
    return slot;
  }

  private click(event: MouseEvent, slot: Slot): void {
    const isMark = slot.mark !== null && event.target === slot.mark;
    const how = event.shiftKey ? 'range' : isMark || event.ctrlKey || event.metaKey ? 'toggle' : 'only';
    const { index } = slot;
    this.ports.chosen(index, how);
    this.moveTo(index);
  }

  private press(event: KeyboardEvent): void {
    const isCommand = event.ctrlKey || event.metaKey;
    const { page } = this.place();
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: this.active + 1,
      ArrowUp: this.active - 1,
      PageDown: this.active + page,
      PageUp: this.active - page,
      Home: 0,
      End: this.count - 1,
    };
    const to = steps[event.key];
    if (to !== undefined && !event.altKey) {
      event.preventDefault();
      this.moveTo(to);
      if (event.shiftKey) this.ports.chosen(this.active, 'range');
    } else if (event.key === 'Enter') {
      event.preventDefault();
      this.ports.opened();
    } else if (event.key === ' ') {
      event.preventDefault();
      this.ports.chosen(this.active, 'toggle');
    } else if (event.key.toLowerCase() === 'a' && isCommand) {
      event.preventDefault();
      event.stopPropagation();
      this.ports.chosenAll();
    } else if (this.ports.key(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  private drawHead(): void {
    const cells = this.ports.columns.map((column, at) => this.headCell(column, at));
    const row = element('div', { class: 'row', role: 'row', attributes: { 'aria-rowindex': '1' } }, cells);
    this.head.replaceChildren(row);
    this.applyWidths();
  }

  private headCell(column: Column, at: number): HTMLElement {
    const { sort } = column;
    const isSorted = sort !== undefined && this.sort.by === sort;
    const label = `${column.title}${isSorted ? (this.sort.descending ? ' ↓' : ' ↑') : ''}`;
    const press = (): void => {
      if (sort !== undefined) this.ports.sorted({ by: sort, descending: isSorted && !this.sort.descending });
    };
    const content =
      column.id === 'mark'
        ? button({
            label: '☑',
            class: 'sort',
            title: 'Select all (Ctrl+A)',
            press: () => this.ports.chosenAll(),
          })
        : sort === undefined
          ? element('span', { class: 'plain' }, [label])
          : button({ label, class: 'sort', title: `Sort by ${column.title.toLowerCase()}`, press });
    const cell = element(
      'div',
      {
        class: `cell ${column.id}${column.isNumber === true ? ' number' : ''}`,
        role: 'columnheader',
        attributes: {
          'aria-colindex': String(at + 1),
          ...(column.id === 'mark' ? { 'aria-label': 'Selected' } : {}),
        },
      },
      [content],
    );
    if (isSorted) cell.setAttribute('aria-sort', this.sort.descending ? 'descending' : 'ascending');
    // The keyboard reaches the headers by Tab; the grid itself is one stop.
    if (column.id !== 'mark') cell.append(this.handle(column));
    return cell;
  }

  private handle(column: Column): HTMLElement {
    const handle = element('span', {
      class: 'handle',
      title: 'Drag to resize, double-click for the usual width',
    });
    handle.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      event.stopPropagation();
      handle.setPointerCapture(event.pointerId);
      const start = event.clientX - this.width(column);
      const move = (moved: PointerEvent): void => {
        this.widths[column.id] = Math.max(narrowest, moved.clientX - start);
        this.applyWidths();
      };
      const end = (): void => {
        handle.removeEventListener('pointermove', move);
        handle.removeEventListener('pointerup', end);
        this.ports.resized(this.widths);
      };
      handle.addEventListener('pointermove', move);
      handle.addEventListener('pointerup', end);
    });
    handle.addEventListener('dblclick', () => {
      this.widths = Object.fromEntries(Object.entries(this.widths).filter(([id]) => id !== column.id));
      this.applyWidths();
      this.ports.resized(this.widths);
    });
    return handle;
  }

  private width(column: Column): number {
    return this.widths[column.id] ?? column.width;
  }

  private applyWidths(): void {
    const widths = this.ports.columns.map((column) => this.width(column));
    this.node.style.setProperty('--columns', widths.map((width) => `${width}px`).join(' '));
    this.node.style.setProperty('--width', `${widths.reduce((sum, width) => sum + width, 0)}px`);
  }
}

interface Slot {
  readonly node: HTMLElement;
  readonly cells: readonly HTMLElement[];
  /** Null in tables without a selection. */
  readonly mark: HTMLElement | null;
  view: RowView | undefined;
  index: number;
}

function fillChange(cell: HTMLElement, row: RowView): void {
  const names = { same: 'span', removed: 'del', added: 'ins' } as const;
  cell.replaceChildren(...row.change.map(({ kind, text }) => element(names[kind], {}, [text])));
}
