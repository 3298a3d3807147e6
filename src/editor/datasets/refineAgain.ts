import { DatasetFile } from '../../spar/datasets/store';
import { correctedRecord } from '../../spar/datasets/corrected';
import type { SessionStore } from '../sessions';
import type { SessionItem } from '../sessions/session';
import { atATime } from './atATime';

export interface RefineAgainOptions {
  readonly store: Pick<SessionStore, 'start' | 'stop'>;
  /** The item with what else it is to be checked by. */
  readonly prepare: (item: SessionItem) => Promise<SessionItem>;
  /** URI of the dataset's file, which the new pairs go back to. */
  readonly uri: string;
  readonly signal: AbortSignal;
  /** Searches at the same time. */
  readonly most: number;
  readonly onProgress: (done: number, all: number) => void;
}

export interface RefinedAgain {
  readonly searches: number;
  /** Searches that found a refinement that passes. */
  readonly solved: number;
  /** Why it ended before all were begun, for a person; null where it did not. */
  readonly stopped: string | null;
}

/**
 * Searches again from the rejected text of each record, a few searches at a time. They show as any other search does,
 * and what a person accepts of them goes back to the dataset. A stop ends those that run; what they found is kept.
 *
 * @throws LogError
 */
export async function refineAgain(
  records: { readonly file: string; readonly ids: readonly string[] },
  options: RefineAgainOptions,
): Promise<RefinedAgain> {
  const { store, prepare, uri, signal, onProgress } = options;
  const dataset = await DatasetFile.open(records.file, { signal });
  const ids = records.ids.filter((id) => dataset.state(id)?.deleted === false);
  let [searches, solved, done] = [0, 0, 0];
  let stopped: string | null = null;
  await atATime(ids, options, async (id) => {
    const record = await dataset.read(id);
    const state = dataset.state(id);
    if (record === undefined || state === undefined) return true;
    const { instruction, rejected } = correctedRecord(record, state);
    const source = { kind: 'row', uri, range: null, line: null } as const;
    const item = await prepare({ instruction, original: rejected, source });
    if (signal.aborted) return false;
    const { session, finished } = store.start(item);
    searches += 1;
    const stop = (): void => store.stop(session);
    signal.addEventListener('abort', stop, { once: true });
    try {
      await finished;
    } finally {
      signal.removeEventListener('abort', stop);
    }
    const { outcome } = session.tree;
    if (outcome?.status === 'accepted') solved += 1;
    done += 1;
    onProgress(done, ids.length);
    if (outcome?.stoppedBy !== 'endpoint') return true;
    stopped ??= outcome.reason;
    return false;
  });
  return { searches, solved, stopped };
}
