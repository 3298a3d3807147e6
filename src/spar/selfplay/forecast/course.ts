import { estimateTokens } from '../../models/usage';
import { defaultPrompts } from '../../refiner/prompts';
import type { SearchSettings } from '../../search/settings';
import { answerVoting, type RunSettings } from '../settings';
import { noStages, nothing, sum, sumStages, times, timesStages, tokensOf } from './amount';
import type { Amount, StageAmounts } from './amount';
import type { InputShape } from './inputShape';
import type { Lengths } from './lengths';
import type { Span } from './span';

/** What a course hangs on. */
export interface Course {
  readonly input: InputShape;
  readonly settings: RunSettings;
  readonly hasActor: boolean;
  /** False: rules alone. */
  readonly hasRefiner: boolean;
  readonly lengths: Lengths;
}

/** How much of an instruction code can check: nothing, parts of it, or all. */
type Coverage = 'open' | 'partly' | 'covered';

const evolvePromptTokens = 500;
/** A reply of no use is asked for again so often. */
const evolveAttempts = 3;

/** The cheapest or the dearest course that all items of an input can take. */
export function courseOf(course: Course, bound: keyof Span): StageAmounts {
  const { items, answered, answers } = course.input;
  const own =
    answered === 0 ? noStages : ofItems(course, { bound, own: answers / answered, count: answered });
  return sumStages(own, ofItems(course, { bound, own: 0, count: Math.max(0, items - answered) }));
}

/** One whole search, from a judged answer to its end. */
export function searchCourse(course: Course, bound: keyof Span): Amount {
  return mixed(course, (coverage) => ({
    ...noStages,
    search: costsOf(course, { bound, isSampled: course.input.answered === 0, coverage }).search,
  })).search;
}

interface ItemsQuestion {
  readonly bound: keyof Span;
  /** Answers that each brings, 0 where the actor is asked. */
  readonly own: number;
  readonly count: number;
}

function ofItems(course: Course, { bound, own, count }: ItemsQuestion): StageAmounts {
  return timesStages(
    mixed(course, (coverage) => ofItem(course, { bound, own, coverage })),
    count,
  );
}

/** By how many of the instructions code can check; of those that are made harder anything may hold. */
function mixed(course: Course, of: (coverage: Coverage) => StageAmounts): StageAmounts {
  const { checked } = course.input;
  if (checked === undefined || (course.settings.evolve && course.hasActor)) return of('open');
  const { covered, partly } = checked;
  return sumStages(
    timesStages(of('covered'), covered),
    timesStages(of('partly'), partly),
    timesStages(of('open'), Math.max(0, 1 - covered - partly)),
  );
}

/** One item that brings so many answers. */
function ofItem(
  course: Course,
  { bound, own, coverage }: { bound: keyof Span; own: number; coverage: Coverage },
): StageAmounts {
  const { settings, hasActor } = course;
  const evolved = settings.evolve && hasActor;
  const isSampled = own === 0 || evolved;
  if (isSampled && !hasActor) return noStages;
  const costs = costsOf(course, { bound, isSampled, coverage });
  const evolve = evolved ? times(costs.evolve, bound === 'least' ? 1 : evolveAttempts) : nothing;
  const count = isSampled ? settings.samples : own;
  const sample = isSampled ? costs.sample : nothing;
  const voting = answerVoting(settings.search.voting);
  const { fail, pass } = votesOf({ ...settings.search, voting }, coverage);
  const search = settings.refine ? costs.search : nothing;
  const isOne = settings.select === 'one';
  const answers = (amount: number, votes: number, searches: number): StageAmounts => ({
    ...noStages,
    evolve,
    sample: times(sample, amount),
    judge: settings.judge ? times(costs.vote, votes * amount) : nothing,
    search: times(search, searches),
  });
  if (bound === 'most') return answers(count, mostVotes(settings.search, coverage), isOne ? 1 : count);
  const firstFails =
    isOne && settings.draw === 'as-needed' ? answers(1, fail, 1) : answers(count, fail, isOne ? 1 : count);
  return settings.judge ? cheaper(answers(count, pass, 0), firstFails) : firstFails;
}

/** Fewest votes that tell that a text fails, and that it passes. What code refutes needs none, nor what it verifies. */
function votesOf(
  { votes, voting, gate, askWhenVerified }: SearchSettings,
  coverage: Coverage,
): { readonly fail: number; readonly pass: number } {
  const passing = voting === 'all' ? votes : Math.floor(gate * votes) + 1;
  const failing = voting === 'all' ? votes : voting === 'screen' ? 1 : votes - passing + 1;
  const isSettled = coverage === 'covered' && !askWhenVerified;
  return { fail: coverage === 'open' ? failing : 0, pass: isSettled ? 0 : passing };
}

/** Most votes about one text. */
function mostVotes({ votes, askWhenVerified, auditShare }: SearchSettings, coverage: Coverage): number {
  return coverage === 'covered' && !askWhenVerified ? votes * auditShare : votes;
}

interface Costs {
  readonly evolve: Amount;
  readonly sample: Amount;
  readonly vote: Amount;
  readonly search: Amount;
}

function costsOf(
  { input, settings, hasRefiner, lengths }: Course,
  { bound, isSampled, coverage }: { bound: keyof Span; isSampled: boolean; coverage: Coverage },
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
  const { nodes, votes } = searchOf(search, { bound, coverage });
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
  { bound, coverage }: { bound: keyof Span; coverage: Coverage },
): { readonly nodes: number; readonly votes: number } {
  const { algorithm, depth, branchFactor } = search;
  if (depth === 0 && algorithm !== 'best-of-n') return { nodes: 0, votes: 0 };
  if (bound === 'most') {
    const nodes = mostNodes(search);
    return { nodes, votes: nodes * mostVotes(search, coverage) };
  }
  // The first refinement passes, and nothing more is asked about the others of its level.
  return { nodes: algorithm === 'chain' ? 1 : branchFactor, votes: votesOf(search, coverage).pass };
}

export function mostNodes({ algorithm, depth, branchFactor, beamWidth }: SearchSettings): number {
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

function cheaper(one: StageAmounts, other: StageAmounts): StageAmounts {
  return tokensOf(one) <= tokensOf(other) ? one : other;
}
