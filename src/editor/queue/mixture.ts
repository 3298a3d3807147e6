import type { DatasetRecord } from '../../spar/datasets/schema';
import type { Check } from '../../spar/datasets/steps';
import type { NewDecision } from '../../spar/datasets/newLines';
import { applyChanges, textChanges } from '../../spar/text/wordDiff';

/** A pair without some of its changes. */
export interface Mixture {
  readonly text: string;
  /** Indices of the changes from the rejected to the chosen text that stay. */
  readonly kept: readonly number[];
  readonly changes: NonNullable<NewDecision['changes']>;
}

/**
 * The chosen text with some of its changes undone; null where none is, so that it is the chosen text itself.
 *
 * @param record As it stands.
 * @param undone Indices of `textChanges(rejected, chosen)`; others are passed over.
 */
export function mixtureOf(
  { rejected, chosen }: Pick<DatasetRecord, 'rejected' | 'chosen'>,
  undone: readonly number[],
): Mixture | null {
  const changes = textChanges(rejected, chosen);
  const left = new Set(undone);
  const kept = [...changes.keys()].filter((index) => !left.has(index));
  if (kept.length === changes.length) return null;
  return {
    text: applyChanges(rejected, changes, new Set(kept)),
    kept,
    changes: { kept, all: changes.map(({ removed, added }) => ({ removed, added })) },
  };
}

/** What rules find broken, in the words of its constraints. */
export function brokenIn(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ constraint, result }) => (result.state === 'broken' ? [constraint.text] : []));
}
