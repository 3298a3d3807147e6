import {
  auditShareOfRuns,
  defaultSettings,
  type Price,
  type Sampling,
  type SearchSettings,
} from '../../spar/search/settings';
import { parsePolicy, parsePrice, parseSampling } from '../../spar/selfplay/settingTexts';
import type { Mapping } from '../../spar/selfplay/intake/mapping';
import {
  defaultRunSettings,
  type AcceptancePolicy,
  type LimitChanges,
  type RunLimits,
  type RunSettings,
} from '../../spar/selfplay/settings';
import type { RunModels } from '../../spar/selfplay/plan/modelSource';
import type { InFlight } from '../../spar/selfplay/plan/inFlight';
import { readConcurrencies, readRunModels, runModelOptionTypes } from '../modelFlags';
import {
  engineOptionTypes,
  readEngine,
  refuseBatchOptions,
  requireOneAddress,
  type GivenEngine,
} from './engineFlags';
import { flag, parseOptions, text, texts, type Given, type ParsedArguments } from '../options';
import { readSearchSettings, searchOptionTypes } from '../searchFlags';
import { ValueReader } from '../values';

export interface RunArguments {
  readonly input: string;
  readonly output: string;
  /** Null: by what the rows are. */
  readonly columns: Mapping | null;
  readonly models: RunModels;
  readonly settings: RunSettings;
  readonly inFlight: InFlight;
  readonly engine: GivenEngine;
  readonly guard: readonly string[];
  /** Null: the working directory's, if there is one. */
  readonly verifiers: string | null;
  /** Folder of own prompts; null: the built-in ones. */
  readonly prompts: string | null;
  readonly dataset: string | null;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export const limitOptionTypes = {
  'token-budget': text,
  'cost-budget': text,
  'time-budget': text,
  limit: text,
} as const;

const samplingOptionTypes = { 'sample-with': text, 'judge-with': text, 'refine-with': text } as const;

const optionTypes = {
  input: text,
  output: text,
  column: texts,
  ...runModelOptionTypes,
  ...engineOptionTypes,
  stages: text,
  samples: text,
  select: text,
  draw: text,
  ...searchOptionTypes,
  'complete-share': text,
  ...samplingOptionTypes,
  price: text,
  ...limitOptionTypes,
  guard: texts,
  'accept-when': text,
  verifiers: text,
  prompts: text,
  dataset: text,
  'dry-run': flag,
  json: flag,
} as const;

type RunGiven = Given<typeof optionTypes>;

/** Reads the arguments after `spar run`. Never throws. */
export function parseRunArguments(args: readonly string[]): ParsedArguments<RunArguments> {
  return parseOptions(args, optionTypes, readArguments);
}

function readArguments(given: RunGiven, problems: string[]): RunArguments | undefined {
  const { input, output } = given;
  if (input === undefined) problems.push('--input FILE is missing.');
  if (output === undefined) problems.push('--output DIR is missing.');
  const engine = readEngine(given, problems);
  if (engine.engine !== 'batch') refuseBatchOptions(engine, problems);
  const named = readRunModels(given, problems, engine.engine !== 'batch' || engine.to === 'endpoint');
  requireOneAddress(named, engine, problems);
  const stages = readStages(given.stages, problems);
  const settings = readSettings(given, stages, problems);
  const columns = readColumns(given.column, problems);
  const inFlight = { concurrency: 'auto' as const, ...readConcurrencies(given, problems) };
  if (stages.has('evolve') && named.actor === null)
    problems.push('--stages with evolve needs a model: --model NAME --base-url URL.');
  const models = stages.has('sample') ? named : { ...named, actor: null };
  if (input === undefined || output === undefined) return undefined;
  return {
    input,
    output,
    columns,
    models,
    settings,
    inFlight,
    engine,
    guard: given.guard ?? [],
    verifiers: given.verifiers ?? null,
    prompts: given.prompts ?? null,
    dataset: given.dataset ?? null,
    dryRun: given['dry-run'] ?? false,
    json: given.json ?? false,
  };
}

const stageNames = ['evolve', 'sample', 'judge', 'select', 'search', 'collect'] as const;
type StageName = (typeof stageNames)[number];

/** All but evolve, unless told. */
function readStages(given: string | undefined, problems: string[]): ReadonlySet<StageName> {
  if (given === undefined) return new Set(stageNames.slice(1));
  const named = new Set<StageName>();
  for (const name of given.split(',')) {
    const stage = stageNames.find((candidate) => candidate === name.trim());
    if (stage === undefined)
      problems.push(`--stages takes names of ${stageNames.join(', ')}, separated by commas.`);
    else named.add(stage);
  }
  if (named.size > 0 && !named.has('judge') && !named.has('search'))
    problems.push('--stages needs judge or search: nothing comes of answers that nobody looks at.');
  if (named.has('evolve') && !named.has('sample'))
    problems.push('--stages with evolve needs sample: answers of the row are about another instruction.');
  return named;
}

function readSettings(given: RunGiven, stages: ReadonlySet<StageName>, problems: string[]): RunSettings {
  const read = new ValueReader(given, problems);
  const search = readSearchSettings(given, problems);
  const price = readPrice(given.price, problems);
  const samples = read.number('samples', { least: 1, most: 1000, whole: true });
  const completeShare = read.number('complete-share', { least: 0, most: 1, whole: false });
  const limits = readLimits(given, problems);
  if (limits.cost !== undefined && price === null)
    problems.push('--cost-budget needs --price PROMPT,COMPLETION,CURRENCY.');
  return {
    ...defaultRunSettings,
    seed: search.seed ?? 0,
    evolve: stages.has('evolve'),
    judge: stages.has('judge'),
    refine: stages.has('search'),
    samples: samples ?? defaultRunSettings.samples,
    // Where none is to be selected, all are taken.
    select:
      read.choice('select', ['one', 'all'] as const) ??
      (stages.has('select') ? defaultRunSettings.select : 'all'),
    draw: read.choice('draw', ['as-needed', 'all'] as const) ?? defaultRunSettings.draw,
    search: {
      ...defaultSettings,
      auditShare: auditShareOfRuns,
      ...search,
      ...readSamplings(given, problems),
      price,
    },
    completeShare: stages.has('collect') ? (completeShare ?? defaultRunSettings.completeShare) : 0,
    limits,
    policy: readPolicy(given['accept-when'], { command: 'spar run', problems }),
  };
}

/** How each role is asked, over the paper's numbers. */
function readSamplings(
  given: Given<typeof samplingOptionTypes>,
  problems: string[],
): Pick<SearchSettings, 'sample' | 'judge' | 'refine'> {
  const read = (name: 'sample' | 'judge' | 'refine'): Sampling => {
    const usual = defaultSettings[name];
    const words = given[`${name}-with`];
    const sampling = words === undefined ? usual : parseSampling(words, usual);
    if (sampling === null)
      problems.push(
        `--${name}-with takes temperature, top-p and max-tokens, separated by commas, such as temperature=0.7,max-tokens=1024.`,
      );
    return sampling ?? usual;
  };
  return { sample: read('sample'), judge: read('judge'), refine: read('refine') };
}

export function readLimits(given: Given<typeof limitOptionTypes>, problems: string[]): RunLimits {
  const read = new ValueReader(given, problems);
  const tokens = read.number('token-budget', { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true });
  const cost = read.number('cost-budget', { least: 0.000001, most: 1_000_000_000, whole: false });
  const milliseconds = read.duration('time-budget');
  const items = read.number('limit', { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true });
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(cost === undefined ? {} : { cost }),
    ...(milliseconds === undefined ? {} : { milliseconds }),
    ...(items === undefined ? {} : { items }),
  };
}

