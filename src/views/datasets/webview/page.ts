import type {
  Action,
  DocumentMessage,
  Request,
  Response,
  ResultMessage,
  RowView,
  Target,
} from '../editor/protocol';
import { columns, rowColumns } from './columns';
import { element } from './dom';
import { ActionBar } from './actionBar';
import { FilterBar } from './filterBar';
import { Grid } from './grid';
import { PairPane } from './pairPane';
import { firstState, type PageState } from './pageState';
import { RowWindow } from './rowWindow';
import { Selection } from './selection';
import { splitter } from './splitter';

export interface PagePorts {
  readonly kind: DocumentMessage['kind'];
  readonly post: (request: Request) => void;
  readonly remembered: unknown;
  readonly remember: (state: PageState) => void;
}

/** Milliseconds after which a question that has no answer yet is told of. */
const late = 250;

/** Milliseconds for which a row is the active one before its pair is asked for: keys that are held move on. */
const pause = 60;

/** The whole page: it asks the host for what it shows, and tells it what the person wants. */
export class Page {
  private state: PageState;
  private result: ResultMessage | null = null;
  private readonly kind: DocumentMessage['kind'];
  private readonly selection = new Selection();
  private readonly rows: RowWindow;
  private readonly grid: Grid;
  private readonly bar: FilterBar;
  private readonly actions: ActionBar;
  private readonly pane: PairPane;
  private readonly notices = element('div', { class: 'notices', role: 'status' });
  private readonly empty = element('p', { class: 'nothing' });
  private readonly table: HTMLElement;
  private timer = 0;
  /** Where a range of rows begins. */
  private anchor = 0;
  private isExtending = false;
  /** The next rows that come are to be shown as a pair. */
  private wantsPair = false;
  /** What the next result is another one of, so that it is looked at anew. */
  private asked: 'filter' | 'order' | null = null;
  /** Of the last result. */
  private answered: Pick<PageState, 'filter' | 'sort'>;
  private searchTimer = 0;

  constructor(
    private readonly root: HTMLElement,
    private readonly ports: PagePorts,
  ) {
    this.kind = ports.kind;
    this.state = { ...firstState, ...(isState(ports.remembered) ? ports.remembered : {}) };
    this.answered = { filter: firstState.filter, sort: firstState.sort };
    const { post } = ports;
    this.rows = new RowWindow((result, from, to) => post({ type: 'rows', result, from, to }));
    this.bar = new FilterBar({
      changed: (filter) => this.setFilter(filter),
      isDataset: this.kind === 'dataset',
      lint: () => post({ type: 'run', command: 'lint' }),
      toggled: (areFiltersOpen) => this.keep({ areFiltersOpen }),
      left: () => this.grid.focus(),
    });
    this.actions = new ActionBar({
      act: (action) => this.act(action),
      similar: () => this.showSimilar(),
      clear: () => this.clearSelection(),
    });
    this.grid = new Grid({
      columns: this.kind === 'rows' ? rowColumns : columns,
      rows: this.rows,
      selection: this.selection,
      moved: (index, row) => this.moved(index, row),
      chosen: (index, how) => this.choose(index, how),
      chosenAll: () => {
        if (this.selection.isAll) this.selection.clear();
        else this.selection.selectAll();
        this.drawSelection();
      },
      sorted: (sort) => {
        this.keep({ sort });
        this.askAnew('order');
      },
      resized: (widths) => this.keep({ widths: { ...widths } }),
      opened: () => this.pane.focus(),
      key: (event) => this.press(event),
    });
    this.pane = new PairPane({
      layout: (layout) => {
        this.keep({ layout });
        this.pane.setLayout(layout);
      },
      edit: (id, field) => post({ type: 'text', id, field }),
      save: (id, field, text) => post({ type: 'edit', id, field, text }),
      draft: (draft) => this.keep({ draft }),
      whole: (id) => post({ type: 'pair', id, whole: true }),
      fix: (id, finding) => post({ type: 'fix', id, finding }),
      settle: (id, conflict, side) => post({ type: 'settle', id, conflict, side }),
      openSource: (id) => post({ type: 'open-source', id }),
      openLine: (id) => post({ type: 'open-line', id }),
      saveFile: () => post({ type: 'run', command: 'save' }),
      left: () => this.grid.focus(),
      isEditable: () => this.kind === 'dataset',
    });
    this.table = element('div', { class: 'table' }, [this.grid.node, this.empty]);
    this.show();
  }

