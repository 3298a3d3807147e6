import type { PairView } from '../../datasets/editor/protocol';
import type { KeptQueue } from '../protocol';
import { textOf } from './pairWords';

/** What outlives that the tab is hidden, and that the window is reloaded. */
export interface Remembered extends KeptQueue {
  readonly layout: 'inline' | 'beside';
  /** What the person has done with the pair that is shown. */
  readonly undone: readonly number[];
  /** Of the text that these changes are of. */
  readonly text?: string;
  readonly draft: string | null;
}

/** The page wrote it itself, perhaps in an earlier version. */
export function isRemembered(value: unknown): value is Remembered {
  return (
    typeof value === 'object' &&
    value !== null &&
    'layout' in value &&
    'undone' in value &&
    Array.isArray(value.undone)
  );
}

/** Changes that were undone in this pair; none where its text is another by now, whose changes have other numbers. */
export function undoneIn(
  kept: Pick<Remembered, 'undone' | 'text'> | null,
  pair: PairView | null,
): readonly number[] {
  return pair !== null && kept?.text === digestOf(pair) ? kept.undone : [];
}

/** What is remembered of the pair that is shown. */
export function shownPair(pair: PairView | null): Pick<Remembered, 'id' | 'text'> {
  return pair === null ? { id: null } : { id: pair.id, text: digestOf(pair) };
}

/** Tells texts apart, and is short: FNV-1a, 32 bits, and the length. */
function digestOf(pair: PairView): string {
  const text = textOf(pair);
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return `${text.length}-${(hash >>> 0).toString(16)}`;
}
