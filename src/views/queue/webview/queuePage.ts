import { element, setText } from '../../datasets/webview/dom';
import { PairPane } from '../../datasets/webview/pairPane';
import type { PairView } from '../../datasets/editor/protocol';
import type { Decision, Request, Response, StateMessage } from '../protocol';
import { helpDialog, helpLine } from './help';
import { actionOf, type QueueAction } from './keys';
import { pairWords, sameMembers, textOf } from './pairWords';
import { QueueBar } from './queueBar';
import { isRemembered, shownPair, undoneIn, type Remembered } from './remembered';

export interface QueuePagePorts {
  readonly post: (request: Request) => void;
  readonly remembered: unknown;
  readonly remember: (state: Remembered) => void;
}

/** The whole page: one pair at a time, and what keys do with it. */
export class QueuePage {
  private state: StateMessage | null = null;
  private layout: Remembered['layout'] = 'inline';
  private undone: ReadonlySet<number> = new Set();
  private current: number | null = null;
  /** Of the pair that is shown, in text order. */
  private changes: readonly number[] = [];
  private draft: string | null = null;
  /** What the person did last and was warned of; the same again is meant. */
  private warned = '';
  /** A decision that was sent: until the next pair is there keys would be about one that nobody has seen. */
  private isWaiting = true;
  private readonly bar: QueueBar;
  private readonly pane: PairPane;
  private readonly notice = element('p', { class: 'notice' });
  private readonly warning = element('p', { class: 'notice warning', role: 'alert' });
  private readonly end = element('section', {
    class: 'end',
    role: 'region',
    attributes: { tabindex: '0', 'aria-label': 'End of the queue' },
  });
  private readonly live = element('div', { class: 'live', role: 'status' });
  private readonly help = helpDialog(() => this.focus());

  constructor(
    private readonly root: HTMLElement,
    private readonly ports: QueuePagePorts,
  ) {
    const { post } = ports;
    this.bar = new QueueBar({
      order: (order) => {
        if (!this.isHeld()) this.ask({ type: 'order', order });
        else if (this.state !== null) this.bar.show(this.state);
      },
      act: (action) => {
        this.act(action);
        this.focus();
      },
      left: () => this.focus(),
    });
    this.pane = new PairPane({
      layout: (layout) => this.setLayout(layout),
      edit: () => this.act('edit'),
      save: (_id, _field, text) => this.acceptText(text),
      draft: (draft) => {
        this.draft = draft === null ? null : draft.text;
        // Keeping a text leaves its field first: that it was warned of still counts.
        if (draft === null) this.warning.hidden = true;
        else this.warned = '';
        this.keep();
      },
      whole: (id) => post({ type: 'whole', id }),
      openSource: (id) => post({ type: 'open', id, what: 'source' }),
      openLine: (id) => post({ type: 'open', id, what: 'line' }),
      fix: nothing,
      settle: nothing,
      saveFile: nothing,
      left: nothing,
      isEditable: () => false,
      fields: ['chosen'],
      keep: { label: 'Accept with this text', title: 'Accept the pair with this text (Ctrl+Enter)' },
    });
    this.root.replaceChildren(
      this.bar.node,
      this.notice,
      this.warning,
      this.pane.node,
      this.end,
      helpLine(),
      this.help.node,
      this.live,
    );
    for (const part of [this.notice, this.warning, this.end, this.pane.node]) part.hidden = true;
    const known = isRemembered(ports.remembered) ? ports.remembered : null;
    this.layout = known?.layout ?? 'inline';
    this.pane.setLayout(this.layout);
    document.addEventListener('keydown', (event) => this.press(event));
    window.addEventListener('focus', () => {
      if (document.activeElement === document.body) this.focus();
    });
    post({ type: 'ready' });
  }

  take(message: unknown): void {
    // Only the host can send these: the page is in a frame of its own.
    const response = message as Response;
    switch (response.type) {
      case 'state': {
        this.show(response);
        return;
      }
      case 'mixture':
        if (response.id === this.pair?.id && sameMembers(response.undone, this.undone))
          this.pane.show({ ...this.pair, checks: response.checks });
        return;
      case 'text':
        if (response.id === this.pair?.id && !this.pane.isEditing) this.startEditing(response.text);
        return;
      case 'refused': {
        this.isWaiting = false;
        if (response.id !== this.pair?.id) return;
        if (!response.canInsist) this.warned = '';
        setText(this.warning, response.words);
        this.warning.hidden = false;
        if (this.draft !== null) this.startEditing(this.draft);
      }
    }
  }

