import type { Usage } from '../models/chatModel';
import { costOf } from '../models/usage';
import { mapStages, nothing, sum, times, type Amount, type StageAmounts } from './forecast/amount';
import { courseOf, mostNodes, searchCourse, type Course } from './forecast/course';
import { fewestItems, paceOf, seenStages, type EarlierRun, type SeenStages } from './forecast/earlier';
import type { InputShape } from './forecast/inputShape';
import { lengthsOf } from './forecast/lengths';
import type { Span } from './forecast/span';
import { stages, type Stage } from './itemResult';
import type { RunSettings } from './settings';

export type { InputShape } from './forecast/inputShape';
export type { Span } from './forecast/span';

export interface ForecastQuestion {
  readonly input: InputShape;
  readonly settings: RunSettings;
  readonly hasActor: boolean;
  /** False: rules alone. */
  readonly hasRefiner: boolean;
  /** The run's own items that are done, and what was paid for; narrows the range. */
  readonly done?: { readonly items: number; readonly usage: Usage; readonly milliseconds: number };
  /** Runs of the same person, of any models and settings; those that can be compared narrow the range. */
  readonly earlier?: EarlierEvidence;
}

export interface EarlierEvidence {
  readonly runs: readonly EarlierRun[];
  /** Names of the models of the run that is asked about. */
  readonly actor: string | null;
  readonly refiner: string | null;
  /** Hash of its input; null where it is not known. */
  readonly input: string | null;
}

/** What a run, or the rest of one, will take. Plain data. */
export interface Forecast {
  readonly items: number;
  /** Replies of models; a request may ask for several. */
  readonly replies: Span;
  readonly promptTokens: Span;
  readonly completionTokens: Span;
  readonly tokens: Span;
  /** In the currency of the price; null without one. */
  readonly cost: Span | null;
  /** Null where nothing is known of the server's speed. */
  readonly milliseconds: Span | null;
  /**
   * What it rests on: the run's own `items`; `earlier` runs with the same models and settings, for some stages or all;
   * the `lengths` of replies that the same models gave in other runs; or the `shape` of the run alone.
   */
  readonly basis: 'shape' | 'lengths' | 'earlier' | 'items';
  /** With `earlier`. */
  readonly earlier: EarlierBasis | null;
}

export interface EarlierBasis {
  readonly runs: number;
  readonly items: number;
  /** What it was taken for; the other stages that are paid for rest on the run's shape. */
  readonly stages: readonly Stage[];
  /** Whether all that is paid for rests on it. */
  readonly isWhole: boolean;
}

/**
 * What is left of a run, between the cheapest and the dearest course that its items can take, or as far as the run's own
 * items and earlier runs tell, between less than these took and more.
 */
export function forecastRun(question: ForecastQuestion): Forecast {
  const { input, settings, done } = question;
  const shaped = shapedForecast(question);
  const own = done !== undefined && done.items >= fewestItems ? done : null;
  const narrowed = (of: keyof Amount, spent: number): Span => {
    const span = { least: Math.round(shaped.least[of]), most: Math.round(shaped.most[of]) };
    return own === null ? span : around((spent / own.items) * input.items, { span, items: own.items });
  };
  const usage = own?.usage;
  const promptTokens = narrowed('prompt', usage?.promptTokens ?? 0);
  const completionTokens = narrowed('completion', usage?.completionTokens ?? 0);
  const { price } = settings.search;
  const cost = (bound: keyof Span): number => {
    const tokens = { promptTokens: promptTokens[bound], completionTokens: completionTokens[bound] };
    return price === null ? 0 : costOf({ requests: 0, sequences: 0, estimated: true, ...tokens }, price);
  };
  return {
    items: input.items,
    replies: narrowed('replies', usage?.sequences ?? 0),
    promptTokens,
    completionTokens,
    tokens: {
      least: promptTokens.least + completionTokens.least,
      most: promptTokens.most + completionTokens.most,
    },
    cost: price === null ? null : { least: cost('least'), most: cost('most') },
    milliseconds:
      own === null
        ? timeOf(completionTokens, shaped.pace)
        : around((own.milliseconds / own.items) * input.items, { span: everything, items: own.items }),
    basis: own === null ? shaped.basis : 'items',
    earlier: own === null ? shaped.earlier : null,
  };
}

