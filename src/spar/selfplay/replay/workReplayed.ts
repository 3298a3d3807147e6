import type { ReplaySource, RunSource } from '../plan/runPlan';
import { workOn, type RunControl, type RunDependencies, type RunEnding } from '../runner';
import { recordedIn } from './recordedReplies';
import { replayModel } from './replayModel';

/** Nothing of it waits for a server. */
const itemsAtOnce = 8;

/**
 * Works on a run whose replies another one recorded. Its models are asked for what is missing only where the plan says
 * so; else items that need it end undecided.
 *
 * @throws as `workOn`; LogError where the other run can't be read.
 */
export async function workReplayed(
  work: RunDependencies,
  { actor, refiner, replay }: Pick<RunSource, 'actor' | 'refiner'> & { readonly replay: ReplaySource },
  control: RunControl,
): Promise<RunEnding> {
  const recorded = await recordedIn(replay.of, control.pause ?? control.signal);
  const models = replay.draws
    ? {}
    : { actor: replayModel(actor), refiner: replayModel(refiner), mostItems: itemsAtOnce };
  try {
    return await workOn({ ...work, ...models, answers: recorded }, control);
  } finally {
    await recorded.close();
  }
}