  take(message: unknown): void {
    // Only the host can send these: the page is in a frame of its own.
    const response = message as Response;
    switch (response.type) {
      case 'result': {
        this.takeResult(response);
        return;
      }
      case 'rows':
        this.rows.take(response.result, response.from, response.rows);
        this.grid.draw();
        if (this.wantsPair) this.showActive();
        return;
      case 'ids':
        if (response.result !== this.result?.result) return;
        this.selection.replace(response.ids);
        {
          this.drawSelection();
          return;
        }
      case 'pair':
        if (response.id === this.state.shown) this.showPair(response);
        return;
      case 'text':
        if (response.id === this.state.shown) {
          const { id, field, text } = response;
          this.pane.startEditing({ id, field, text }, true);
        }
        return;
      case 'document': {
        this.takeDocument(response);
        return;
      }
      case 'failed': {
        if (response.request === 'rows') this.rows.forgetAsked();
        else this.giveUp();
        return;
      }
      case 'filter': {
        this.setFilter(response.filter);
        return;
      }
      case 'focus': {
        if (response.on === 'filter') this.bar.focus();
        else this.grid.focus();
        return;
      }
    }
  }

  private show(): void {
    const { filter, sort, widths, areFiltersOpen, layout, shown, tableShare, draft } = this.state;
    this.bar.setFilter(filter);
    this.bar.setOpen(areFiltersOpen, false);
    this.grid.setWidths(widths);
    this.grid.setSort(sort);
    this.pane.setLayout(layout);
    this.empty.hidden = true;
    this.root.classList.toggle('read-only', this.kind === 'rows');
    this.actions.node.hidden = this.kind === 'rows';
    const divider = splitter({
      share: tableShare,
      changed: (share) => this.setTableShare(share),
      ended: (share) => this.keep({ tableShare: share }),
    });
    this.setTableShare(tableShare);
    this.root.replaceChildren(
      this.bar.node,
      this.notices,
      this.actions.node,
      this.table,
      divider,
      this.pane.node,
    );
    document.addEventListener('keydown', (event) => this.pressAnywhere(event), { capture: true });
    window.addEventListener('focus', () => {
      if (document.hasFocus() && document.activeElement === document.body) this.grid.focus();
    });
    if (shown !== null) this.ports.post({ type: 'pair', id: shown, whole: false });
    if (draft !== null) this.pane.startEditing(draft, false);
    this.query();
    // Whoever has the keyboard elsewhere by now keeps it.
    if (document.hasFocus()) this.grid.focus();
  }

  private query(): void {
    const { filter, sort } = this.state;
    this.bar.setFilter(filter);
    this.grid.setSort(sort);
    this.ports.post({ type: 'query', filter, sort });
  }

  private setFilter(filter: PageState['filter']): void {
    this.keep({ filter });
    this.clearSelection();
    this.askAnew('filter');
  }

  /** For another filter or order. What takes a while, as searching a large file does, says so meanwhile. */
  private askAnew(another: 'filter' | 'order'): void {
    this.asked = another;
    clearTimeout(this.searchTimer);
    this.searchTimer = window.setTimeout(() => this.bar.setSearching(true), late);
    this.query();
  }

  /** The filter and order that hold on. */
  private giveUp(): void {
    if (this.asked === null) return;
    this.asked = null;
    this.endSearch();
    this.keep(this.answered);
    this.bar.setFilter(this.state.filter);
    this.grid.setSort(this.state.sort);
  }

  private endSearch(): void {
    clearTimeout(this.searchTimer);
    this.bar.setSearching(false);
  }

