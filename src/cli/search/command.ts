import type { SearchSettings } from '../../spar/search/settings';
import type { Mapping } from '../../spar/selfplay/intake/mapping';
import type { ModelSource } from '../../spar/selfplay/plan/modelSource';
import { modelOptionTypes, readConcurrency, readModel } from '../modelFlags';
import { flag, parseOptions, text, texts, type Given } from '../options';
import { readColumns } from '../run/arguments';
import { runCommand } from '../runCommand';
import {
  budgetOptionTypes,
  readBudget,
  readSearchSettings,
  searchOptionTypes,
  searchUsage,
} from '../searchFlags';
import type { Terminal } from '../terminal';
import { ValueReader } from '../values';

export interface SearchArguments {
  readonly input: string;
  readonly output: string;
  readonly columns: Mapping | null;
  /** Null: rules alone. */
  readonly model: ModelSource | null;
  readonly concurrency: 'auto' | number;
  /** What differs from the defaults. */
  readonly settings: Partial<SearchSettings>;
  /** Null: the working directory's, if there is one. */
  readonly verifiers: string | null;
  /** Most items. */
  readonly limit: number | undefined;
  readonly json: boolean;
}

const optionTypes = {
  input: text,
  output: text,
  column: texts,
  ...modelOptionTypes,
  ...searchOptionTypes,
  ...budgetOptionTypes,
  verifiers: text,
  limit: text,
  json: flag,
} as const;

/** `spar search`: one search for each row of a file. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(
    {
      name: 'search',
      usage,
      parse: (words) => parseOptions(words, optionTypes, readArguments),
      work: async (options, surroundings) => (await import('./searchFile')).searchFile(options, surroundings),
      afterInterruption: 'The results that were written stay; the same command goes on behind them.',
    },
    args,
    terminal,
  );
}

function readArguments(given: Given<typeof optionTypes>, problems: string[]): SearchArguments | undefined {
  const { input, output, verifiers = null, json = false } = given;
  if (input === undefined) problems.push('--input FILE is missing.');
  if (output === undefined) problems.push('--output FILE is missing.');
  const limit = new ValueReader(given, problems).number('limit', {
    least: 1,
    most: Number.MAX_SAFE_INTEGER,
    whole: true,
  });
  const rest = {
    columns: readColumns(given.column, problems),
    model: readModel(given, problems),
    concurrency: readConcurrency(given, problems) ?? ('auto' as const),
    settings: { ...readSearchSettings(given, problems), ...readBudget(given, problems) },
  };
  if (input === undefined || output === undefined) return undefined;
  return { input, output, ...rest, verifiers, limit, json };
}

const usage = `Refines each row of a file, and writes one result a row, in the order of the input.

Usage: spar search --input FILE --output FILE [options]

  --input FILE         rows {prompt, response, critique?}: JSONL, JSON, CSV, TSV or Parquet
  --output FILE        JSON lines: row, id, and what “spar refine --json” prints. Results that are
                       there are kept and not searched for again
  --column NAME=COLUMN where instruction, response, critique or system stand, if that is not clear
  --limit N            most rows that can be used, from the first
  --verifiers FILE     checks of your own (.spar/verifiers.json, where there is one)

Model:
  --model NAME --base-url URL
                       as for spar refine; --base-url may be given several times
  --concurrency auto|N replies in flight; a request with n choices counts n (auto)

Search:
${searchUsage(0)}\
  --seed N             the same seed and the same replies give the same trees (0)
  --token-budget N     most prompt and completion tokens of one row
  --timeout S          most seconds for one row

  --json               print the counts as one JSON object
  --help               this text

Exit code: 0 every row has a result, 3 some rows could not be used or failed, 1 failed, 2 wrong
usage, 130 interrupted. Ctrl+C lets rows under way end; twice, it ends at once.
`;