  private get pair(): PairView | null {
    return this.state?.pair ?? null;
  }

  private show(state: StateMessage): void {
    const before = this.pair;
    const isFirst = this.state === null;
    this.state = state;
    this.isWaiting = false;
    const { pair } = state;
    // Changes are told by number, so they are others where a text is another.
    const isSame = before !== null && pair?.id === before.id && textOf(pair) === textOf(before);
    // What a person has typed is theirs, whatever others wrote of the pair, and also where it could not be written.
    const typed = before !== null && pair?.id === before.id ? this.draft : null;
    if (!isSame) this.begin(isFirst ? this.ports.remembered : null);
    this.draft ??= typed;
    this.bar.show(state);
    setText(this.notice, state.notice);
    this.notice.hidden = state.notice === '';
    this.pane.node.hidden = pair === null;
    this.end.hidden = state.end === null;
    if (state.end !== null)
      this.end.replaceChildren(element('h2', {}, [state.end.title]), element('p', {}, [state.end.words]));
    // What a person has marked in a pair that nothing happened to stays marked.
    if (JSON.stringify(before) !== JSON.stringify(pair)) {
      this.pane.show(pair);
      this.drawChanges();
      if (this.undone.size > 0) this.askMixture();
    }
    if (!isSame || isFirst) {
      // Who goes through the orders by keys is not done with it yet.
      if (!this.bar.hasFocus) this.focus();
      if (this.draft !== null && pair !== null) this.startEditing(this.draft);
    } else if (this.draft !== null && !this.pane.isEditing) this.startEditing(this.draft);
    this.keep();
    this.say([state.said, isSame ? '' : pairWords(state)]);
  }

  /** Another pair is shown, or one whose text is another now. */
  private begin(remembered: unknown): void {
    const { pair } = this;
    const known = isRemembered(remembered) && remembered.id === pair?.id ? remembered : null;
    const found = pair?.pieces.flatMap(({ change }) => change ?? []) ?? [];
    this.changes = [...new Set(found)];
    this.undone = new Set(undoneIn(known, pair).filter((change) => this.changes.includes(change)));
    this.current = null;
    this.draft = known?.draft ?? null;
    this.warned = '';
    this.warning.hidden = true;
    if (this.pane.isEditing) this.pane.stopEditing();
  }

