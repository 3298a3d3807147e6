import type { Usage } from '../models/chatModel';
import { costOf, estimateTokens } from '../models/usage';
import { defaultPrompts } from '../refiner/prompts';
import type { SearchSettings } from '../search/settings';
import type { RunSettings } from './settings';

/** What is known of a run's input. */
export interface InputShape {
  /** Items that are to be worked on. */
  readonly items: number;
  /** Items that bring answers, and how many these bring together. */
  readonly answered: number;
  readonly answers: number;
  /** Mean length of an instruction, in tokens. */
  readonly instructionTokens: number;
  /** Mean length of an answer that a row brings; null where none does. */
  readonly answerTokens: number | null;
}

export interface ForecastQuestion {
  readonly input: InputShape;
  readonly settings: RunSettings;
  readonly hasActor: boolean;
  /** False: rules alone. */
  readonly hasRefiner: boolean;
  /** The run's own items that are done, and what was paid for; narrows the range. */
  readonly done?: { readonly items: number; readonly usage: Usage; readonly milliseconds: number };
}

export interface Span {
  readonly least: number;
  readonly most: number;
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
  /** What it rests on: the run's shape, or its own items. */
  readonly basis: 'shape' | 'items';
}

/** Of one item, or a part of it. */
interface Amount {
  readonly replies: number;
  readonly prompt: number;
  readonly completion: number;
}

/** Lengths of replies in tokens, where nothing is known yet: from a terse model to a wordy one. */
const lengths = {
  answer: { least: 80, most: 900 },
  critique: { least: 60, most: 500 },
  reflection: { least: 40, most: 400 },
} as const;
const evolvePromptTokens = 500;
/** A reply of no use is asked for again so often. */
const evolveAttempts = 3;
/** The cheapest or the dearest; of items done, so many are needed to tell more. */
const fewestItems = 5;

/**
 * What is left of a run, between the cheapest and the dearest course that its items can take. Texts that rules decide
 * on cost no votes, so a run whose instructions code can check may stay below.
 */
