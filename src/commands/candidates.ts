import type { SessionStore } from '../editor/sessions';
import type { NodeReference, Session } from '../editor/sessions/session';
import { rootPath } from '../spar/search/events';

export interface CandidateSources {
  readonly store: SessionStore;
  /** What is selected in the Refinements view. */
  readonly selection: () => readonly NodeReference[];
  /** What the active editor reviews; null where it reviews nothing. */
  readonly active: () => { readonly sessionId: string; readonly path: string } | null;
}

/**
 * The candidates a command is meant for. Menus hand over the item and the list of all selected ones, lenses
 * and links a session id and a path. Keys in the view say that they come from there and mean its selection. The
 * palette and other keys hand over nothing: then the review in the active editor counts, and after it the selection.
 */
export function candidatesOf(
  sources: CandidateSources,
  [argument, selected]: readonly unknown[],
): readonly NodeReference[] {
  if (isFromView(argument)) return sources.selection();
  const named =
    Array.isArray(selected) && selected.length > 0 ? (selected as readonly unknown[]) : [argument];
  const references = named.flatMap((one) => reference(sources.store, one));
  if (references.length > 0) return references;
  const active = reference(sources.store, sources.active());
  return active.length > 0 ? active : sources.selection();
}

/** `package.json` gives this argument to the keys that work in the Refinements view. */
function isFromView(argument: unknown): boolean {
  return (
    typeof argument === 'object' && argument !== null && 'from' in argument && argument.from === 'refinements'
  );
}

/** The first candidate meant; null where there is none. */
export function candidateOf(sources: CandidateSources, args: readonly unknown[]): NodeReference | null {
  return candidatesOf(sources, args)[0] ?? null;
}

/** Also takes an element of the view, whose session is the object itself. */
function reference(store: SessionStore, argument: unknown): readonly NodeReference[] {
  if (typeof argument !== 'object' || argument === null) return [];
  const session = sessionOf(store, argument);
  if (session === undefined) return [];
  const path = 'path' in argument && typeof argument.path === 'string' ? argument.path : rootPath;
  return [{ session, path }];
}

function sessionOf(store: SessionStore, argument: object): Session | undefined {
  if ('session' in argument) return store.sessions.find((session) => session === argument.session);
  return 'sessionId' in argument && typeof argument.sessionId === 'string'
    ? store.find(argument.sessionId)
    : undefined;
}
