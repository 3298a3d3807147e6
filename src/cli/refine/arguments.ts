import type { SearchSettings } from '../../spar/search/settings';
import { flag, parseOptions, text, type Given, type ParsedArguments } from '../options';

export interface RefineArguments {
  /** Path, or `-` for standard input; at most one of the three is `-`. */
  readonly instruction: string;
  readonly response: string;
  readonly critique: string | null;
  /** Null: rules alone. */
  readonly endpoint: { readonly model: string; readonly baseUrl: string } | null;
  /** What differs from the defaults. */
  readonly settings: Partial<SearchSettings>;
  /** Dataset file to write the pair to. */
  readonly dataset: string | null;
  readonly accept: boolean;
  /** File of own verifiers; null for the one of the working directory. */
  readonly verifiers: string | null;
  readonly json: boolean;
}

/** Reads the arguments after `spar refine`. Never throws. */
export function parseRefineArguments(args: readonly string[]): ParsedArguments<RefineArguments> {
  return parseOptions(args, optionTypes, readArguments);
}

function readArguments(given: RefineGiven, problems: string[]): RefineArguments | undefined {
  const endpoint = readEndpoint(given, problems);
  const settings = readSettings(given, problems);
  const { instruction, response, critique = null, verifiers = null } = given;
  const { dataset = null, accept = false, json = false } = given;
  if (instruction === undefined) problems.push('--instruction FILE is missing.');
  if (response === undefined) problems.push('--response FILE is missing.');
  if ([instruction, response, critique].filter((from) => from === '-').length > 1) {
    problems.push('Standard input (-) can be given for one text only.');
  }
  if (accept && dataset === null) problems.push('--accept needs --dataset FILE.');
  if (instruction === undefined || response === undefined) return undefined;
  return { instruction, response, critique, endpoint, settings, verifiers, dataset, accept, json };
}

const optionTypes = {
  instruction: text,
  response: text,
  critique: text,
  verifiers: text,
  model: text,
  'base-url': text,
  algorithm: text,
  branch: text,
  beam: text,
  depth: text,
  votes: text,
  voting: text,
  gate: text,
  stop: text,
  seed: text,
  'audit-share': text,
  'ask-when-verified': flag,
  'token-budget': text,
  timeout: text,
  dataset: text,
  accept: flag,
  json: flag,
} as const;

type OptionName = keyof typeof optionTypes;
type RefineGiven = Given<typeof optionTypes>;

function readEndpoint(given: RefineGiven, problems: string[]): RefineArguments['endpoint'] {
  const { model = 'offline', 'base-url': baseUrl } = given;
  if (model === 'offline') {
    if (baseUrl !== undefined) problems.push('--base-url needs --model NAME; “offline” uses no endpoint.');
    return null;
  }
  if (baseUrl === undefined) {
    problems.push('--model NAME needs --base-url URL, for example --base-url http://localhost:8000/v1.');
    return null;
  }
  const isWeb = URL.canParse(baseUrl) && /^https?:$/u.test(new URL(baseUrl).protocol);
  if (!isWeb) problems.push('--base-url must be a web address such as http://localhost:8000/v1.');
  return { model, baseUrl };
}

function readSettings(given: RefineGiven, problems: string[]): Partial<SearchSettings> {
  const read = new ValueReader(given, problems);
  const tokens = read.number('token-budget', { least: 1, most: Number.MAX_SAFE_INTEGER, whole: true });
  const seconds = read.number('timeout', { least: 0.001, most: 2_000_000, whole: false });
  const settings = {
    algorithm: read.choice('algorithm', ['breadth-first', 'depth-first', 'best-of-n', 'chain'] as const),
    branchFactor: read.number('branch', { least: 1, most: 1000, whole: true }),
    beamWidth: read.number('beam', { least: 1, most: 1000, whole: true }),
    depth: read.number('depth', { least: 0, most: 100, whole: true }),
    votes: read.number('votes', { least: 1, most: 1000, whole: true }),
    voting: read.choice('voting', ['settled', 'screen', 'all'] as const),
    gate: read.number('gate', { least: 0, below: 1, whole: false }),
    stop: read.choice('stop', ['level', 'first'] as const),
    auditShare: read.number('audit-share', { least: 0, most: 1, whole: false }),
    askWhenVerified: given['ask-when-verified'],
    seed: read.number('seed', { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true }),
  };
  const budget = {
    ...(tokens === undefined ? {} : { tokens }),
    ...(seconds === undefined ? {} : { milliseconds: seconds * 1000 }),
  };
  const known = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  return { ...known, ...(Object.keys(budget).length === 0 ? {} : { budget }) };
}

type Range = { readonly least: number; readonly whole: boolean } & (
  { readonly most: number } | { readonly below: number }
);

class ValueReader {
  constructor(
    private readonly given: RefineGiven,
    private readonly problems: string[],
  ) {}

  choice<Value extends string>(name: OptionName, choices: readonly Value[]): Value | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.problems.push(`--${name} must be one of ${choices.join(', ')}.`);
    return choice;
  }

  number(name: OptionName, range: Range): number | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) : Number.NaN;
    const isBelow = 'most' in range ? number <= range.most : number < range.below;
    if (number >= range.least && isBelow && (!range.whole || Number.isInteger(number))) return number;
    const kind = range.whole ? 'a whole number' : 'a number';
    const end = 'most' in range ? ` up to ${range.most}` : ` and below ${range.below}`;
    this.problems.push(`--${name} must be ${kind} from ${range.least}${end}.`);
    return undefined;
  }
}
