import { basename } from 'node:path';
import type { SearchSettings } from '../../../spar/search/settings';
import type { Forecast } from '../../../spar/selfplay/forecast';
import { concurrencies, type Concurrency, type InFlight } from '../../../spar/selfplay/plan/inFlight';
import { isEditorSource, type ModelSource } from '../../../spar/selfplay/plan/modelSource';
import type { RunPlan } from '../../../spar/selfplay/plan/runPlan';
import { policyText } from '../../../spar/selfplay/settingTexts';
import type { RunSettings } from '../../../spar/selfplay/settings';
import { basisWords, checkedWords, forecastParts } from '../../../spar/selfplay/words';
import { costWords, countWords, timeWords } from '../../../spar/text/amountWords';
import { counted } from '../words';
import { needsActor, needsRefiner, type StartChoices } from './choices';

export type LineId =
  | 'input'
  | 'columns'
  | 'stages'
  | 'actor'
  | 'refiner'
  | 'concurrency'
  | 'sampling'
  | 'samples'
  | 'select'
  | 'votes'
  | 'gate'
  | 'search'
  | 'complete'
  | 'seed'
  | 'items'
  | 'tokens'
  | 'cost'
  | 'time'
  | 'price'
  | 'guard'
  | 'policy'
  | 'dataset';

export interface SummaryLine {
  readonly id: LineId;
  /** The line's heading group. */
  readonly group: 'Input' | 'Stages and models' | 'Numbers' | 'Limits' | 'Pairs';
  readonly label: string;
  readonly value: string;
}

/** All that can be changed before the start, a line each, with what holds now. */
export function summaryLines(
  choices: StartChoices,
  { plan, datasetName }: { readonly plan: RunPlan; readonly datasetName: string },
): readonly SummaryLine[] {
  const { policy } = choices.settings;
  return [
    ...inputLines(choices),
    { group: 'Stages and models', id: 'stages', label: 'Stages', value: stagesWords(choices) },
    ...modelLines(choices, plan),
    ...numberLines(choices, plan),
    ...limitLines(choices, plan),
    { group: 'Pairs', id: 'dataset', label: 'Dataset', value: datasetName },
    {
      group: 'Pairs',
      id: 'policy',
      label: 'Accepted without review',
      value: policy === null ? 'none' : policyText(policy),
    },
  ];
}

function inputLines(choices: StartChoices): readonly SummaryLine[] {
  const { scan, guard, input } = choices;
  const names = guard.map((file) => basename(file)).join(', ');
  const group = 'Input';
  return [
    { group, id: 'input', label: 'File', value: `${input?.name ?? ''} · ${rowsWords(choices)}` },
    ...when(scan?.columns != null, {
      group,
      id: 'columns',
      label: 'Columns',
      value: columnsWords(scan?.columns ?? {}),
    }),
    { group, id: 'guard', label: 'Evaluation prompts to keep out', value: names === '' ? 'none' : names },
  ];
}

function modelLines(choices: StartChoices, plan: RunPlan): readonly SummaryLine[] {
  const { actor, refiner } = plan.source;
  const { price } = plan.search;
  const group = 'Stages and models';
  const million =
    price === null
      ? 'not known'
      : `${price.promptPerMillion} and ${price.completionPerMillion} ${price.currency} for a million tokens of prompt and of reply`;
  return [
    ...when(needsActor(choices), {
      group,
      id: 'actor',
      label: 'Actor',
      value: modelWords(actor, 'no model'),
    }),
    ...when(needsRefiner(choices), { group, id: 'refiner', label: 'Refiner', value: modelWords(refiner) }),
    ...when(isAsking(plan), {
      group,
      id: 'concurrency',
      label: 'Replies in flight',
      value: flightWords(plan.source),
    }),
    ...when(isAsking(plan), {
      group,
      id: 'sampling',
      label: 'Temperature and length',
      value: samplingWords(plan.search),
    }),
    ...when(isAsking(plan), { group, id: 'price', label: 'Price', value: million }),
  ];
}

function flightWords(source: InFlight): string {
  const words = (most: Concurrency): string =>
    most === 'auto' ? 'as many as each server bears' : countWords(most);
  const { actor, refiner } = concurrencies(source);
  return actor === refiner ? words(actor) : `actor: ${words(actor)}; refiner: ${words(refiner)}`;
}

function samplingWords({ sample, judge, refine }: SearchSettings): string {
  const longest = Math.max(sample.maxTokens, judge.maxTokens, refine.maxTokens);
  return `answers ${sample.temperature}, judgements ${judge.temperature}, refinements ${refine.temperature} · up to ${countWords(longest)} tokens`;
}

function numberLines(choices: StartChoices, plan: RunPlan): readonly SummaryLine[] {
  const { settings, stages } = choices;
  const { search, samples, completeShare, seed } = settings;
  const { actor, refiner } = plan.source;
  const group = 'Numbers';
  const share = `all votes on ${Math.round(completeShare * 100)} % of the texts`;
  return [
    ...when(actor !== null, {
      group,
      id: 'samples',
      label: 'Answers of an instruction',
      value: `at most ${countWords(samples)}`,
    }),
    ...when(stages.has('search'), {
      group,
      id: 'select',
      label: 'Searched from',
      value: selectWords(settings),
    }),
    ...when(refiner !== null, { group, id: 'votes', label: 'Votes', value: votesWords(search) }),
    ...when(refiner !== null, {
      group,
      id: 'gate',
      label: 'Gate',
      value: `a value above ${search.gate} passes`,
    }),
    ...when(stages.has('search'), { group, id: 'search', label: 'Search', value: searchWords(search) }),
    ...when(stages.has('collect') && refiner !== null, {
      group,
      id: 'complete',
      label: 'Examples for the refiner',
      value: share,
    }),
    { group, id: 'seed', label: 'Seed', value: String(seed) },
  ];
}

