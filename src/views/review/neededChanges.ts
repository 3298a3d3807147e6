import { interferenceOf } from '../../spar/verifiers/interference';
import { applyChanges, type TextChange } from '../../spar/text/wordDiff';
import { checkConstraints } from '../../spar/verifiers/check';
import type { Constraint } from '../../spar/verifiers/constraint';

/** Which changes the constraints that code checks needed (interference, docs/search.md). */
export interface Need {
  /** Indices in `textChanges(original, refined)` that could be undone without breaking what holds. */
  readonly unneeded: ReadonlySet<number>;
  /** Labels of the constraints that break again when this needed change is undone; empty where none does alone. */
  neededBy(index: number): readonly string[];
}

/** Characters to check at most, all undone variants together; beyond it the answer is unknown rather than late. */
const mostCharacters = 4_000_000;

export interface NeedOptions {
  readonly original: string;
  readonly refined: string;
  /** `textChanges(original, refined)`. */
  readonly changes: readonly TextChange[];
  readonly constraints: readonly Constraint[];
}

/** What the review needs of the verifiers, which are heavy and loaded late. */
export interface ReviewRules {
  readonly neededChanges: typeof neededChanges;
  readonly checkConstraints: typeof checkConstraints;
}

export const reviewRules: ReviewRules = { neededChanges, checkConstraints };

/** Null where that can't be told: nothing that code checks was broken, or the text is too large. */
export function neededChanges({ original, refined, changes, constraints }: NeedOptions): Need | null {
  if (changes.length === 0 || changes.length * refined.length > mostCharacters) return null;
  const { share, unneeded } = interferenceOf(original, refined, constraints);
  if (share === null) return null;
  return {
    unneeded,
    neededBy: (index) => {
      const kept = new Set([...changes.keys()].filter((other) => other !== index && !unneeded.has(other)));
      const held = new Set(labelsOf(constraints, { text: refined, state: 'held' }));
      const broken = labelsOf(constraints, { text: applyChanges(original, changes, kept), state: 'broken' });
      return broken.filter((label) => held.has(label));
    },
  };
}

function labelsOf(
  constraints: readonly Constraint[],
  { text, state }: { text: string; state: 'held' | 'broken' },
): readonly string[] {
  return checkConstraints(constraints, text)
    .filter((check) => check.result.state === state)
    .map((check) => check.constraint.text);
}
