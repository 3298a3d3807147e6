import { defaultPrompts, type Prompts } from '../../refiner/prompts';
import { goLive } from '../batch/goingLive';
import type { BatchDependencies, BatchOptions, workInBatches } from '../batch/rounds';
import type { Forecast } from '../forecast';
import { readItems } from '../intake/readItems';
import type { RunProgress } from '../progress';
import { workReplayed } from '../replay/workReplayed';
import { writeResults, type Results } from '../results';
import type { RunStatus } from '../runStatus';
import type { RunStore } from '../runStore';
import { workOn, type RunControl, type RunDependencies, type RunEnding, type RunModel } from '../runner';
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
  /** The plan's unless told. */
  readonly prompts?: Prompts;
  /** Where requests go out in files; the models above are not asked then. */
  readonly batch?: BatchConduct;
}

export interface BatchConduct extends Pick<BatchDependencies, 'actor' | 'refiner' | 'providerAt'> {
  readonly options: BatchOptions;
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
  const { store, plan, scan, actor, refiner, batch, prompts = promptsOf(plan) } = run;
  const { signal, pause, onProgress, onWarning } = options;
  const { input, guard, verifiers, begun, dataset } = plan.source;
  const { columns } = input;
  const [constraintsOf, overlapOf] = await Promise.all([
    constraintsReader(verifiers, onWarning),
    overlapReader(guard, pause),
  ]);
  await store.noteTotal(scan.shape.items);
  const work = {
    store,
    settings: plan,
    rows: (stop: AbortSignal) =>
      readItems(input.path, { signal: stop, ...(columns === null ? {} : { mapping: columns }) }),
    prompts,
    evolve: evolveOf(plan),
    constraintsOf,
    overlapOf,
    input: input.name,
    ...(dataset === null ? {} : { dataset }),
    created: new Date(begun),
  };
  const control = { signal, pause, onProgress };
  const { replay } = plan.source;
  const live = { ...work, actor, refiner };
  const toEnding = async (): Promise<RunEnding> => {
    if (replay !== undefined) return workReplayed(live, { ...plan.source, replay }, control);
    if (batch === undefined) return workLive(live, control, onWarning);
    return workInFiles({ ...work, ...batch }, batch.options, control);
  };
  let ending = await toEnding();
  let results = await resultsOf(store, signal);
  if (store.lost > 0) {
    onWarning(lostWords(store.lost));
    // Over recorded replies, so that nothing is paid for again.
    if (ending.kind === 'finished' && !pause.aborted) {
      ending = await toEnding();
      results = await resultsOf(store, signal);
    }
  }
  const status = statusOf(store, { plan, ending });
  const rest = restOf(status, { plan, shape: scan.shape });
  if (!signal.aborted) await store.writeSummary(summaryOf(status, { plan, results, rest }));
  return { ending, status, results, rest };
}

function lostWords(count: number): string {
  return count === 1
    ? 'One result in outcomes.jsonl was damaged. Its item is worked out again over the replies that are kept.'
    : `${count} results in outcomes.jsonl were damaged. Their items are worked out again over the replies that are kept.`;
}

function promptsOf({ source: { prompts = {} } }: RunPlan): Prompts {
  const { judge, refine } = prompts;
  return { judge: judge ?? defaultPrompts.judge, refine: refine ?? defaultPrompts.refine };
}

/** Live, over what batch files brought, if there were any. */
async function workLive(
  work: RunDependencies,
  control: RunControl,
  onWarning: ConductOptions['onWarning'],
): Promise<RunEnding> {
  const { store } = work;
  const start = await goLive(store, control.pause ?? control.signal, {
    onWarning,
    onRefused: ({ count, first }) => {
      const where = first.map(({ source, line, reason }) => `${source}:${line}: ${reason}`);
      onWarning(`Lines of answers that can’t be used: ${count}. ${where.slice(0, 3).join('; ')}.`);
    },
  });
  if (start.kind === 'fresh') return workOn(work, control);
  if (start.kind === 'refused') {
    const reason = { kind: 'endpoint', message: start.message } as const;
    await store.notePause(reason);
    return { kind: 'paused', reason };
  }
  if (start.withdrawn.length > 0)
    onWarning(`These need not be run any more: ${start.withdrawn.slice(0, 10).join(', ')}.`);
  return workOn({ ...work, answers: start.answers }, control);
}

async function workInFiles(...parts: Parameters<typeof workInBatches>): Promise<RunEnding> {
  const { workInBatches: work } = await import('../batch/rounds');
  return work(...parts);
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
