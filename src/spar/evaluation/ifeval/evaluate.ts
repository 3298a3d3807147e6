import type { Constraint } from '../../verifiers/constraint';
import { followsLoosely, followsStrictly } from '../../verifiers/loose';
import { constraintsFromRow } from '../../verifiers/rows';
import type { IfevalPrompt } from './files';

/** Verdicts on one response. */
export interface IfevalVerdict {
  readonly prompt: string;
  readonly response: string;
  readonly ids: readonly string[];
  /** One for each of `ids`. What code can't check counts as not followed. */
  readonly strict: readonly boolean[];
  readonly loose: readonly boolean[];
  /** Constraints that code can't check: an unknown name, or arguments that don't fit. */
  readonly unchecked: readonly UncheckedConstraint[];
}

export interface UncheckedConstraint {
  /** Of the prompt in its file, from 1. */
  readonly line: number;
  readonly type: string;
  readonly reason: string;
}

/** IFEval's verdicts, strict and loose, on one response. Never throws. */
export function evaluateResponse({ line, prompt, columns }: IfevalPrompt, response: string): IfevalVerdict {
  const { ids, kwargs } = columns ?? { ids: [], kwargs: [] };
  const unchecked: UncheckedConstraint[] = [];
  const constraints = ids.map((id, index): Constraint | null => {
    const { constraints: found, refused } = constraintsFromRow([id], [kwargs[index]]);
    for (const { type, reason } of refused) unchecked.push({ line, type, reason });
    return found[0] ?? null;
  });
  return {
    prompt,
    response,
    ids,
    strict: constraints.map((one) => one !== null && followsStrictly(one, response) === true),
    loose: constraints.map((one) => one !== null && followsLoosely(one, response) === true),
    unchecked,
  };
}
