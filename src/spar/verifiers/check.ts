import type { CheckResult, Constraint, ConstraintCheck } from './constraint';
import { verifierOf } from './table';

/**
 * Each constraint's result on a text, in the order given. Constraints of a type that code does not know, or whose
 * arguments don't fit their type, are left out: they are neither held nor broken. Never throws.
 */
export function checkConstraints(
  constraints: readonly Constraint[],
  text: string,
): readonly ConstraintCheck[] {
  return constraints.flatMap((constraint) => {
    const result = checkConstraint(constraint, text);
    return result === null ? [] : [{ constraint, result }];
  });
}

/** Null where code can't tell, see `checkConstraints`. */
export function checkConstraint(constraint: Constraint, text: string): CheckResult | null {
  const verifier = verifierOf(constraint.type);
  const args = verifier?.args.safeParse(constraint.args);
  return verifier === undefined || args?.success !== true ? null : verifier.check(text, args.data);
}