/** What differs from the limits so far: `none` lifts one. */
export function readLimitChanges(given: Given<typeof limitOptionTypes>, problems: string[]): LimitChanges {
  const lifted = (Object.keys(limitsByOption) as (keyof typeof limitsByOption)[]).filter(
    (option) => given[option] === 'none',
  );
  const others = Object.fromEntries(
    Object.entries(given).filter(([option]) => !(lifted as readonly string[]).includes(option)),
  );
  const changes = lifted.map((option) => [limitsByOption[option], null] as const);
  return { ...readLimits(others, problems), ...Object.fromEntries(changes) };
}

const limitsByOption = {
  'token-budget': 'tokens',
  'cost-budget': 'cost',
  'time-budget': 'milliseconds',
  limit: 'items',
} as const;

function readPrice(given: string | undefined, problems: string[]): Price | null {
  if (given === undefined) return null;
  const price = parsePrice(given);
  if (price === null)
    problems.push('--price takes what a million tokens of prompt and of reply cost, such as 0.15,0.60,USD.');
  return price;
}

const columnNames = ['instruction', 'response', 'critique', 'system'] as const;

export function readColumns(given: readonly string[] | undefined, problems: string[]): Mapping | null {
  if (given === undefined) return null;
  const columns: Partial<Record<(typeof columnNames)[number], string>> = {};
  for (const assignment of given) {
    const at = assignment.indexOf('=');
    const name = columnNames.find((candidate) => candidate === assignment.slice(0, at));
    const column = assignment.slice(at + 1);
    if (at < 0 || name === undefined || column === '')
      problems.push(`--column takes NAME=COLUMN, where NAME is one of ${columnNames.join(', ')}.`);
    else if (columns[name] !== undefined) problems.push(`--column ${name}=… is given twice.`);
    else columns[name] = column;
  }
  const { instruction, ...others } = columns;
  if (instruction !== undefined) return { instruction, ...others };
  problems.push('--column instruction=NAME is missing: the others mean nothing without it.');
  return null;
}

/** The name of what it reads says where it was given. */
export function readPolicy(
  given: string | undefined,
  { command, problems }: { readonly command: string; readonly problems: string[] },
): AcceptancePolicy | null {
  if (given === undefined) return null;
  const policy = parsePolicy(given, `${command} --accept-when ${given.replaceAll(' ', '')}`);
  if (policy === null)
    problems.push(
      '--accept-when takes value=SHARE, interference=SHARE and verified, separated by commas, such as value=1,interference=0.1,verified.',
    );
  return policy;
}