export function forecastRun(question: ForecastQuestion): Forecast {
  const { input, settings, done } = question;
  const [least, most] = (['least', 'most'] as const).map((bound) => ofAll(question, bound)) as [
    Amount,
    Amount,
  ];
  const own = done !== undefined && done.items >= fewestItems ? done : null;
  const narrowed = (of: keyof Amount, spent: number): Span => {
    const span = { least: Math.round(least[of]), most: Math.round(most[of]) };
    return own === null ? span : around((spent / own.items) * input.items, { span, items: own.items });
  };
  const usage = own?.usage;
  const promptTokens = narrowed('prompt', usage?.promptTokens ?? 0);
  const completionTokens = narrowed('completion', usage?.completionTokens ?? 0);
  const { price } = settings.search;
  const cost = (bound: keyof Span): number =>
    price === null
      ? 0
      : costOf(
          {
            requests: 0,
            sequences: 0,
            promptTokens: promptTokens[bound],
            completionTokens: completionTokens[bound],
            estimated: true,
          },
          price,
        );
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
        ? null
        : around((own.milliseconds / own.items) * input.items, { span: everything, items: own.items }),
    basis: own === null ? 'shape' : 'items',
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

function ofAll(question: ForecastQuestion, bound: keyof Span): Amount {
  const { items, answered, answers } = question.input;
  const sampledItems = Math.max(0, items - answered);
  const own = answered === 0 ? nothing : ofItem(question, { bound, own: answers / answered });
  return sum(times(own, answered), times(ofItem(question, { bound, own: 0 }), sampledItems));
}

/** One item that brings so many answers, 0 for one that is sampled for. */
function ofItem(
  question: ForecastQuestion,
  { bound, own }: { readonly bound: keyof Span; readonly own: number },
): Amount {
  const { settings, hasActor } = question;
  const evolved = settings.evolve && hasActor;
  const isSampled = own === 0 || evolved;
  if (isSampled && !hasActor) return nothing;
  const costs = costsOf(question, { bound, isSampled });
  const before = evolved ? times(costs.evolve, bound === 'least' ? 1 : evolveAttempts) : nothing;
  const count = isSampled ? settings.samples : own;
  const answer = isSampled ? costs.sample : nothing;
  const { fail, pass } = votesOf(settings.search);
  const judged = (votes: number): Amount => sum(answer, settings.judge ? times(costs.vote, votes) : nothing);
  const search = settings.refine ? costs.search : nothing;
  const isOne = settings.select === 'one';
  const asNeeded = isOne && settings.draw === 'as-needed';
  if (bound === 'most') {
    const all = times(judged(settings.search.votes), count);
    return sum(before, all, times(search, isOne ? 1 : count));
  }
  const allPass = settings.judge ? times(judged(pass), count) : null;
  const firstFails = asNeeded
    ? sum(judged(fail), search)
    : sum(times(judged(fail), count), times(search, isOne ? 1 : count));
  return sum(before, allPass === null ? firstFails : cheaper(allPass, firstFails));
}

/** Fewest votes that tell that a text fails, and that it passes. */
function votesOf({ votes, voting, gate }: SearchSettings): { readonly fail: number; readonly pass: number } {
  if (voting === 'all') return { fail: votes, pass: votes };
  const pass = Math.floor(gate * votes) + 1;
  return { fail: voting === 'screen' ? 1 : votes - pass + 1, pass };
}

interface Costs {
  readonly evolve: Amount;
  readonly sample: Amount;
  readonly vote: Amount;
  readonly search: Amount;
}

function costsOf(
  { input, settings, hasRefiner }: ForecastQuestion,
  { bound, isSampled }: { readonly bound: keyof Span; readonly isSampled: boolean },
): Costs {
  const { search } = settings;
  const asked = input.instructionTokens * (settings.evolve ? 2 : 1);
  const assumed = Math.min(lengths.answer[bound], search.sample.maxTokens);
  const answer = isSampled ? assumed : (input.answerTokens ?? assumed);
  const critique = Math.min(lengths.critique[bound], search.judge.maxTokens);
  const judging = estimateTokens(defaultPrompts.judge) + asked + answer;
  const sample = { replies: 1, prompt: asked, completion: answer };
  const vote = hasRefiner ? { replies: 1, prompt: judging, completion: critique } : nothing;
  const refine = hasRefiner
    ? {
        replies: 1,
        prompt: judging + critique + estimateTokens(defaultPrompts.refine),
        completion: lengths.reflection[bound] + answer,
      }
    : nothing;
  const node = search.algorithm === 'best-of-n' && hasRefiner ? sample : refine;
  const { nodes, votes } = searchOf(search, bound);
  return {
    evolve: {
      replies: 1,
      prompt: evolvePromptTokens + input.instructionTokens,
      completion: 2 * input.instructionTokens,
    },
    sample,
    vote,
    search: sum(times(node, nodes), times(vote, votes)),
  };
}

/** Refinements and votes of one search whose root is judged. */
function searchOf(
  search: SearchSettings,
  bound: keyof Span,
): { readonly nodes: number; readonly votes: number } {
  const { algorithm, depth, branchFactor, votes } = search;
  if (depth === 0 && algorithm !== 'best-of-n') return { nodes: 0, votes: 0 };
  if (bound === 'most') {
    const nodes = mostNodes(search);
    return { nodes, votes: nodes * votes };
  }
  // The first refinement passes, and nothing more is asked about the others of its level.
  return { nodes: algorithm === 'chain' ? 1 : branchFactor, votes: votesOf(search).pass };
}

function mostNodes({ algorithm, depth, branchFactor, beamWidth }: SearchSettings): number {
  if (algorithm === 'best-of-n') return branchFactor;
  if (algorithm === 'chain') return depth;
  const width = Math.min(beamWidth, branchFactor);
  let [nodes, parents] = [0, 1];
  for (let level = 1; level <= depth; level += 1) {
    nodes += parents * branchFactor;
    const next = algorithm === 'depth-first' ? parents * width : Math.min(beamWidth, parents * branchFactor);
    parents = Math.min(next, 1_000_000);
  }
  return nodes;
}

const nothing: Amount = { replies: 0, prompt: 0, completion: 0 };

function sum(...amounts: readonly Amount[]): Amount {
  return amounts.reduce((total, { replies, prompt, completion }) => {
    return {
      replies: total.replies + replies,
      prompt: total.prompt + prompt,
      completion: total.completion + completion,
    };
  }, nothing);
}

function times({ replies, prompt, completion }: Amount, count: number): Amount {
  return { replies: replies * count, prompt: prompt * count, completion: completion * count };
}

function cheaper(one: Amount, other: Amount): Amount {
  return one.prompt + one.completion <= other.prompt + other.completion ? one : other;
}
