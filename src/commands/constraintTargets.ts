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

/** The constraint that a command is meant for: the line it was called on, else the first that is selected in the view. */
export function constraintOf(
  { store, selectedLines }: ConstraintSources,
  [argument]: readonly unknown[],
): ConstraintTarget | null {
  for (const line of isLine(argument) ? [argument] : selectedLines()) {
    const session = isLine(line) ? store.sessions.find((known) => known === line.session) : undefined;
    const id = isLine(line) && 'id' in line ? line.id : null;
    const choice = session?.choices.find(({ constraint }) => constraint.id === id);
    if (session !== undefined && choice !== undefined) return { session, choice };
  }
  return null;
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
