import type { SessionStore } from '../../editor/sessions';

/** Names one candidate of one search; what lenses and links hand to commands. */
export interface CandidateReference {
  readonly sessionId: string;
  /** Path of the node in its search tree. */
  readonly path: string;
}

/** Changes of a candidate by index in `textChanges(original, reviewed text)`. */
export interface ChangeTarget extends CandidateReference {
  readonly changes: readonly number[];
}

/** The session store as review sees it. */
export type ReviewHost = Pick<
  SessionStore,
  'restore' | 'find' | 'pending' | 'saveReviewState' | 'onDidChange' | 'onDidAdd' | 'onDidRemove'
>;

/** The candidate that a menu, key, lens or link means; null for anything else. */
export function candidateReference(argument: unknown): CandidateReference | null {
  if (typeof argument !== 'object' || argument === null) return null;
  if (!('sessionId' in argument) || !('path' in argument)) return null;
  const { sessionId, path } = argument;
  return typeof sessionId === 'string' && typeof path === 'string' ? { sessionId, path } : null;
}

/** The changes that a lens or link means; null for anything else. */
export function changeTarget(argument: unknown): ChangeTarget | null {
  const reference = candidateReference(argument);
  if (reference === null || typeof argument !== 'object' || argument === null) return null;
  if (!('changes' in argument) || !Array.isArray(argument.changes)) return null;
  const changes = (argument.changes as readonly unknown[]).filter(
    (index): index is number => Number.isSafeInteger(index) && Number(index) >= 0,
  );
  return { ...reference, changes };
}
