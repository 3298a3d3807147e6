import type { Constraint } from './constraint';

/** Gives each constraint its id: the type, and for a second of the same type `#2`, and so on. */
export function identified(found: readonly Omit<Constraint, 'id'>[]): readonly Constraint[] {
  const seen = new Map<string, number>();
  return found.map((constraint) => {
    const number = (seen.get(constraint.type) ?? 0) + 1;
    seen.set(constraint.type, number);
    return { id: idOf(constraint.type, number), ...constraint };
  });
}

/** Gives further constraints ids that none of the known ones has; the known ones keep theirs. */
export function identifiedBehind(
  known: readonly Constraint[],
  further: readonly Omit<Constraint, 'id'>[],
): readonly Constraint[] {
  const taken = new Set(known.map(({ id }) => id));
  const named = further.map((constraint) => {
    let number = 1;
    while (taken.has(idOf(constraint.type, number))) number += 1;
    const id = idOf(constraint.type, number);
    taken.add(id);
    return { ...constraint, id };
  });
  return [...known, ...named];
}

function idOf(type: string, number: number): string {
  return number === 1 ? type : `${type}#${number}`;
}