function limitLines({ settings }: StartChoices, plan: RunPlan): readonly SummaryLine[] {
  const { items, tokens, cost, milliseconds } = settings.limits;
  const { price } = plan.search;
  const group = 'Limits';
  const money = (value: number): string => (price === null ? String(value) : costWords(value, price));
  const rows = items === undefined ? 'all' : `the first ${countWords(items)}`;
  return [
    { group, id: 'items', label: 'Rows', value: rows },
    ...when(isAsking(plan), { group, id: 'tokens', label: 'Most tokens', value: orNone(tokens, countWords) }),
    ...when(isAsking(plan), { group, id: 'cost', label: 'Most money', value: orNone(cost, money) }),
    { group, id: 'time', label: 'Most time', value: orNone(milliseconds, timeWords) },
  ];
}

function isAsking({ source: { actor, refiner } }: RunPlan): boolean {
  return actor !== null || refiner !== null;
}

function when(isShown: boolean, line: SummaryLine): readonly SummaryLine[] {
  return isShown ? [line] : [];
}

/** What the run will take, for the line that starts it: what, and what that rests on. */
export function forecastLine(
  forecast: Forecast,
  { plan, choices }: { readonly plan: RunPlan; readonly choices: StartChoices },
): {
  readonly amounts: string;
  readonly basis: string;
  /** How much code can check; null where it makes no difference. */
  readonly checked: string | null;
} {
  const shape = choices.scan?.shape;
  if (forecast.tokens.most === 0)
    return {
      amounts: `${counted(forecast.items, 'row')} · no requests, no tokens, no cost`,
      basis: 'Rules alone judge and mend; an answer that breaks none of them is left as it is.',
      checked: null,
    };
  const { covered = 0, partly = 0 } = shape?.checked ?? {};
  const checked = shape === undefined || covered + partly === 0 ? null : checkedWords(shape);
  return {
    amounts: forecastParts(forecast, plan.search.price).join(' · '),
    basis: basisWords(forecast),
    checked,
  };
}

/** `qwen on localhost:8000`. */
export function modelWords(source: ModelSource | null, without = 'rules alone'): string {
  if (source === null) return without;
  if (isEditorSource(source)) return `${source.model}, of the editor`;
  const hosts = source.baseUrls.map((url) => (URL.canParse(url) ? new URL(url).host : url));
  return `${source.model} on ${hosts.join(', ')}`;
}

export function searchWords({ algorithm, branchFactor, beamWidth, depth }: SearchSettings): string {
  switch (algorithm) {
    case 'breadth-first':
    case 'depth-first':
      return `${algorithm}, ${branchFactor} refinements each, the best ${beamWidth} go on, ${depth} levels`;
    case 'best-of-n':
      return `the best of ${branchFactor} new answers`;
    case 'chain':
      return `a chain of ${depth} refinements`;
  }
}

export function votesWords({ votes, voting }: Pick<SearchSettings, 'votes' | 'voting'>): string {
  switch (voting) {
    case 'all':
      return `all ${votes}`;
    case 'settled':
      return `up to ${votes}, until more can’t change the verdict`;
    case 'screen':
      return `one, and up to ${votes} where it is a Yes`;
  }
}

export function selectWords({ select, draw, samples }: RunSettings): string {
  if (select === 'all') return 'every one that fails';
  return draw === 'as-needed' ? 'the first that fails' : `one that fails, when all ${samples} are judged`;
}

function rowsWords({ scan }: StartChoices): string {
  if (scan === null) return '';
  const { items, answered } = scan.shape;
  const bad = scan.badRowCount === 0 ? '' : `, ${countWords(scan.badRowCount)} can’t be used`;
  const answers =
    answered === 0
      ? ''
      : answered === items
        ? ', all with answers'
        : `, ${countWords(answered)} with answers`;
  return `${counted(items, 'row')}${answers}${bad}`;
}

function columnsWords(columns: object): string {
  return Object.entries(columns)
    .map(([role, column]) => `${role} = ${String(column)}`)
    .join(', ');
}

const stageWords = {
  evolve: 'make harder',
  sample: 'sample',
  judge: 'judge',
  search: 'search',
  collect: 'collect',
} as const;

function stagesWords(choices: StartChoices): string {
  const asked = (Object.keys(stageWords) as (keyof typeof stageWords)[]).filter((stage) => {
    return choices.stages.has(stage) && (stage !== 'sample' || needsActor(choices));
  });
  return asked.map((stage) => stageWords[stage]).join(' → ');
}

function orNone(value: number | undefined, words: (value: number) => string): string {
  return value === undefined ? 'no limit' : words(value);
}

export function sentence(words: string): string {
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
}
