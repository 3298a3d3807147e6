import type { Action } from '../editor/protocol';
import { button, element, setText } from './dom';

export interface ActionBarPorts {
  readonly act: (action: Action) => void;
  /** Shows records that are like the one shown. */
  readonly similar: () => void;
  readonly clear: () => void;
}

export interface ActionBarState {
  readonly selected: number;
  readonly hasShown: boolean;
  /** Deleted records are what is shown. */
  readonly hasDeleted: boolean;
}

/** What can be done with the records that are selected, or else with the one that is shown. */
export class ActionBar {
  readonly node: HTMLElement;
  private readonly what = element('span', { class: 'what', role: 'status' });
  private readonly clear: HTMLButtonElement;
  private readonly similar: HTMLButtonElement;
  private readonly buttons: readonly HTMLButtonElement[];

  constructor(ports: ActionBarPorts) {
    this.clear = button({
      label: 'Clear',
      class: 'link',
      title: 'Select nothing (Escape)',
      press: ports.clear,
    });
    this.buttons = actions.map(({ action, label, title }) =>
      button({ label, title, press: () => ports.act(action) }),
    );
    this.similar = button({
      label: 'Find Similar',
      title: 'Show only records that are like this one',
      press: ports.similar,
    });
    const groups = ['decide', 'sort', 'search', 'remove'].map((name) =>
      element(
        'span',
        { class: 'group' },
        this.buttons.filter((_, at) => actions[at]?.group === name),
      ),
    );
    this.node = element(
      'div',
      { class: 'actions-bar', role: 'toolbar', attributes: { 'aria-label': 'Actions' } },
      [...groups, this.similar, this.what, this.clear],
    );
  }

  show({ selected, hasShown, hasDeleted }: ActionBarState): void {
    setText(this.what, selected === 0 ? '' : `${selected.toLocaleString('en')} selected`);
    this.clear.hidden = selected === 0;
    this.buttons.forEach((each, at) => {
      each.hidden = actions[at]?.action === (hasDeleted ? 'delete' : 'restore');
    });
    this.similar.disabled = !hasShown;
    for (const each of this.buttons) each.disabled = selected === 0 && !hasShown;
  }
}

interface ActionButton {
  readonly action: Action;
  readonly group: string;
  readonly label: string;
  readonly title: string;
}

const actions: readonly ActionButton[] = [
  { action: 'accept', group: 'decide', label: 'Accept', title: 'Accept (A)' },
  { action: 'reject', group: 'decide', label: 'Reject', title: 'Reject (R)' },
  { action: 'pending', group: 'decide', label: 'Pending', title: 'Back to pending (U)' },
  { action: 'tag', group: 'sort', label: 'Tags…', title: 'Add and remove tags (T)' },
  { action: 'split', group: 'sort', label: 'Split…', title: 'Put into a split (S)' },
  { action: 'refine', group: 'search', label: 'Refine Again', title: 'Search anew from the rejected text' },
  { action: 'judge', group: 'search', label: 'Judge Again', title: 'Judge both texts anew' },
  { action: 'delete', group: 'remove', label: 'Delete', title: 'Delete (Delete); can be undone' },
  { action: 'restore', group: 'remove', label: 'Restore', title: 'Bring deleted records back' },
];
