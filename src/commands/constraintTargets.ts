import type { SessionStore } from '../editor/sessions';
import type { ConstraintChoice } from '../editor/sessions/choices';
import type { Session } from '../editor/sessions/session';

export interface ConstraintSources {
  readonly store: SessionStore;
  /** The lines that are selected in the Refinements view. */
  readonly selectedLines: () => readonly unknown[];
}

export interface ConstraintTarget {
  readonly session: Session;
  readonly choice: ConstraintChoice;
}

/**
 * The constraints that a command is meant for. Menus hand over the line and the list of all selected ones; for keys
 * the view's selection counts.
 */
export function constraintsOf(
  { store, selectedLines }: ConstraintSources,
  [argument, selected]: readonly unknown[],
): readonly ConstraintTarget[] {
  const named: readonly unknown[] = Array.isArray(selected) && selected.length > 0 ? selected : [argument];
  return (isLine(argument) ? named : selectedLines()).flatMap((line) => {
    const session = isLine(line) ? store.sessions.find((known) => known === line.session) : undefined;
    const id = isLine(line) && 'id' in line ? line.id : null;
    const choice = session?.choices.find(({ constraint }) => constraint.id === id);
    return session === undefined || choice === undefined ? [] : [{ session, choice }];
  });
}

/** The first constraint meant; null where there is none. */
export function constraintOf(sources: ConstraintSources, args: readonly unknown[]): ConstraintTarget | null {
  return constraintsOf(sources, args)[0] ?? null;
}

/** The search that a command is meant for, of those that it suits; without a line or a selection the newest of them. */
export function sessionOf(
  { store, selectedLines }: ConstraintSources,
  [argument]: readonly unknown[],
  suits: (session: Session) => boolean,
): Session | null {
  if (isLine(argument))
    return store.sessions.find((known) => known === argument.session && suits(known)) ?? null;
  const selected = selectedLines().flatMap((line) => (isLine(line) ? [line.session] : []));
  const suited = store.sessions.filter(suits);
  return suited.find((session) => selected.includes(session)) ?? suited[0] ?? null;
}

/** A line of the view: whatever its kind, it has its session. */
function isLine(argument: unknown): argument is { readonly session: unknown } {
  return typeof argument === 'object' && argument !== null && 'session' in argument;
}
