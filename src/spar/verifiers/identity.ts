import type { Constraint } from './constraint';

/** Gives each constraint its id: the type, and for a second of the same type `#2`, and so on. */
export function identified(found: readonly Omit<Constraint, 'id'>[]): readonly Constraint[] {
  const seen = new Map<string, number>();
  return found.map((constraint) => {
    const number = (seen.get(constraint.type) ?? 0) + 1;
    seen.set(constraint.type, number);
    return { id: number === 1 ? constraint.type : `${constraint.type}#${number}`, ...constraint };
  });
}
