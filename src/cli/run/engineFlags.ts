import { batchLimits } from '../../spar/models/batch/format';
import type { BatchOptions } from '../../spar/selfplay/batch/rounds';
import type { BatchEngine, RunSource } from '../../spar/selfplay/plan/runPlan';
import { isEditorSource, type ModelSource } from '../../spar/selfplay/plan/modelSource';
import { flag, text, type Given } from '../options';
import { ValueReader } from '../values';

export const engineOptionTypes = {
  engine: text,
  'batch-to': text,
  'batch-rows': text,
  'batch-megabytes': text,
  'batch-tries': text,
  poll: text,
  'no-wait': flag,
} as const;

/** What was given of how requests go out. */
export interface GivenEngine {
  readonly engine: 'live' | 'batch' | undefined;
  readonly to: BatchEngine['to'] | undefined;
  readonly rows: number | undefined;
  readonly bytes: number | undefined;
  readonly tries: number | undefined;
  readonly waiting: Pick<BatchOptions, 'wait' | 'pollMs' | 'cancel'>;
  /** Names of the options that say something about files of requests. */
  readonly ofBatches: readonly string[];
}

export function readEngine(given: Given<typeof engineOptionTypes>, problems: string[]): GivenEngine {
  const read = new ValueReader(given, problems);
  const engine = read.choice('engine', ['live', 'batch'] as const);
  const megabytes = read.number('batch-megabytes', { least: 1, most: 100_000, whole: true });
  const poll = read.duration('poll');
  return {
    engine,
    to: read.choice('batch-to', ['endpoint', 'files'] as const),
    rows: read.number('batch-rows', { least: 1, most: 10_000_000, whole: true }),
    bytes: megabytes === undefined ? undefined : megabytes * 1_000_000,
    tries: read.number('batch-tries', { least: 1, most: 100, whole: true }),
    waiting: {
      wait: given['no-wait'] !== true,
      ...(poll === undefined ? {} : { pollMs: { first: Math.min(poll, 5000), most: poll } }),
    },
    ofBatches: batchOptions.filter((name) => given[name] !== undefined),
  };
}

/** Options that say something about files of requests. */
const batchOptions = ['batch-to', 'batch-rows', 'batch-megabytes', 'batch-tries', 'poll', 'no-wait'] as const;

/** Where requests go out one by one: they would be passed over without a word. */
export function refuseBatchOptions({ ofBatches }: GivenEngine, problems: string[]): void {
  for (const name of ofBatches) problems.push(`--${name} is for --engine batch.`);
}

/** A batch goes to one address. */
export function requireOneAddress(
  models: Pick<RunSource, 'actor' | 'refiner'>,
  { engine, to }: GivenEngine,
  problems: string[],
): void {
  if (engine !== 'batch' || to === 'files') return;
  const isSeveral = (model: ModelSource | null): boolean =>
    model !== null && !isEditorSource(model) && model.baseUrls.length > 1;
  if (isSeveral(models.actor) || isSeveral(models.refiner))
    problems.push('--engine batch submits to one address: give --base-url once for each model.');
}

/** How requests go out, as the plan keeps it; undefined: live. */
export function engineOf(
  given: GivenEngine,
  models: Pick<RunSource, 'actor' | 'refiner'>,
  before: BatchEngine | undefined,
): BatchEngine | undefined {
  const engine = given.engine ?? (before === undefined ? 'live' : 'batch');
  if (engine === 'live') return undefined;
  const named = [models.actor, models.refiner].filter((model) => model !== null);
  const to = given.to ?? before?.to ?? (named.every(hasAddress) ? 'endpoint' : 'files');
  return {
    kind: 'batch',
    to,
    rows: given.rows ?? before?.rows ?? batchLimits.rows,
    bytes: given.bytes ?? before?.bytes ?? batchLimits.bytes,
    tries: given.tries ?? before?.tries ?? 3,
  };
}

/** What the way that requests go out is missing, as a sentence; null: nothing. */
export function engineProblem({ actor, refiner, engine }: RunSource): string | null {
  if (engine?.to === 'files') return null;
  for (const model of [actor, refiner])
    if (model !== null && !hasAddress(model))
      return `No address is known for the model “${model.model}”. Add --base-url URL${engine === undefined ? '' : ', or --batch-to files'}.`;
  return null;
}

function hasAddress(model: ModelSource): boolean {
  return isEditorSource(model) || model.baseUrls.length > 0;
}
