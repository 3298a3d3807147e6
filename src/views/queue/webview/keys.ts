/** What a key does in the queue. */
export type QueueAction =
  | 'accept'
  | 'reject'
  | 'next'
  | 'previous'
  | 'undo'
  | 'edit'
  | 'next-change'
  | 'previous-change'
  | 'toggle'
  | 'toggle-all'
  | 'order'
  | 'layout'
  | 'go-on'
  | 'help'
  | 'close';

export interface PressedKey {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

/** Null for a key that is not the queue's, and for one that is held with another than Shift. */
export function actionOf({ key, ctrlKey, metaKey, altKey, shiftKey }: PressedKey): QueueAction | null {
  const name = key.length === 1 ? key.toLowerCase() : key;
  if (ctrlKey || metaKey) return name === 'z' && !shiftKey && !altKey ? 'undo' : null;
  if (altKey) return null;
  return actions.get(shiftKey && name === ' ' ? 'Shift+ ' : name) ?? null;
}

const actions: ReadonlyMap<string, QueueAction> = new Map<string, QueueAction>([
  ['a', 'accept'],
  ['r', 'reject'],
  ['s', 'next'],
  ['n', 'next'],
  ['p', 'previous'],
  ['u', 'undo'],
  ['e', 'edit'],
  ['j', 'next-change'],
  ['ArrowDown', 'next-change'],
  ['ArrowRight', 'next-change'],
  ['k', 'previous-change'],
  ['ArrowUp', 'previous-change'],
  ['ArrowLeft', 'previous-change'],
  [' ', 'toggle'],
  ['Shift+ ', 'toggle-all'],
  ['o', 'order'],
  ['l', 'layout'],
  ['Enter', 'go-on'],
  ['?', 'help'],
  ['Escape', 'close'],
]);

/** Keys and what they do, for the help. */
export const keyHelp: readonly (readonly [string, string])[] = [
  ['A', 'Accept the pair, without the changes that are undone'],
  ['R', 'Reject the pair'],
  ['S or N', 'Skip: the pair stays pending and comes again when you begin anew'],
  ['P', 'Back to the previous pair'],
  ['Enter', 'On to the next pair; at the end, begin anew with what was skipped'],
  ['U or Ctrl+Z', 'Undo your last decision'],
  ['J or ↓, K or ↑', 'Next and previous change'],
  ['Space', 'Undo the change, or keep it again'],
  ['Shift+Space', 'Undo all changes, or keep all again'],
  ['E', 'Edit the chosen text; Ctrl+Enter accepts it, Escape leaves it'],
  ['L', 'Inline or side by side'],
  ['O', 'Choose the order'],
  ['?', 'Show or hide this help'],
];

/** The line that is always there. */
export const shortHelp: readonly (readonly [string, string])[] = [
  ['A', 'accept'],
  ['R', 'reject'],
  ['S', 'skip'],
  ['U', 'undo'],
  ['J K', 'changes'],
  ['Space', 'undo a change'],
  ['E', 'edit'],
  ['P', 'previous'],
  ['?', 'all keys'],
];
