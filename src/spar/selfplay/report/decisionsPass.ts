import { stat } from 'node:fs/promises';
import { readCurated } from '../../datasets/curated';
import { errorCode, LogError, toLogError } from '../../log/logError';
import type { Review } from './funnel';
import type { Reviewed } from './runReport';

export interface Decisions {
  /** Of pairs. */
  readonly reviewed: Reviewed;
  /** By the row that the pairs were made of: what its best pair came to. */
  readonly byPlace: ReadonlyMap<number, Review>;
}

/**
 * Reads what became of a run's pairs in the dataset that they went to.
 *
 * @param run The run's name, as it stands on its records.
 * @returns null where the dataset is larger than `mostBytes`, or is being rewritten.
 * @throws LogError; `signal.reason`.
 */
export async function readDecisions(
  file: string,
  run: string,
  { mostBytes, signal }: { readonly mostBytes: number; readonly signal: AbortSignal },
): Promise<Decisions | null> {
  if ((await sizeOf(file)) > mostBytes) return null;
  const byPlace = new Map<number, Review>();
  const reviewed = { accepted: 0, rejected: 0, waiting: 0, deleted: 0 };
  try {
    for await (const batch of readCurated(file, { includeDeleted: true, signal })) {
      for (const { record, state } of batch) {
        const { source } = record;
        if (source?.run !== run || source.row === undefined) continue;
        // Made of changes that a person refused in one of the run's pairs: no pair that the run found.
        if (source.decision !== undefined) continue;
        const { status } = state;
        const own = state.deleted
          ? 'deleted'
          : status === 'accepted' || status === 'rejected'
            ? status
            : 'waiting';
        reviewed[own] += 1;
        byPlace.set(source.row, better(byPlace.get(source.row), own));
      }
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof LogError && error.kind === 'changed') return null;
    throw error;
  }
  return { reviewed, byPlace };
}

const order: readonly Review[] = ['deleted', 'rejected', 'waiting', 'accepted'];

/** Of several pairs of one row, what it came to at best. */
function better(a: Review | undefined, b: Review): Review {
  return a !== undefined && order.indexOf(a) > order.indexOf(b) ? a : b;
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 0;
    throw toLogError(error, 'read the dataset', file);
  }
}
