import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerSource } from '../runner';
import type { RunStore } from '../runStore';
import { ShardAnswers, shardsOf } from './answerSource';
import { batchFolder, fileNumber } from './batchFiles';
import { isAtProvider } from './batchJournal';
import { bookSpent, Collection, type RefusedLines } from './collection';
import { openBatchJournal } from './lostFiles';

export type LiveStart =
  /** The run had no batch files. */
  | { readonly kind: 'fresh' }
  | {
      readonly kind: 'answers';
      readonly answers: AnswerSource;
      /** Files of requests that need not be run any more. */
      readonly withdrawn: readonly string[];
    }
  /** Going on would pay twice; `message` is for a person. */
  | { readonly kind: 'refused'; readonly message: string };

/**
 * What a run that goes on live takes over from its batch files. Answers that lie there are taken in; files without any
 * are withdrawn, since their requests are asked live from now on.
 *
 * @throws LogError; `signal.reason`.
 */
export async function goLive(
  store: RunStore,
  signal: AbortSignal,
  tell: {
    readonly onRefused?: (refused: RefusedLines) => void;
    readonly onWarning?: (words: string) => void;
  } = {},
): Promise<LiveStart> {
  const { onRefused, onWarning } = tell;
  const folder = join(store.folder, batchFolder);
  if ((await stat(folder).catch(() => null)) === null) return { kind: 'fresh' };
  const shards = shardsOf(store.folder);
  const journal = await openBatchJournal({ folder, shards, onWarning });
  const atProviders = journal.open.filter(isAtProvider);
  if (atProviders.length > 0) {
    const batches = atProviders.length === 1 ? '1 batch is' : `${atProviders.length} batches are`;
    const message = `${batches} at the provider, and going on live would pay for what they hold twice. Let them end (spar resume DIR --engine batch), or cancel them (spar resume DIR --cancel), then go on live.`;
    return { kind: 'refused', message };
  }
  if (journal.engine !== null) await journal.note({ kind: 'engine', engine: null });
  const collection = new Collection({ folder, store, journal, shards, signal, onRefused, onWarning });
  await bookSpent(store, journal);
  await collection.takeLying();
  const withdrawn = journal.open;
  for (const file of withdrawn) await collection.close(file, null);
  return {
    kind: 'answers',
    answers: new ShardAnswers(shards),
    withdrawn: withdrawn.map(({ file }) => `${fileNumber(file)}.requests.jsonl`),
  };
}
