import { z } from 'zod';
import { count } from '../limit';

/** A smallest and a largest number, both allowed; each may be absent. */
export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

export const bounds = {
  min: count.optional().describe('The fewest allowed.'),
  max: count.optional().describe('The most allowed.'),
};

export function areInOrder({ min, max }: Bounds): boolean {
  return min === undefined || max === undefined || min <= max;
}

export const outOfOrder = { error: 'min must not be greater than max.', path: ['min'] };

export function isWithin(actual: number, { min, max }: Bounds): boolean {
  return actual >= (min ?? 0) && actual <= (max ?? Number.POSITIVE_INFINITY);
}

/** For labels: `2–5`, `≥ 2`, `≤ 5`, `= 3`. */
export function boundsSign({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) return min === max ? `= ${min}` : `${min}–${max}`;
  return max === undefined ? `≥ ${min ?? 0}` : `≤ ${max}`;
}

/** For sentences: `at least 2 and at most 5`, `exactly 3`. */
export function boundsWords({ min, max }: Bounds): string {
  if (min !== undefined && max !== undefined) {
    return min === max ? `exactly ${min}` : `at least ${min} and at most ${max}`;
  }
  return max === undefined ? `at least ${min ?? 0}` : `at most ${max}`;
}

/** Something that has at least one bound. */
export function isBounded({ min, max }: Bounds): boolean {
  return min !== undefined || max !== undefined;
}

export const unbounded = { error: 'Give min, max, or both.' };

export type BoundsInput = z.infer<z.ZodObject<typeof bounds>>;