  private press(event: KeyboardEvent): void {
    if (event.target instanceof HTMLTextAreaElement) return;
    const action = actionOf(event);
    if (action === null) return;
    // A button that has the keyboard is pressed by these.
    const isPressed = event.target instanceof HTMLButtonElement || isSummary(event.target);
    if (isPressed && (action === 'go-on' || action === 'toggle')) return;
    if (this.help.isOpen && action !== 'help' && action !== 'close') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && !repeatable.has(action)) return;
    this.act(action);
  }

  private act(action: QueueAction): void {
    switch (action) {
      case 'help': {
        this.help.toggle();
        return;
      }
      case 'close': {
        if (this.help.isOpen) this.help.toggle();
        else if (!this.isHeld()) this.focus();
        return;
      }
      case 'order':
        this.bar.focus();
        return;
      case 'layout':
        this.setLayout(this.layout === 'inline' ? 'beside' : 'inline');
        return;
      case 'next-change':
      case 'previous-change': {
        this.move(action === 'next-change' ? 1 : -1);
        return;
      }
      case 'toggle': {
        this.toggle();
        return;
      }
      case 'toggle-all': {
        this.toggleAll();
        return;
      }
      default:
        if (!this.isWaiting) this.decide(action);
    }
  }

  private decide(action: 'accept' | 'reject' | 'next' | 'previous' | 'undo' | 'edit' | 'go-on'): void {
    const { state, pair } = this;
    if (action === 'accept' && this.pane.isEditing && this.draft !== null) {
      this.acceptText(this.draft);
      return;
    }
    if (this.isHeld()) return;
    switch (action) {
      case 'accept': {
        this.send({ status: 'accepted', undone: [...this.undone] });
        return;
      }
      case 'reject': {
        this.send({ status: 'rejected' });
        return;
      }
      case 'edit':
        if (pair !== null) this.ports.post({ type: 'text', id: pair.id, undone: [...this.undone] });
        return;
      case 'undo': {
        this.ask({ type: 'undo' });
        return;
      }
      case 'go-on': {
        this.ask({ type: 'go', to: state?.end?.canBegin === true ? 'again' : 'next' });
        return;
      }
      case 'next':
      case 'previous': {
        this.ask({ type: 'go', to: action });
        return;
      }
    }
  }

  /** True while a text is being edited: nothing else may pass by what was typed. Leads back to it. */
  private isHeld(): boolean {
    if (!this.pane.isEditing || this.draft === null) return false;
    setText(this.warning, 'You are editing this text. Ctrl+Enter accepts it, Escape leaves it.');
    this.warning.hidden = false;
    this.startEditing(this.draft);
    return true;
  }

  private acceptText(text: string): void {
    this.draft = text;
    if (!this.isWaiting) this.send({ status: 'accepted', text });
  }

  private send(decision: Decision): void {
    const { pair } = this;
    if (pair === null) return;
    const meant = JSON.stringify(decision);
    const anyway = this.warned === meant;
    this.warned = meant;
    this.ask({ type: 'decide', id: pair.id, decision, anyway });
  }

  private ask(request: Request): void {
    this.isWaiting = true;
    this.warning.hidden = true;
    this.ports.post(request);
  }

  private startEditing(text: string): void {
    if (this.pair === null) return;
    this.draft = text;
    this.keep();
    this.pane.startEditing({ id: this.pair.id, field: 'chosen', text }, true);
  }

  private move(step: 1 | -1): void {
    const { changes, current } = this;
    if (changes.length === 0) {
      this.say(['The changes of this pair can’t be told apart.']);
      return;
    }
    const at = current === null ? -1 : changes.indexOf(current);
    const next = current === null && step < 0 ? changes.length - 1 : at + step;
    this.current = changes[Math.max(0, Math.min(changes.length - 1, next))] ?? null;
    this.drawChanges();
    this.sayChange();
  }

  private toggle(): void {
    const [only] = this.changes;
    // Of one change alone it is clear which is meant.
    if (this.current === null && this.changes.length === 1) this.current = only ?? null;
    if (this.current === null) {
      this.move(1);
      return;
    }
    const undone = new Set(this.undone);
    if (!undone.delete(this.current)) undone.add(this.current);
    this.setUndone(undone);
    this.sayChange();
  }

  private toggleAll(): void {
    this.setUndone(this.undone.size === 0 ? new Set(this.changes) : new Set());
    this.say([this.undone.size === 0 ? 'All changes are kept' : 'All changes are undone']);
  }

  private setUndone(undone: ReadonlySet<number>): void {
    this.undone = undone;
    this.warned = '';
    this.warning.hidden = true;
    this.keep();
    this.drawChanges();
    this.askMixture();
  }

  private askMixture(): void {
    if (this.pair !== null) this.ports.post({ type: 'mixture', id: this.pair.id, undone: [...this.undone] });
  }

  private drawChanges(): void {
    const { undone, current, changes } = this;
    const kept = changes.length - undone.size;
    this.bar.showKept(undone.size === 0 ? '' : `A accepts ${kept} of ${changes.length} changes`);
    this.pane.setChanges(this.state?.hasChanges === true ? { undone, current } : null);
  }

  private setLayout(layout: Remembered['layout']): void {
    this.layout = layout;
    this.keep();
    this.pane.setLayout(layout);
  }

  private focus(): void {
    if (this.pane.isEditing) return;
    (this.pane.node.hidden ? this.end : this.pane.node).focus();
  }

  private sayChange(): void {
    const { changes, current, undone } = this;
    if (current === null) return;
    const pieces = this.pair?.pieces.filter(({ change }) => change === current) ?? [];
    const words = pieces
      .filter(({ kind }) => kind !== 'same')
      .map(({ kind, text }) => `${kind} “${text.trim().slice(0, 80)}”`)
      .join(', ');
    this.say([
      `Change ${changes.indexOf(current) + 1} of ${changes.length}`,
      undone.has(current) ? 'undone' : 'kept',
      words,
    ]);
  }

  private say(parts: readonly string[]): void {
    const words = parts.filter((part) => part !== '').join('. ');
    if (words !== '') setText(this.live, words);
  }

  private keep(): void {
    const { layout, undone, draft, state } = this;
    // Before it is known which queue this is, what an earlier window kept of it stays.
    if (state === null) return;
    const { file, order, pair } = state;
    this.ports.remember({ ...shownPair(pair), file, order, layout, undone: [...undone], draft });
  }
}

/** What a key that is held down may do again and again. */
const repeatable: ReadonlySet<QueueAction> = new Set(['next-change', 'previous-change']);

function nothing(): void {
  // The queue offers none of these.
}

function isSummary(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.tagName === 'SUMMARY';
}