interface Shaped {
  readonly least: Amount;
  readonly most: Amount;
  readonly pace: Span | null;
  readonly basis: 'shape' | 'lengths' | 'earlier';
  readonly earlier: EarlierBasis | null;
}

/** By the run's shape and by earlier runs. */
function shapedForecast(question: ForecastQuestion): Shaped {
  const { input, settings, earlier, hasActor, hasRefiner } = question;
  const { actor = null, refiner = null, runs = [] } = earlier ?? {};
  const { lengths, isSeen } = lengthsOf(runs, { actor, refiner });
  const planned = { settings, actor, refiner, shape: input, input: earlier?.input ?? null };
  const course: Course = { input, settings, hasActor, hasRefiner, lengths };
  const shape = { least: courseOf(course, 'least'), most: courseOf(course, 'most') };
  const seen = seenStages(runs, planned);
  const isPaid = (stage: Stage): boolean => shape.most[stage].replies > 0;
  const known = stages.filter((stage) => seen.stages[stage] !== undefined && isPaid(stage));
  const total = (bound: keyof Span): Amount =>
    sum(...Object.values(withSeen(shape[bound], { course, seen, bound })));
  return {
    least: total('least'),
    most: total('most'),
    pace: paceOf(runs, planned),
    basis: known.length > 0 ? 'earlier' : isSeen ? 'lengths' : 'shape',
    earlier:
      known.length === 0
        ? null
        : {
            runs: seen.runs,
            items: seen.items,
            stages: known,
            isWhole: stages.filter(isPaid).length === known.length,
          },
  };
}

/** What was seen in place of what the shape tells. */
function withSeen(
  shape: StageAmounts,
  { course, seen, bound }: { readonly course: Course; readonly seen: SeenStages; readonly bound: keyof Span },
): StageAmounts {
  const { items } = course.input;
  const isJudged = seen.stages.judge !== undefined;
  return mapStages((stage) => {
    const known = seen.stages[stage];
    if (known !== undefined) return times(known[bound], items);
    if (stage === 'search' && seen.searched !== null && course.settings.refine)
      return times(searchCourse(course, bound), items * seen.searched[bound]);
    // The dearest course holds all votes of each text; where votes are as seen, those of the sample come on top.
    if (stage === 'collect' && isJudged && bound === 'most') return mostCollected(course);
    return shape[stage];
  });
}

function mostCollected({ input, settings, hasRefiner, lengths }: Course): Amount {
  if (!hasRefiner || settings.completeShare === 0) return nothing;
  const texts = settings.samples + (settings.refine ? mostNodes(settings.search) : 0);
  const votes = texts * settings.search.votes * settings.completeShare * input.items;
  const asked = input.instructionTokens + lengths.answer.most;
  return times({ replies: 1, prompt: asked, completion: lengths.critique.most }, votes);
}

function timeOf(completionTokens: Span, pace: Span | null): Span | null {
  if (pace === null) return null;
  return {
    least: Math.round((completionTokens.least / pace.most) * 1000),
    most: Math.round((completionTokens.most / pace.least) * 1000),
  };
}

const everything: Span = { least: 0, most: Number.MAX_SAFE_INTEGER };

/** Two standard errors about what is expected, where items differ by as much as they take on average. */
function around(expected: number, { span, items }: { readonly span: Span; readonly items: number }): Span {
  const error = Math.min(1, 2 / Math.sqrt(items));
  // What was seen counts for more than what was assumed of lengths.
  const least = Math.round(expected * (1 - error));
  const most = Math.round(expected * (1 + error));
  return { least: Math.max(least, 0), most: Math.max(least, Math.min(most, Math.max(span.most, expected))) };
}
