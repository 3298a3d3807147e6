import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { LogError, toLogError } from '../../log/logError';
import { readObject, runFiles } from '../../log/runFolders';
import { costOf, type Price } from '../../models/usage';
import { Numbers } from '../../report/distribution';
import { selfplayFiles } from '../files';
import { stages } from '../itemResult';
import { isRunOpen } from '../runOpen';
import { totalCost, totalUsage, type Spent } from '../totals';
import { aboutRun } from './aboutRun';
import { readDecisions, type Decisions } from './decisionsPass';
import { FunnelCounts, type Funnel } from './funnel';
import { JournalPass, type DoneItem } from './journalPass';
import { readOutcomes } from './outcomesPass';
import { ReasonCounts } from './reasonCounts';
import {
  runReportVersion,
  type ItemLine,
  type PairMeasures,
  type RunReport,
  type Spending,
} from './runReport';

export interface RunReportOptions {
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
  /** Most items whose texts are read for votes and constraints; 10,000 unless told. */
  readonly mostRead?: number;
  /** Largest dataset that is read for what people decided, in bytes; 256 MiB unless told. */
  readonly mostDatasetBytes?: number;
}

const slowest = 20;
const mostFailed = 200;
const examples = 5;
/** Deeper than any search goes; a forged file may say anything. */
const mostDepth = 1000;

/**
 * Reads what a run came to: its settings, its journal once, and the results of items with pairs. The run may be
 * unfinished or at work; it is not opened. What can't be read is counted.
 *
 * @throws LogError, `not-found` where the folder holds no run, `wrong-type` where it is no self-play run;
 * `signal.reason`.
 */
export async function buildRunReport(folder: string, options: RunReportOptions = {}): Promise<RunReport> {
  const { signal = new AbortController().signal, onProgress = () => undefined, mostRead = 10_000 } = options;
  const { mostDatasetBytes = 1 << 28 } = options;
  const name = basename(resolve(folder));
  const about = aboutRun(await readSettings(folder));
  const journal = new JournalPass();
  await journal.read(join(folder, runFiles.journal), signal);
  onProgress(0.5);
  const { items, spent, worked } = journal;
  const outcomes = await readOutcomes(join(folder, selfplayFiles.outcomes), items, {
    seed: about.seed ?? 0,
    mostRead,
    examples,
    signal,
    onProgress: (share) => onProgress(0.5 + share / 2),
  });
  const dataset = about.dataset ?? join(folder, selfplayFiles.pairs);
  const decisions = await readDecisions(dataset, name, { mostBytes: mostDatasetBytes, signal });
  const isOpen = await isRunOpen(folder);
  const { pause, isFinished } = journal;
  const pairs = measuresOf(items);
  return {
    version: runReportVersion,
    name,
    state: isOpen ? 'running' : isFinished ? 'finished' : pause === null ? 'interrupted' : 'paused',
    pause: isOpen ? null : pause,
    about: { ...about, limits: journal.limits ?? about.limits },
    funnel: funnelOf(journal, about, decisions),
    pairs,
    evidence: outcomes.evidence,
    reviewed: decisions?.reviewed ?? null,
    spent: spendingOf(spent, about.price, pairs.count),
    time: timesOf(items, worked),
    slowest: slowestOf(items),
    failed: failuresOf(items),
    refused: { count: journal.refusedCount, rows: journal.refused },
    examples: outcomes.examples,
    unread: { journal: journal.unread, outcomes: outcomes.unread },
  };
}

async function readSettings(folder: string): Promise<ReadonlyMap<string, unknown>> {
  const file = join(folder, runFiles.settings);
  try {
    await stat(file);
  } catch (error) {
    throw toLogError(error, 'read the run', folder);
  }
  const kept = await readObject(file);
  const settings = kept.get('settings');
  if (typeof settings === 'object' && settings !== null && 'kind' in settings && settings.kind === 'selfplay')
    return kept;
  const message = `${folder} holds no self-play run. Give the folder of one.`;
  throw new LogError({ kind: 'wrong-type', path: folder, message });
}

