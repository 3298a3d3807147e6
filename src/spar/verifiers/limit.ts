import { z } from 'zod';

/** IFEval knows the first two; `at most` is ours, for rows of other sources. */
export const relation = z.enum(['at least', 'less than', 'at most']);
export type Relation = z.infer<typeof relation>;

/** A whole number from 0, as IFEval's columns give it. */
export const count = z.number().int().min(0);

/** A bound on a number of things. */
export interface Limit {
  readonly relation: Relation;
  readonly count: number;
}

export function within(actual: number, limit: Limit): boolean {
  switch (limit.relation) {
    case 'at least':
      return actual >= limit.count;
    case 'less than':
      return actual < limit.count;
    case 'at most':
      return actual <= limit.count;
  }
}

/** For labels: `≥ 300`, `< 5`, `≤ 4`. */
export function limitSign(limit: Limit): string {
  return `${{ 'at least': '≥', 'less than': '<', 'at most': '≤' }[limit.relation]} ${limit.count}`;
}

/** For sentences: `at least 300`. */
export function limitWords(limit: Limit): string {
  return `${limit.relation} ${limit.count}`;
}

/** The largest number allowed; null with a lower bound. */
export function largestAllowed(limit: Limit): number | null {
  if (limit.relation === 'at least') return null;
  return limit.relation === 'less than' ? limit.count - 1 : limit.count;
}
