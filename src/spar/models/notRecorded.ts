import type { ChatModel, ChatReply } from './chatModel';
import { ModelError } from './modelError';

/** Some replies of a request are recorded and some are not, and no model is to be asked. */
export class NotRecorded extends ModelError {
  /** Of the request's draws in their order; undefined where there is none. */
  readonly known: readonly (ChatReply | undefined)[];

  constructor(known: readonly (ChatReply | undefined)[], what = 'replies') {
    const missing = known.filter((reply) => reply === undefined).length;
    super({ kind: 'not-recorded', message: undecided(missing, what) });
    this.known = known;
  }
}

/** `Undecided: 2 votes missing.` */
export function undecided(missing: number, what: string): string {
  const noun = missing === 1 ? what.replace(/ies$/u, 'y').replace(/s$/u, '') : what;
  return `Undecided: ${missing} ${noun} missing.`;
}

/** What `undecided` said; null for other words. */
export function missingIn(words: string): { readonly count: number; readonly what: string } | null {
  const match = /^Undecided: (\d+) (\w+) missing\.$/u.exec(words);
  if (match === null) return null;
  const [, count = '', noun = ''] = match;
  const what = count === '1' ? noun.replace(/(?:y|(?<=[^y]))$/u, (end) => (end === 'y' ? 'ies' : 's')) : noun;
  return { count: Number(count), what };
}

/** A model of this name that is never asked: what is not recorded is missing. */
export function recordedOnly(id: string): ChatModel {
  return {
    id,
    maxConcurrency: Number.MAX_SAFE_INTEGER,
    complete: ({ seeds }, { signal }) =>
      Promise.reject(signal.aborted ? (signal.reason as Error) : new NotRecorded(seeds.map(() => undefined))),
  };
}
