import type { Forecast } from '../../spar/selfplay/forecast';
import { readItems } from '../../spar/selfplay/intake/readItems';
import { workOn, type RunEnding } from '../../spar/selfplay/runner';
import { writeResults, type Results } from '../../spar/selfplay/results';
import type { RunStatus } from '../../spar/selfplay/runStatus';
import type { RunStore } from '../../spar/selfplay/runStore';
import { totalCost } from '../../spar/selfplay/totals';
import { defaultPrompts } from '../../spar/refiner/prompts';
import { exitCodes } from '../exitCodes';
import { openModels } from '../modelFlags';
import { RewrittenLines } from '../output/rewrittenLines';
import { progressWords } from '../output/runWords';
import type { Surroundings } from '../runCommand';
import type { RunPlan } from './plan';
import { constraintsReader, evolveOf, overlapReader } from './ports';
import { printStatus } from './print';
import { restOf } from './rest';
import type { InputScan } from './scan';

export interface Work {
  readonly store: RunStore;
  /** With the limits that hold now. */
  readonly plan: RunPlan;
  readonly scan: InputScan;
  /** The command, for what it says: `spar run`. */
  readonly command: string;
  readonly json: boolean;
}

/**
 * Works on an open run to an ending, writes its results and prints how it stands; the exit code. Does not close it.
 *
 * @throws LogError; `signal.reason`.
 */
export async function workOnRun(work: Work, surroundings: Surroundings): Promise<number> {
  const { store, plan, scan, command, json } = work;
  const { terminal, interruption, signal } = surroundings;
  const force = new AbortController();
  void interruption.secondTime.then(() => force.abort(new Error('interrupted twice')));
  const { input, guard, verifiers, begun, dataset } = plan.source;
  const { columns } = input;
  const [constraintsOf, overlapOf, models] = await Promise.all([
    constraintsReader(verifiers, { stderr: terminal.stderr, command }),
    overlapReader(guard, signal),
    openModels(plan.source, plan.source.concurrency, terminal),
  ]);
  await store.noteTotal(scan.shape.items);
  const lines = new RewrittenLines(terminal.stderr);
  let ending: RunEnding;
  try {
    ending = await workOn(
      {
        store,
        settings: plan,
        rows: (stop) =>
          readItems(input.path, { signal: stop, ...(columns === null ? {} : { mapping: columns }) }),
        ...models,
        prompts: defaultPrompts,
        evolve: evolveOf(plan),
        constraintsOf,
        overlapOf,
        input: input.name,
        ...(dataset === null ? {} : { dataset }),
        created: new Date(begun),
      },
      {
        signal: force.signal,
        pause: signal,
        onProgress: (progress) => lines.show(() => progressWords(progress, plan.search.price)),
      },
    );
  } finally {
    lines.clear();
  }
  const results = await resultsOf(store, force.signal);
  const status = statusOf(store, { plan, ending });
  const rest = restOf(status, { plan, shape: scan.shape });
  if (!force.signal.aborted) await store.writeSummary(summaryOf(status, { plan, results, rest }));
  if (results === null)
    terminal.stderr.write(
      `${command}: refiner.jsonl, held-back.jsonl and problems.jsonl are written at the next ending.\n`,
    );
  printStatus({ folder: store.folder, status, plan, rest, results }, { terminal, json });
  return exitCodeOf(ending);
}

/** Null where a person did not wait for them. */
async function resultsOf(store: RunStore, signal: AbortSignal): Promise<Results | null> {
  try {
    return await writeResults(store, { signal });
  } catch (error) {
    if (signal.aborted) return null;
    throw error;
  }
}

function statusOf(
  store: RunStore,
  { plan, ending }: { readonly plan: RunPlan; readonly ending: RunEnding },
): RunStatus {
  return {
    state: ending.kind,
    pause: ending.kind === 'paused' ? ending.reason : null,
    total: store.total,
    badRows: store.badRows,
    totals: store.totals,
    spent: store.spent,
    worked: store.worked,
    limits: plan.limits,
    unread: store.unread.length,
    settings: plan,
  };
}

function summaryOf(
  { state, pause, total, badRows, totals, spent, worked }: RunStatus,
  { plan, results, rest }: { plan: RunPlan; results: Results | null; rest: Forecast | null },
): unknown {
  const { price } = plan.search;
  const cost = totalCost(spent, price);
  return { kind: 'selfplay', state, pause, total, badRows, totals, spent, cost, worked, results, rest };
}

/** What `spar` answers its caller about the end of a run. */
function exitCodeOf(ending: RunEnding): number {
  if (ending.kind === 'finished') return exitCodes.done;
  switch (ending.reason.kind) {
    case 'asked':
      return exitCodes.interrupted;
    case 'limit':
      return exitCodes.stopped;
    case 'endpoint':
    case 'disk':
      return exitCodes.failed;
  }
}
