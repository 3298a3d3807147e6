import { ModelError, type ModelErrorKind } from '../spar/models/modelError';
import { LogError } from '../spar/log/logError';

/** What a message can offer; each is a button. */
export type ErrorAction = 'retry' | 'set-api-key' | 'select-model' | 'open-log' | 'open-settings';

export interface ErrorWords {
  /** What happened and what to do, for a person. */
  readonly message: string;
  /** The first is what most likely helps. `retry` only where the caller can. */
  readonly actions: readonly ErrorAction[];
}

/** The words and the way out for anything that was thrown. */
export function errorWords(error: unknown): ErrorWords {
  if (error instanceof ModelError) return { message: error.message, actions: modelActions[error.kind] };
  if (error instanceof LogError) return { message: error.message, actions: ['retry', 'open-log'] };
  const detail = error instanceof Error ? error.message : String(error);
  return { message: `${sentence(detail)} The log says more.`, actions: ['retry', 'open-log'] };
}

/** What a person can do about a kind of model failure, the likeliest help first. */
export const modelActions: Readonly<Record<ModelErrorKind, readonly ErrorAction[]>> = {
  unreachable: ['retry', 'select-model', 'open-log'],
  timeout: ['retry', 'select-model', 'open-log'],
  unauthorized: ['set-api-key', 'select-model', 'open-log'],
  'model-not-found': ['select-model', 'open-log'],
  'rate-limited': ['retry', 'select-model', 'open-log'],
  quota: ['select-model', 'retry', 'open-log'],
  blocked: ['select-model', 'retry', 'open-log'],
  'context-length': ['select-model', 'open-log'],
  'bad-reply': ['retry', 'select-model', 'open-log'],
  'bad-request': ['select-model', 'open-log'],
  server: ['retry', 'select-model', 'open-log'],
  'not-recorded': ['open-log'],
  // Of runs alone, which take it for what it is.
  waiting: ['retry', 'open-log'],
};

function sentence(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  if (line === '') return 'Something went wrong.';
  return /[.!?]$/u.test(line) ? line : `${line}.`;
}