function funnelOf(journal: JournalPass, about: RunReport['about'], decisions: Decisions | null): Funnel {
  const counts = new FunnelCounts();
  for (const [reason, count] of journal.refusals) counts.addRefused(reason, count);
  for (const { place, status, reason, drawn, failing, pairs } of journal.items.values()) {
    const byPolicy = pairs.some(({ accepted }) => accepted) ? 'accepted' : 'waiting';
    const review = decisions?.byPlace.get(place) ?? byPolicy;
    counts.addItem({ status, reason, drawn, failing, review });
  }
  return counts.result({
    total: journal.total,
    atLeast: journal.lastIndex + 1,
    isGuarded: about.guard.length > 0,
    isEvolved: about.stages.includes('evolve'),
    isSearched: about.stages.includes('search'),
  });
}

function measuresOf(items: ReadonlyMap<number, DoneItem>): PairMeasures {
  const [values, distances, interferences] = [new Numbers(), new Numbers(), new Numbers()];
  const depths = new Map<number, number>();
  let [count, isAccepted] = [0, 0];
  for (const { pairs } of items.values()) {
    for (const { value, depth, distance, interference, accepted } of pairs) {
      count += 1;
      if (accepted) isAccepted += 1;
      values.add(value);
      distances.add(distance);
      interferences.add(interference);
      const told = Math.min(depth, mostDepth);
      depths.set(told, (depths.get(told) ?? 0) + 1);
    }
  }
  return {
    count,
    accepted: isAccepted,
    values: values.shares(),
    distance: distances.shares(),
    interference: interferences.shares(),
    depths: [...depths].sort(([a], [b]) => a - b).map(([depth, records]) => ({ depth, records })),
  };
}

function spendingOf(spent: Spent, price: Price | null, pairs: number): Spending {
  const { promptTokens, completionTokens, estimated } = totalUsage(spent);
  const tokens = promptTokens + completionTokens;
  const cost = totalCost(spent, price);
  return {
    stages: stages.flatMap((stage) => {
      const usage = spent[stage];
      if (usage === undefined) return [];
      const { requests, sequences } = usage;
      const { promptTokens: prompt, completionTokens: completion } = usage;
      const own = price === null ? null : costOf(usage, price);
      return [{ stage, requests, sequences, promptTokens: prompt, completionTokens: completion, cost: own }];
    }),
    tokens,
    cost,
    currency: price?.currency ?? null,
    isEstimated: estimated,
    perPair: pairs === 0 ? null : { tokens: tokens / pairs, cost: cost === null ? null : cost / pairs },
  };
}

function timesOf(items: ReadonlyMap<number, DoneItem>, worked: number): RunReport['time'] {
  const times = new Numbers();
  for (const { milliseconds } of items.values()) times.add(milliseconds);
  const rate = worked > 0 && items.size > 0 ? items.size / (worked / 60_000) : null;
  return { worked, items: times.summary(), rate };
}

function slowestOf(items: ReadonlyMap<number, DoneItem>): readonly ItemLine[] {
  const all = [...items.values()].sort((a, b) => b.milliseconds - a.milliseconds || a.place - b.place);
  return all.slice(0, slowest).map(lineOf);
}

function failuresOf(items: ReadonlyMap<number, DoneItem>): RunReport['failed'] {
  const failed = [...items.values()].filter(({ status }) => status === 'failed');
  const reasons = new ReasonCounts();
  for (const { reason } of failed) reasons.add(reason);
  failed.sort((a, b) => a.place - b.place);
  return {
    count: failed.length,
    reasons: reasons.result(),
    items: failed.slice(0, mostFailed).map(lineOf),
  };
}

function lineOf({ place, status, reason, milliseconds, tokens }: DoneItem): ItemLine {
  return { place, status, reason, milliseconds, tokens };
}
