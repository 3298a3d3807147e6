import type { SearchSettings } from '../../search/settings';
import type { ReplaySource, RunPlan, RunSource } from '../plan/runPlan';
import type { RunSettings } from '../settings';

/** What a replay may do otherwise than its run: all that leaves the questions to the models as they were. */
export interface ReplayChanges {
  readonly search: Partial<Omit<SearchSettings, 'seed' | 'judge' | 'refine' | 'sample' | 'budget'>>;
  readonly run: Partial<Pick<RunSettings, 'samples' | 'select' | 'draw' | 'completeShare' | 'policy'>>;
  /** Of what is asked for. */
  readonly limits: RunSettings['limits'];
}

/** The plan of a run over the replies that another one recorded; its pairs stay in its own folder. */
export function replayPlan(
  plan: RunPlan,
  { search, run, limits }: ReplayChanges,
  replay: ReplaySource,
): RunPlan {
  const { items } = plan.limits;
  const source: { -readonly [Name in keyof RunSource]: RunSource[Name] } = {
    ...plan.source,
    dataset: null,
    replay,
  };
  // Whatever is asked for is asked live.
  delete source.engine;
  return {
    ...plan,
    ...run,
    limits: { ...(items === undefined ? {} : { items }), ...limits },
    search: { ...plan.search, ...search },
    source,
  };
}
