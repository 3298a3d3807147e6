import { button, element, setText } from '../../datasets/webview/dom';
import { orders, type Order, type StateMessage } from '../protocol';

export interface QueueBarPorts {
  readonly order: (order: Order) => void;
  readonly act: (action: 'accept' | 'reject' | 'next' | 'undo') => void;
  readonly left: () => void;
}

const orderWords: Readonly<Record<Order['by'], string>> = {
  disagreement: 'Disagreement, most first',
  interference: 'Interference, largest first',
  chance: 'By chance',
  input: 'As in the file',
  audit: 'Accepted by policy, by chance',
};

/** How far the person is, in which order pairs come, and the same actions as by keys. */
export class QueueBar {
  readonly node: HTMLElement;
  private readonly progress = element('span', { class: 'progress' });
  private readonly kept = element('span', { class: 'kept' });
  private readonly done = element('span', { class: 'done' });
  private readonly choice: HTMLSelectElement;
  private readonly seed: HTMLInputElement;
  private readonly unknown: HTMLInputElement;
  private readonly seedLabel: HTMLElement;
  private readonly unknownLabel: HTMLElement;
  private readonly buttons: Readonly<Record<'accept' | 'reject' | 'next' | 'undo', HTMLButtonElement>>;
  private order: Order = { by: 'disagreement', seed: 0, unknownFirst: false };

  constructor(private readonly ports: QueueBarPorts) {
    this.choice = element(
      'select',
      { attributes: { 'aria-label': 'Order of the pairs' } },
      orders.map((by) => element('option', { attributes: { value: by } }, [orderWords[by]])),
    );
    this.seed = element('input', {
      class: 'bound',
      attributes: { type: 'number', step: '1', min: '0', max: '999999' },
    });
    this.unknown = element('input', { attributes: { type: 'checkbox' } });
    this.seedLabel = element('label', {}, ['Seed ', this.seed]);
    this.unknownLabel = element('label', {}, [this.unknown, ' Unknown first']);
    const controls: readonly HTMLElement[] = [this.choice, this.seed, this.unknown];
    for (const control of controls) {
      control.addEventListener('change', () => this.changed());
      control.addEventListener('keydown', (event: KeyboardEvent) => {
        // Keys here are the control's own, but for those that leave it.
        event.stopPropagation();
        if (event.key !== 'Escape' && event.key !== 'Enter') return;
        event.preventDefault();
        ports.left();
      });
    }
    const act = (action: keyof QueueBar['buttons'], label: string, key: string): HTMLButtonElement =>
      button({ label, title: `${label} (${key})`, press: () => ports.act(action) });
    this.buttons = {
      accept: act('accept', 'Accept', 'A'),
      reject: act('reject', 'Reject', 'R'),
      next: act('next', 'Skip', 'S'),
      undo: act('undo', 'Undo', 'U'),
    };
    this.buttons.accept.classList.add('primary');
    this.node = element('header', { class: 'queue-bar' }, [
      element('div', { class: 'line' }, [
        element('span', { class: 'group' }, Object.values(this.buttons)),
        this.progress,
        this.kept,
        element('span', { class: 'order' }, [this.choice, this.seedLabel, this.unknownLabel]),
      ]),
      element('div', { class: 'track', attributes: { 'aria-hidden': 'true' } }, [this.done]),
    ]);
  }

  show({ progress, share, order, pair, canUndo }: StateMessage): void {
    setText(this.progress, progress);
    this.done.style.setProperty('width', `${Math.round(share * 1000) / 10}%`);
    this.order = order;
    this.choice.value = order.by;
    if (document.activeElement !== this.seed) this.seed.value = String(order.seed);
    this.unknown.checked = order.unknownFirst;
    this.seedLabel.hidden = order.by !== 'chance' && order.by !== 'audit';
    this.unknownLabel.hidden = order.by !== 'disagreement' && order.by !== 'interference';
    for (const name of ['accept', 'reject', 'next'] as const) this.buttons[name].disabled = pair === null;
    this.buttons.undo.disabled = !canUndo;
  }

  /** What accepting would take, where some changes are undone. */
  showKept(words: string): void {
    setText(this.kept, words);
  }

  /** One of the controls of the order has the keyboard. */
  get hasFocus(): boolean {
    const { activeElement } = document;
    return (
      activeElement !== null && [this.choice, this.seed, this.unknown].some((one) => one === activeElement)
    );
  }

  focus(): void {
    this.choice.focus();
  }

  private changed(): void {
    const by = orders.find((name) => name === this.choice.value) ?? this.order.by;
    const seed = Math.trunc(Number(this.seed.value));
    this.order = {
      by,
      seed: Number.isSafeInteger(seed) ? seed : 0,
      unknownFirst: this.unknown.checked,
    };
    this.ports.order(this.order);
  }
}