  private takeResult(result: ResultMessage): void {
    const isFirst = this.result === null;
    const { asked } = this;
    // Whoever sorts wants to see what comes first; else the record that is shown stays in view where it can.
    const position = asked === 'order' ? null : result.position;
    const { filter, sort } = this.state;
    this.answered = { filter, sort };
    this.result = result;
    this.asked = null;
    this.endSearch();
    this.rows.begin(result.result, true);
    this.bar.setResult(result);
    this.grid.setResult(result.count, position ?? (asked === null ? null : 0));
    if (isFirst || asked !== null) this.grid.reveal();
    this.empty.hidden = result.count > 0 || !result.isComplete;
    this.empty.textContent =
      Object.keys(this.state.filter).length > 0
        ? 'No record passes the filter. Remove a part of it above.'
        : 'There is no record in this file yet.';
    // The record that was shown is no longer in the result: the one in its place is shown.
    this.wantsPair = position === null && result.count > 0;
    if (this.wantsPair) this.showActive();
    else if (result.count === 0 && isFirst) this.pane.show(null);
    this.drawSelection();
  }

  private takeDocument(message: DocumentMessage): void {
    this.notices.replaceChildren(...message.notices.map((words) => element('p', {}, [words])));
  }

  private showPair({ pair }: Response & { readonly type: 'pair' }): void {
    this.pane.show(pair);
    this.drawSelection();
  }

  private moved(index: number, row: RowView | null): void {
    clearTimeout(this.timer);
    this.anchor = this.isExtending ? this.anchor : index;
    if (row === null) this.wantsPair = true;
    else this.timer = window.setTimeout(() => this.ask(row.id), pause);
  }

  private showActive(): void {
    const row = this.grid.activeRow;
    if (row === null) return;
    this.wantsPair = false;
    this.ask(row.id);
  }

  private ask(id: string): void {
    if (this.pane.isEditing && id !== this.state.shown) return;
    this.keep({ shown: id });
    this.ports.post({ type: 'pair', id, whole: false });
  }

  private choose(index: number, how: 'only' | 'toggle' | 'range'): void {
    const { result } = this;
    const row = this.rows.row(index)?.view;
    this.isExtending = how === 'range';
    if (how === 'range' && result !== null) {
      const [from, to] = [Math.min(this.anchor, index), Math.max(this.anchor, index) + 1];
      this.ports.post({ type: 'ids', result: result.result, from, to });
    } else if (how === 'toggle' && row !== undefined) this.selection.toggle(row.id);
    else if (how === 'only') this.selection.clear();
    this.drawSelection();
  }

  private clearSelection(): void {
    this.selection.clear();
    this.drawSelection();
  }

  private drawSelection(): void {
    const selected = this.selection.size(this.result?.count ?? 0);
    const hasShown = this.state.shown !== null && (this.result?.count ?? 0) > 0;
    this.actions.show({ selected, hasShown, hasDeleted: this.state.filter.deleted === true });
    this.grid.draw();
  }

  private act(action: Action): void {
    const target: Target | null = this.selection.target(this.state.shown);
    if (target !== null) this.ports.post({ type: 'act', action, target });
  }

  /** Only records that are like the one shown; all other filters are left out. */
  private showSimilar(): void {
    if (this.state.shown !== null) this.setFilter({ similarTo: this.state.shown });
  }

  private press(event: KeyboardEvent): boolean {
    if (event.key === 'Escape') {
      this.clearSelection();
      return true;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || this.kind === 'rows') return false;
    const action = actionOfKey[event.key.toLowerCase()];
    if (action !== undefined) {
      this.act(action);
      return true;
    }
    if (event.key.toLowerCase() !== 'e' || this.state.shown === null) return false;
    this.ports.post({ type: 'text', id: this.state.shown, field: 'chosen' });
    return true;
  }

  private pressAnywhere(event: KeyboardEvent): void {
    const isFind = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === 'f';
    if (!isFind) return;
    event.preventDefault();
    event.stopPropagation();
    this.bar.focus();
  }

  private setTableShare(share: number): void {
    this.root.style.setProperty('--table-share', String(share));
    this.grid.drawSoon();
  }

  private keep(part: Partial<PageState>): void {
    this.state = { ...this.state, ...part };
    this.ports.remember(this.state);
  }
}

const actionOfKey: Readonly<Record<string, Action>> = {
  a: 'accept',
  r: 'reject',
  u: 'pending',
  t: 'tag',
  s: 'split',
  delete: 'delete',
};

/** The page wrote it itself, perhaps in an earlier version: what the host can't use it leaves out. */
function isState(value: unknown): value is Partial<PageState> {
  return typeof value === 'object' && value !== null;
}
