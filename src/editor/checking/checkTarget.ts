import {
  itemAround,
  itemOfRanges,
  itemsOfSections,
  type DocumentInput,
  type PlacedItem,
} from '../selection/documentItems';
import { assembledText } from '../selection/placedText';
import type { ReadSelection, SelectionInput } from '../selection/readSelection';
import { trimmed, type TextRange } from '../selection/sections';

/** Which item of a document a person asked to check; it moves with the text as they write. */
export type CheckTarget =
  /** The row or section around an offset. */
  | { readonly kind: 'around'; readonly at: number }
  /** The first labelled pair of a stretch. */
  | { readonly kind: 'labelled'; readonly range: TextRange }
  | { readonly kind: 'two-stretches'; readonly asked: TextRange; readonly answered: TextRange }
  /** The person typed the instruction. */
  | { readonly kind: 'typed'; readonly instruction: string; readonly answered: TextRange };

/** What `readSelection` took, as a target that lasts. */
export function targetOf(input: SelectionInput, read: ReadSelection): CheckTarget {
  const [first, second] = input.selections
    .filter((range) => !isEmpty(trimmed(input.text, range)))
    .toSorted((a, b) => a.start - b.start);
  if (read.source.kind === 'row') return { kind: 'around', at: first?.start ?? input.cursor };
  if (read.source.kind === 'two-selections' && first !== undefined && second !== undefined) {
    const [asked, answered] = [trimmed(input.text, first), trimmed(input.text, second)];
    return { kind: 'two-stretches', asked, answered };
  }
  const { responseRange } = read;
  const isLabelled =
    first !== undefined && responseRange !== null && !isSame(trimmed(input.text, first), responseRange);
  if (isLabelled) return { kind: 'labelled', range: first };
  return { kind: 'around', at: responseRange?.start ?? input.cursor };
}

/** The item as it stands in the document now; null where it is no longer there. */
export function itemOfTarget(input: DocumentInput, target: CheckTarget): PlacedItem | null {
  switch (target.kind) {
    case 'around':
      return itemAround(input, target.at);
    case 'labelled': {
      const { start, end } = target.range;
      const [item] = itemsOfSections(input.text.slice(start, end), start);
      return item ?? null;
    }
    case 'two-stretches': {
      const { asked, answered } = target;
      return isEmpty(asked) || isEmpty(answered) ? null : usable(itemOfRanges(input.text, asked, answered));
    }
    case 'typed': {
      const { answered, instruction } = target;
      if (isEmpty(answered)) return null;
      const item = itemOfRanges(input.text, answered, answered);
      return usable({ ...item, instruction: assembledText(instruction, []) });
    }
  }
}

export interface DocumentChange {
  readonly start: number;
  readonly end: number;
  /** Units of the new text. */
  readonly length: number;
}

/** The target after a change of its document; what is typed at either end of a stretch belongs to it. */
export function movedTarget(target: CheckTarget, change: DocumentChange): CheckTarget {
  const move = (range: TextRange): TextRange => movedRange(range, change);
  switch (target.kind) {
    case 'around':
      return { ...target, at: movedRange({ start: target.at, end: target.at }, change).end };
    case 'labelled':
      return { ...target, range: move(target.range) };
    case 'two-stretches':
      return { ...target, asked: move(target.asked), answered: move(target.answered) };
    case 'typed':
      return { ...target, answered: move(target.answered) };
  }
}

function movedRange(range: TextRange, { start, end, length }: DocumentChange): TextRange {
  const by = length - (end - start);
  if (end < range.start) return { start: range.start + by, end: range.end + by };
  if (start > range.end) return range;
  const from = Math.min(range.start, start);
  return { start: from, end: Math.max(range.end + by, start + length) };
}

function usable(item: PlacedItem): PlacedItem | null {
  return item.response.text === '' || item.instruction.text.trim() === '' ? null : item;
}

function isEmpty({ start, end }: TextRange): boolean {
  return end <= start;
}

function isSame(a: TextRange, b: TextRange): boolean {
  return a.start === b.start && a.end === b.end;
}
