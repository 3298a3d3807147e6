import { defaultPrompts, type Prompts } from '../../refiner/prompts';
import type { Forecast } from '../forecast';
import { readItems } from '../intake/readItems';
import type { RunProgress } from '../progress';
import { writeResults, type Results } from '../results';
import type { RunStatus } from '../runStatus';
import type { RunStore } from '../runStore';
import { workOn, type RunEnding, type RunModel } from '../runner';
import { totalCost } from '../totals';
import type { InputScan } from './inputScan';
import { constraintsReader, evolveOf, overlapReader } from './readers';
import { restOf } from './rest';
import type { RunPlan } from './runPlan';

export interface Conducted {
  readonly store: RunStore;
  /** With the limits that hold now. */
  readonly plan: RunPlan;
  readonly scan: Pick<InputScan, 'shape'>;
  /** Null: answers come from the rows. */
  readonly actor: RunModel | null;
  /** Null: rules alone. */
  readonly refiner: RunModel | null;
  /** The defaults unless told. */
  readonly prompts?: Prompts;
}

export interface ConductOptions {
  /** Stops at once; requests in flight are given up. */
  readonly signal: AbortSignal;
  /** Stops when requests in flight have come home. */
  readonly pause: AbortSignal;
  readonly onProgress: (progress: RunProgress) => void;
  /** What a person should know and that stops nothing, as a sentence. */
  readonly onWarning: (words: string) => void;
}

export interface Conclusion {
  readonly ending: RunEnding;
  readonly status: RunStatus;
  /** Null where it was stopped at once, and they wait for the next ending. */
  readonly results: Results | null;
  /** What the rest will take; null where nothing is left. */
  readonly rest: Forecast | null;
}

/**
 * Works on an open run to an ending and writes its results and its summary. Does not close it.
 *
 * @throws LogError; Error for a file of the plan that can't be used; `pause.reason` where it came before the work.
 */
export async function conductRun(run: Conducted, options: ConductOptions): Promise<Conclusion> {
  const { store, plan, scan, actor, refiner, prompts = defaultPrompts } = run;
  const { signal, pause, onProgress, onWarning } = options;
  const { input, guard, verifiers, begun, dataset } = plan.source;
  const { columns } = input;
  const [constraintsOf, overlapOf] = await Promise.all([
    constraintsReader(verifiers, onWarning),
    overlapReader(guard, pause),
  ]);
  await store.noteTotal(scan.shape.items);
  const ending = await workOn(
    {
      store,
      settings: plan,
      rows: (stop) =>
        readItems(input.path, { signal: stop, ...(columns === null ? {} : { mapping: columns }) }),
      actor,
      refiner,
      prompts,
      evolve: evolveOf(plan),
      constraintsOf,
      overlapOf,
      input: input.name,
      ...(dataset === null ? {} : { dataset }),
      created: new Date(begun),
    },
    { signal, pause, onProgress },
  );
  const results = await resultsOf(store, signal);
  const status = statusOf(store, { plan, ending });
  const rest = restOf(status, { plan, shape: scan.shape });
  if (!signal.aborted) await store.writeSummary(summaryOf(status, { plan, results, rest }));
  return { ending, status, results, rest };
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
    isMore: store.isMore,
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
