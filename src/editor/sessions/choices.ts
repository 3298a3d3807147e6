import type { Constraint } from '../../spar/verifiers/constraint';

/** A constraint as a person wants it in the next search. */
export interface ConstraintChoice {
  readonly constraint: Constraint;
  /** False where it is switched off. */
  readonly isActive: boolean;
  /** As it was found, before a person changed it; null for one that a person added. */
  readonly found: Constraint | null;
}

/** What was found, all of it switched on. One id counts once: views and choices tell constraints apart by it. */
export function choicesOf(constraints: readonly Constraint[]): readonly ConstraintChoice[] {
  return [...new Map(constraints.map((constraint) => [constraint.id, constraint])).values()].map(
    (constraint) => ({ constraint, isActive: true, found: constraint }),
  );
}

/** The constraints that a search with these choices checks. */
export function activeOf(choices: readonly ConstraintChoice[]): readonly Constraint[] {
  return choices.flatMap(({ constraint, isActive }) => (isActive ? [constraint] : []));
}

export function switched(
  choices: readonly ConstraintChoice[],
  id: string,
  isActive: boolean,
): readonly ConstraintChoice[] {
  return choices.map((choice) => (choice.constraint.id === id ? { ...choice, isActive } : choice));
}

/** The constraint of the same id becomes this one, and counts: who edits it wants it. */
export function edited(
  choices: readonly ConstraintChoice[],
  constraint: Constraint,
): readonly ConstraintChoice[] {
  return choices.map((choice) => {
    if (choice.constraint.id !== constraint.id) return choice;
    const isAsFound = choice.found !== null && isSame(choice.found, constraint);
    return { ...choice, isActive: true, constraint: isAsFound ? choice.found : constraint };
  });
}

/** Adds what is not there yet; each gets an id that none of the others has. */
export function added(
  choices: readonly ConstraintChoice[],
  further: readonly Omit<Constraint, 'id'>[],
): readonly ConstraintChoice[] {
  const all = [...choices];
  for (const constraint of further) {
    const at = all.findIndex((choice) => isSame(choice.constraint, constraint));
    const known = all[at];
    if (known !== undefined) all[at] = { ...known, isActive: true };
    else
      all.push({
        constraint: { ...constraint, id: freeId(all, constraint.type) },
        isActive: true,
        found: null,
      });
  }
  return all;
}

/** Takes an added constraint away; one that was found stays and can be switched off. */
export function removed(choices: readonly ConstraintChoice[], id: string): readonly ConstraintChoice[] {
  return choices.filter(({ constraint, found }) => constraint.id !== id || found !== null);
}

/** Everything as it was found. */
export function restored(choices: readonly ConstraintChoice[]): readonly ConstraintChoice[] {
  return choicesOf(choices.flatMap(({ found }) => (found === null ? [] : [found])));
}

export function isEdited({ constraint, found }: ConstraintChoice): boolean {
  return found !== null && !isSame(constraint, found);
}

/** True where a person has changed anything since the constraints were found. */
export function areTouched(choices: readonly ConstraintChoice[]): boolean {
  return choices.some((choice) => !choice.isActive || choice.found === null || isEdited(choice));
}

/** True where two lists ask for other things, whatever their order. */
export function askDifferently(some: readonly Constraint[], others: readonly Constraint[]): boolean {
  const keys = (constraints: readonly Constraint[]): string =>
    JSON.stringify([...new Set(constraints.map(keyOf))].sort());
  return keys(some) !== keys(others);
}

type Asked = Pick<Constraint, 'type' | 'args'>;

export function isSame(one: Asked, other: Asked): boolean {
  return keyOf(one) === keyOf(other);
}

function keyOf({ type, args }: Asked): string {
  return JSON.stringify([type, Object.entries(args).sort(([a], [b]) => (a < b ? -1 : 1))]);
}

function freeId(choices: readonly ConstraintChoice[], type: string): string {
  const taken = new Set(choices.map(({ constraint }) => constraint.id));
  let id = type;
  for (let number = 2; taken.has(id); number += 1) id = `${type}#${number}`;
  return id;
}
