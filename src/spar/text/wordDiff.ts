import { diffArrays } from 'diff';
import { wordsOf, type Word } from './words';

/** One stretch in which two texts differ, between words that both share. Offsets are UTF-16, half open. */
export interface TextChange {
  readonly originalStart: number;
  readonly originalEnd: number;
  readonly refinedStart: number;
  readonly refinedEnd: number;
  readonly removed: string;
  readonly added: string;
  /** The larger of removed and added words; 0 where only white space differs. */
  readonly words: number;
}

/**
 * Above this many word edits the differing middle is taken as a whole: Myers' algorithm takes time
 * in the square of the edits, and a text changed that much is no minimal refinement anyway.
 */
const maxEdits = 1500;

/**
 * The changes that turn `original` into `refined`, in text order, at word level. The text between
 * changes is equal in both, so the changes together with it rebuild either text exactly.
 */
export function textChanges(original: string, refined: string): readonly TextChange[] {
  return compare(original, refined).changes;
}

/** Changed words over the longer text's words: 0 for equal words, 1 for nothing in common (docs/search.md). */
export function distance(original: string, refined: string): number {
  if (original === refined) return 0;
  const { longer, common } = compare(original, refined);
  return longer === 0 ? 0 : (longer - common) / longer;
}

/** `original` with only the changes at the indices in `kept` made. */
export function applyChanges(
  original: string,
  changes: readonly TextChange[],
  kept: ReadonlySet<number>,
): string {
  let text = '';
  let position = 0;
  changes.forEach((change, index) => {
    text += original.slice(position, change.originalStart);
    text += kept.has(index) ? change.added : change.removed;
    position = change.originalEnd;
  });
  return text + original.slice(position);
}

interface Comparison {
  readonly changes: readonly TextChange[];
  /** Words of the longer text. */
  readonly longer: number;
  /** Words that both share in order. */
  readonly common: number;
}

function compare(original: string, refined: string): Comparison {
  const before = wordsOf(original);
  const after = wordsOf(refined);
  const pairs = matchedWords(before, after);
  const changes: TextChange[] = [];
  let from = { originalAt: 0, refinedAt: 0, beforeIndex: 0, afterIndex: 0 };
  const closeGap = (beforeIndex: number, afterIndex: number): void => {
    const originalEnd = before[beforeIndex]?.start ?? original.length;
    const refinedEnd = after[afterIndex]?.start ?? refined.length;
    const change = trimmedChange(
      { text: original, start: from.originalAt, end: originalEnd },
      { text: refined, start: from.refinedAt, end: refinedEnd },
    );
    const words = Math.max(beforeIndex - from.beforeIndex, afterIndex - from.afterIndex);
    if (change !== null) changes.push({ ...change, words });
  };
  for (const [beforeIndex, afterIndex] of pairs) {
    closeGap(beforeIndex, afterIndex);
    from = {
      originalAt: before[beforeIndex]?.end ?? original.length,
      refinedAt: after[afterIndex]?.end ?? refined.length,
      beforeIndex: beforeIndex + 1,
      afterIndex: afterIndex + 1,
    };
  }
  closeGap(before.length, after.length);
  return { changes, longer: Math.max(before.length, after.length), common: pairs.length };
}

/** Index pairs of equal words, a longest common subsequence unless more than `maxEdits` apart. */
function matchedWords(
  before: readonly Word[],
  after: readonly Word[],
): readonly (readonly [number, number])[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head]?.text === after[head]?.text) head += 1;
  let tail = 0;
  while (
    tail < shorter - head &&
    before[before.length - 1 - tail]?.text === after[after.length - 1 - tail]?.text
  ) {
    tail += 1;
  }
  const pairs: [number, number][] = [];
  for (let index = 0; index < head; index += 1) pairs.push([index, index]);
  const parts = diffArrays(
    before.slice(head, before.length - tail).map((word) => word.text),
    after.slice(head, after.length - tail).map((word) => word.text),
    { maxEditLength: maxEdits },
  );
  let beforeIndex = head;
  let afterIndex = head;
  // The types promise an array; past maxEditLength the library answers undefined.
  for (const part of parts ?? []) {
    const length = part.value.length;
    if (!part.added && !part.removed) {
      for (let step = 0; step < length; step += 1) pairs.push([beforeIndex + step, afterIndex + step]);
    }
    if (!part.added) beforeIndex += length;
    if (!part.removed) afterIndex += length;
  }
  for (let index = tail; index > 0; index -= 1) pairs.push([before.length - index, after.length - index]);
  return pairs;
}

interface Stretch {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** The change between two stretches without the white space they share at either end; null when equal. */
function trimmedChange(original: Stretch, refined: Stretch): Omit<TextChange, 'words'> | null {
  let { start: originalStart, end: originalEnd } = original;
  let { start: refinedStart, end: refinedEnd } = refined;
  const isSpace = (text: string, at: number): boolean => /\s/u.test(text.charAt(at));
  while (
    originalStart < originalEnd &&
    refinedStart < refinedEnd &&
    original.text[originalStart] === refined.text[refinedStart] &&
    isSpace(original.text, originalStart)
  ) {
    originalStart += 1;
    refinedStart += 1;
  }
  while (
    originalEnd > originalStart &&
    refinedEnd > refinedStart &&
    original.text[originalEnd - 1] === refined.text[refinedEnd - 1] &&
    isSpace(original.text, originalEnd - 1)
  ) {
    originalEnd -= 1;
    refinedEnd -= 1;
  }
  // A line end of two characters stays whole on both sides.
  const parts = (text: string, at: number): boolean => text[at - 1] === '\r' && text[at] === '\n';
  if (
    originalStart > original.start &&
    (parts(original.text, originalStart) || parts(refined.text, refinedStart))
  ) {
    originalStart -= 1;
    refinedStart -= 1;
  }
  if (originalEnd < original.end && (parts(original.text, originalEnd) || parts(refined.text, refinedEnd))) {
    originalEnd += 1;
    refinedEnd += 1;
  }
  const removed = original.text.slice(originalStart, originalEnd);
  const added = refined.text.slice(refinedStart, refinedEnd);
  return removed === added ? null : { originalStart, originalEnd, refinedStart, refinedEnd, removed, added };
}
