import { LogError } from '../log/logError';
import { ModelError } from '../models/modelError';
import type { SearchOutcome } from '../search/events';

/** Why a run stops giving out work. Everything is kept, and the run can go on. */
export type PauseReason =
  /** A person asked. */
  | { readonly kind: 'asked' }
  | { readonly kind: 'limit'; readonly limit: 'tokens' | 'cost' | 'time' }
  /** An endpoint does not answer, or refuses; `message` is for a person, `wantsKey` where another key would help. */
  | { readonly kind: 'endpoint'; readonly message: string; readonly wantsKey?: boolean | undefined }
  /** What was found could not be kept. */
  | { readonly kind: 'disk'; readonly message: string }
  /** So many items wait for answers that come in batch files. */
  | { readonly kind: 'answers'; readonly items: number };

export function endpointPause({ message, kind }: ModelError): PauseReason {
  return { kind: 'endpoint', message, ...(kind === 'unauthorized' ? { wantsKey: true } : {}) };
}

/**
 * Hands on what ends more than the item: an abort, or an endpoint that no item can do without.
 *
 * @throws the signal's reason; ModelError, endpoint-wide.
 */
export function requireOwnEnd(outcome: SearchOutcome, signal: AbortSignal): void {
  signal.throwIfAborted();
  if (outcome.stoppedBy !== 'endpoint') return;
  throw new ModelError({ kind: outcome.failure ?? 'unreachable', message: outcome.reason });
}

/** Whether an error ends more than its item: no endpoint, or nowhere to keep what is found. */
export function endsRun(error: unknown): boolean {
  return error instanceof LogError || (error instanceof ModelError && error.isEndpointWide);
}

/** Why a run pauses over an error; null for what nobody foresaw. */
export function reasonOf(error: unknown, signal: AbortSignal): PauseReason | null {
  if (signal.aborted) return { kind: 'asked' };
  if (error instanceof ModelError) return endpointPause(error);
  if (error instanceof LogError) return { kind: 'disk', message: error.message };
  return null;
}
