import type { SearchSettings } from '../../spar/search/settings';
import { flag, parseOptions, text, type Given, type ParsedArguments } from '../options';
import { budgetOptionTypes, readBudget, readSearchSettings, searchOptionTypes } from '../searchFlags';

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
  const settings = { ...readSearchSettings(given, problems), ...readBudget(given, problems) };
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
  ...searchOptionTypes,
  ...budgetOptionTypes,
  dataset: text,
  accept: flag,
  json: flag,
} as const;

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
