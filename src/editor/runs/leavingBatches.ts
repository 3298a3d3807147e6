import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isEditorSource } from '../../spar/selfplay/plan/modelSource';
import type { RunSource } from '../../spar/selfplay/plan/runPlan';
import type { RunStore } from '../../spar/selfplay/runStore';
import { RunProblem } from './runProblem';

/** What it means that a run goes on live after batch files. */
export interface LeftBatches {
  /** Files of requests whose answers are not taken in yet; what has none is withdrawn. */
  readonly files: number;
}

/**
 * What a person should know before a run goes on live in the editor, which writes no batch files; null where it means
 * nothing new: there are no such files, or the run went on live before and no file waits.
 *
 * @throws RunProblem where it can't; LogError.
 */
export async function leftBatches(store: RunStore, source: RunSource): Promise<LeftBatches | null> {
  const { folder } = store;
  const { BatchJournal, isAtProvider } = await import('../../spar/selfplay/batch/batchJournal');
  const { batchFolder } = await import('../../spar/selfplay/batch/batchFiles');
  const { open } = await BatchJournal.read(join(folder, batchFolder));
  const atProviders = open.filter(isAtProvider).length;
  if (atProviders > 0)
    throw new RunProblem(
      `${atProviders === 1 ? '1 batch' : `${atProviders} batches`} of the run in ${folder} ${atProviders === 1 ? 'is' : 'are'} at the provider, and going on live would pay for what they hold twice. Wait for them in a terminal by “spar resume ${folder}”, or cancel them by “spar resume ${folder} --cancel”.`,
    );
  if (open.length === 0 && (source.engine === undefined || store.replies.segments.length > 0)) return null;
  const [nowhere] = [source.actor, source.refiner].filter(
    (model) => model !== null && !isEditorSource(model) && model.baseUrls.length === 0,
  );
  if (nowhere != null)
    throw new RunProblem(
      `The run in ${folder} leaves its requests to ${nowhere.model} in files and names no address. Go on with it in a terminal, by “spar run --continue ${folder}”.`,
    );
  return { files: open.length };
}

/** Lets items that failed be asked for anew, also where files of batches brought only failures. @throws LogError */
export async function forgiveBatches(folder: string, items: readonly number[]): Promise<void> {
  const { batchFolder } = await import('../../spar/selfplay/batch/batchFiles');
  const hasFiles = await stat(join(folder, batchFolder)).then(
    () => true,
    () => false,
  );
  if (!hasFiles) return;
  const { shardsOf } = await import('../../spar/selfplay/batch/answerSource');
  await shardsOf(folder).forgive(items);
}
