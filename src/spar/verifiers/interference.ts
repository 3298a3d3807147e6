import { applyChanges, textChanges, type TextChange } from '../text/wordDiff';
import { checkConstraints } from './check';
import type { Constraint, ConstraintCheck } from './constraint';

export interface Interference {
  /** Words of the changes that nothing needed over all changed words, 0 to 1; null where that can't be told. */
  readonly share: number | null;
  /** Indices into `textChanges(original, refined)` of the changes that nothing needed. */
  readonly unneeded: ReadonlySet<number>;
  /** The refinement with those changes undone; the refinement itself where there are none. */
  readonly trimmed: string;
}

/** Checks grow with the changes times the text; beyond this many the share stays unknown rather than late. */
const mostChanges = 400;
const mostCharacters = 4_000_000;

/**
 * How much of a refinement was not needed (docs/search.md): the changes are undone one by one in text order, each kept
 * undone while every verified constraint that the refinement holds still holds. Where nothing verified was broken
 * in the original there is nothing to measure against, and the share is null.
 */
export function interferenceOf(
  original: string,
  refined: string,
  constraints: readonly Constraint[],
): Interference {
  const unknown: Interference = { share: null, unneeded: new Set(), trimmed: refined };
  const broken = checkConstraints(constraints, original).filter(isBroken);
  if (broken.length === 0) return unknown;
  const changes = textChanges(original, refined);
  if (changes.length > mostChanges || changes.length * refined.length > mostCharacters) return unknown;
  const mustHold = checkConstraints(constraints, refined)
    .filter((check) => check.result.state === 'held')
    .map((check) => check.constraint);
  const staysSaid = keeps(original, refined);
  const kept = new Set(changes.keys());
  const unneeded = new Set<number>();
  for (const index of changes.keys()) {
    kept.delete(index);
    const undone = applyChanges(original, changes, kept);
    // A word that was moved is taken away by one change and put in by another: neither is undone alone.
    const states = staysSaid(undone) ? checkConstraints(mustHold, undone).map(stateOf) : ['broken'];
    // A check that gives up on one of these texts takes its time on all of them, and says nothing.
    if (states.includes('unknown')) return unknown;
    if (states.includes('broken')) kept.add(index);
    else unneeded.add(index);
  }
  return { share: wordShare(changes, unneeded), unneeded, trimmed: applyChanges(original, changes, kept) };
}

/** Tells whether a text says every word that both others say, as often as both do; without case and marks. */
function keeps(original: string, refined: string): (text: string) => boolean {
  const [before, after] = [wordCounts(original), wordCounts(refined)];
  const shared = [...before].flatMap(([word, count]): readonly (readonly [string, number])[] => {
    const both = Math.min(count, after.get(word) ?? 0);
    return both === 0 ? [] : [[word, both]];
  });
  return (text) => {
    const said = wordCounts(text);
    return shared.every(([word, count]) => (said.get(word) ?? 0) >= count);
  };
}

function wordCounts(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const match of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu)) {
    counts.set(match[0], (counts.get(match[0]) ?? 0) + 1);
  }
  return counts;
}

function isBroken(check: ConstraintCheck): boolean {
  return stateOf(check) === 'broken';
}

function stateOf(check: ConstraintCheck): ConstraintCheck['result']['state'] {
  return check.result.state;
}

/** In words; where only white space differs, in changes. */
function wordShare(changes: readonly TextChange[], chosen: ReadonlySet<number>): number {
  const words = (indices: Iterable<number>): number =>
    [...indices].reduce((sum, index) => sum + (changes[index]?.words ?? 0), 0);
  const all = words(changes.keys());
  if (all > 0) return words(chosen) / all;
  return changes.length === 0 ? 0 : chosen.size / changes.length;
}
