import { stages, type Stage } from '../itemResult';
import type { RunSettings } from '../settings';
import { samplingText } from '../settingTexts';
import { totalUsage, type RunTotals, type Spent } from '../totals';
import { nothing, sum, type Amount } from './amount';
import type { InputShape } from './inputShape';
import type { Span } from './span';

/** What one of the person's earlier runs came to. Plain data. */
export interface EarlierRun {
  readonly settings: RunSettings;
  /** Names of the models; null: none, or rules alone. */
  readonly actor: string | null;
  readonly refiner: string | null;
  /** Its input's bytes, hashed. */
  readonly input: string;
  readonly totals: Pick<RunTotals, 'finished' | 'statuses' | 'answers'>;
  readonly spent: Spent;
  /** Of work, pauses left out. */
  readonly milliseconds: number;
}

/** The run whose course is asked about. */
export interface PlannedRun {
  readonly settings: RunSettings;
  readonly actor: string | null;
  readonly refiner: string | null;
  readonly input: string | null;
  readonly shape: InputShape;
}

/** What earlier runs tell of one item, by stage. */
export interface Seen {
  readonly least: Amount;
  readonly most: Amount;
}

export interface SeenStages {
  /** Absent for stages of which nothing comparable is known. */
  readonly stages: Readonly<Partial<Record<Stage, Seen>>>;
  /** Share of the items that came to a search; null where it is not known. */
  readonly searched: Span | null;
  readonly runs: number;
  readonly items: number;
}

/** Fewer items tell nothing. */
export const fewestItems = 5;
/** How far other instructions may take a run from earlier ones, at the least. */
const otherInput = 0.25;

/** What runs with the same models and the same settings of a stage came to. */
export function seenStages(runs: readonly EarlierRun[], planned: PlannedRun): SeenStages {
  const judging = runs.filter((run) => isSameUpTo('judge', run, planned));
  const used = new Set<EarlierRun>();
  const found: Partial<Record<Stage, Seen>> = {};
  for (const stage of stages) {
    const same = judging.filter((run) => isSameUpTo(stage, run, planned));
    const seen = seenOf(same, { stage, input: planned.input });
    if (seen === null) continue;
    found[stage] = seen;
    for (const run of same) used.add(run);
  }
  const items = [...used].reduce((total, run) => total + run.totals.finished, 0);
  return { stages: found, searched: searchedShare(judging, planned), runs: used.size, items };
}

/** Tokens of replies that the same models wrote in a second of work; null where nothing is known. */
export function paceOf(runs: readonly EarlierRun[], planned: PlannedRun): Span | null {
  const paces = runs.flatMap((run) => {
    const { completionTokens } = totalUsage(run.spent);
    const isSame = run.actor === planned.actor && run.refiner === planned.refiner;
    return isSame && run.milliseconds >= 1000 && completionTokens > 0
      ? [(completionTokens / run.milliseconds) * 1000]
      : [];
  });
  if (paces.length === 0) return null;
  // Servers are busier at some hours than at others.
  return { least: Math.min(...paces) * (1 - otherInput), most: Math.max(...paces) * (1 + otherInput) };
}

/** Whether what is paid for up to the end of a stage was paid for in the same way. */
function isSameUpTo(stage: Stage, run: EarlierRun, planned: PlannedRun): boolean {
  const key = keyOf(stage, planned, plannedShare(planned));
  return key !== null && keyOf(stage, run, shareSampled(run)) === key;
}

function keyOf(
  stage: Stage,
  { settings, actor, refiner }: Pick<PlannedRun, 'settings' | 'actor' | 'refiner'>,
  sampled: 'all' | 'none' | 'some',
): string | null {
  if (sampled === 'some') return null;
  const { evolve, samples, judge, select, draw, refine, search, completeShare } = settings;
  const { votes, voting, gate, askWhenVerified, algorithm, branchFactor, beamWidth, depth, stop } = search;
  // An actor that nobody asks makes no difference.
  const asked = sampled === 'all' || evolve ? [actor, samples, samplingText(search.sample)] : [];
  const judging = [samplingText(search.judge), votes, voting, gate, askWhenVerified, search.auditShare];
  const before = [sampled, asked, refiner, evolve, judge, select, draw, ...judging];
  const ways = [samplingText(search.refine), search.selection];
  const searching = [refine, algorithm, branchFactor, beamWidth, depth, stop, ...ways];
  switch (stage) {
    case 'evolve':
    case 'sample':
    case 'judge':
      return JSON.stringify(before);
    case 'search':
      return JSON.stringify([before, searching]);
    case 'collect':
      return JSON.stringify([before, searching, completeShare]);
  }
}

/** Whether its items were sampled for; of a mixed input nothing can be told of the one kind or the other. */
function shareSampled({ totals, spent }: EarlierRun): 'all' | 'none' | 'some' {
  const sampled = spent.sample?.sequences ?? 0;
  if (sampled === 0) return 'none';
  return sampled >= totals.answers.drawn * 0.9 ? 'all' : 'some';
}

function plannedShare({ shape, settings }: PlannedRun): 'all' | 'none' | 'some' {
  if (shape.answered === 0 || settings.evolve) return 'all';
  return shape.answered >= shape.items ? 'none' : 'some';
}

function seenOf(
  runs: readonly EarlierRun[],
  { stage, input }: { readonly stage: Stage; readonly input: string | null },
): Seen | null {
  const items = runs.reduce((total, run) => total + run.totals.finished, 0);
  if (items < fewestItems) return null;
  const means = runs
    .filter(({ totals }) => totals.finished >= fewestItems)
    .map((run) => amountOf(run, stage, run.totals.finished));
  const spent = runs.reduce((total, run) => sum(total, amountOf(run, stage, 1)), nothing);
  const isSameInput = runs.every((run) => run.input === input);
  const error = errorOf(items, isSameInput);
  const bound = (of: keyof Amount, sign: 1 | -1): number => {
    const all = [(spent[of] / items) * (1 + sign * error), ...means.map((mean) => mean[of])];
    return sign === 1 ? Math.max(...all) : Math.max(0, Math.min(...all));
  };
  return {
    least: {
      replies: bound('replies', -1),
      prompt: bound('prompt', -1),
      completion: bound('completion', -1),
    },
    most: { replies: bound('replies', 1), prompt: bound('prompt', 1), completion: bound('completion', 1) },
  };
}

/** Two standard errors, where items differ by as much as they take on average. */
function errorOf(items: number, isSameInput: boolean): number {
  return Math.max(isSameInput ? 0 : otherInput, Math.min(1, 2 / Math.sqrt(items)));
}

function searchedShare(runs: readonly EarlierRun[], { input }: PlannedRun): Span | null {
  const searching = runs.filter(({ settings }) => settings.refine);
  const items = searching.reduce((total, run) => total + run.totals.finished, 0);
  if (items < fewestItems) return null;
  const searched = searching.reduce((total, { totals: { statuses } }) => {
    return total + (statuses.solved ?? 0) + (statuses.unsolved ?? 0);
  }, 0);
  const share = searched / items;
  const error = errorOf(
    items,
    searching.every((run) => run.input === input),
  );
  return { least: share * (1 - error), most: Math.min(1, share * (1 + error)) };
}

function amountOf({ spent }: EarlierRun, stage: Stage, items: number): Amount {
  const usage = spent[stage];
  if (usage === undefined) return nothing;
  const { sequences, promptTokens, completionTokens } = usage;
  return {
    replies: sequences / items,
    prompt: promptTokens / items,
    completion: completionTokens / items,
  };
}
