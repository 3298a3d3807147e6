import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { readObject, runFiles } from '../../spar/log/runFolders';
import { scanPlanned } from '../../spar/selfplay/plan/inputScan';
import { batchLimits } from '../../spar/models/batch/format';
import { shardsOf, usualTries } from '../../spar/selfplay/batch/answerSource';
import { isAtProvider, type BatchFile, type BatchJournal } from '../../spar/selfplay/batch/batchJournal';
import { parsePlan, type BatchEngine, type RunPlan } from '../../spar/selfplay/plan/runPlan';
import { RunStore } from '../../spar/selfplay/runStore';
import { changedLimits } from '../../spar/selfplay/settings';
import { countWords } from '../../spar/text/amountWords';
import { exitCodes } from '../exitCodes';
import { fail as failWith } from '../fail';
import { placedModels, vouchFor } from '../keys/places';
import { changedConcurrency } from '../modelFlags';
import { harmlessLine } from '../output/paint';
import { batchesOf, keepEngine } from '../run/batch';
import { requireRun } from '../run/held';
import { engineOf, engineProblem } from '../run/engineFlags';
import { inputProblemWords } from '../run/inputWords';
import { whileReading } from '../run/reading';
import { workOnRun } from '../run/work';
import type { Surroundings } from '../runCommand';
import type { ResumeArguments } from './command';

const command = 'spar resume';

/** Goes on with a run. @throws LogError, `locked` while another process works on it; `signal.reason`. */
export async function resumeRun(options: ResumeArguments, surroundings: Surroundings): Promise<number> {
  const { terminal, signal } = surroundings;
  const { folder, json } = options;
  const fail = (reason: string): number => failWith(command, reason, terminal);
  await requireRun(folder);
  const kept = parsePlan((await readObject(join(folder, runFiles.settings))).get('settings'));
  // First: to open a run is to write to it.
  const source = kept === null ? null : { ...kept.source, ...placedModels(kept.source, options.places) };
  const vouching = await vouchFor({ folder, source, places: options.places }, terminal);
  if (!vouching.ok) return fail(vouching.reason);
  const store = await RunStore.open(folder, { abort: signal });
  try {
    if (kept === null)
      return fail(
        `The run in “${harmlessLine(folder, 300)}” was not begun by “spar run”, or its settings.json was changed. Go on with it where it was begun.`,
      );
    const batches = await batchesOf(store.folder);
    const plan = planOf(kept, { store, options, batches });
    const [idle] = plan.source.engine === undefined ? options.engine.ofBatches : [];
    if (idle !== undefined) {
      fail(`--${idle} is for --engine batch, and the run goes on live. Add --engine batch, or leave it out.`);
      return exitCodes.usage;
    }
    if (plan.limits.cost !== undefined && plan.search.price === null)
      return fail('--cost-budget needs a price, and the run was begun without --price.');
    const problem = engineProblem(plan.source);
    if (problem !== null) return fail(problem);
    const scan = await whileReading(plan.source.input.path, surroundings, (onProgress) =>
      scanPlanned(plan, signal, onProgress),
    );
    if (scan.kind !== 'usable') return fail(inputProblemWords(plan.source.input.path, scan));
    await store.noteLimits(plan.limits);
    await keepWay(plan.source.engine ?? null, kept.source.engine ?? null, { store, options, batches });
    const failed = [...store.failures.keys()];
    if (options.retryFailed) {
      // First: an item that is tried again with its failures counted fails at once.
      await shardsOf(store.folder).forgive(failed);
      await store.retry(failed);
    }
    if (options.retryFailed && !json)
      terminal.stderr.write(
        `${command}: ${failed.length === 1 ? '1 failed item gets' : `${countWords(failed.length)} failed items get`} another try.\n`,
      );
    const { waiting } = options.engine;
    return await workOnRun({ store, plan, scan, command, json, waiting }, surroundings);
  } finally {
    await store.close();
  }
}

function planOf(kept: RunPlan, { store, options, batches }: GoingOn): RunPlan {
  const { engine: begun, ...source } = kept.source;
  const models = placedModels(source, options.places);
  // Files that are out are waited for.
  const wasLive = batches.engine === null && batches.open.length === 0;
  const given = { ...options.engine, engine: options.engine.engine ?? (wasLive ? 'live' : undefined) };
  const engine = engineOf(given, models, batches.engine ?? begun ?? engineOfFiles(batches.open));
  return {
    ...kept,
    limits: changedLimits(store.limits ?? kept.limits, options.limits),
    source: {
      ...source,
      ...models,
      ...changedConcurrency(source, options.concurrency),
      ...(engine === undefined ? {} : { engine }),
    },
  };
}

interface GoingOn {
  readonly store: RunStore;
  readonly options: ResumeArguments;
  readonly batches: BatchJournal;
}

/** Writes down how the run goes on, where that is another way than before. @throws LogError */
async function keepWay(
  way: BatchEngine | null,
  begun: BatchEngine | null,
  { store, options, batches }: GoingOn,
): Promise<void> {
  const before = batches.engine === undefined ? begun : batches.engine;
  // To cancel is not to go on, and beside batches a run does not go on live.
  const isRefused = way === null && batches.open.some(isAtProvider);
  if (options.engine.waiting.cancel === true || isRefused || isDeepStrictEqual(way, before)) return;
  await keepEngine(store.folder, way);
}

/** A run that was begun live and went on by batch files waits for them, and does not ask live meanwhile. */
function engineOfFiles(open: readonly BatchFile[]): BatchEngine | undefined {
  if (open.length === 0) return undefined;
  const to = open.some(({ baseUrl }) => baseUrl === null) ? 'files' : 'endpoint';
  return { kind: 'batch', to, ...batchLimits, tries: usualTries };
}
