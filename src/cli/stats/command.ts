import { exitCodes } from '../exitCodes';
import { flag, parseFilesAndOptions, text, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface StatsArguments {
  readonly files: readonly string[];
  /** File to write the page to; null for none. */
  readonly html: string | null;
  readonly json: boolean;
}

const optionTypes = { html: text, json: flag } as const;

/** `spar stats`: what datasets hold, in numbers. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand({ name: 'stats', usage, parse, work: stats }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<StatsArguments> {
  return parseFilesAndOptions(args, optionTypes, ({ files, given, problems }): StatsArguments => {
    if (files.length === 0) problems.push('Name a dataset: spar stats FILE….');
    return { files, html: given.html ?? null, json: given.json ?? false };
  });
}

async function stats(options: StatsArguments, { terminal, signal }: Surroundings): Promise<number> {
  const [{ countFiles }, { printStatistics }] = await Promise.all([
    import('./countFiles'),
    import('./print'),
  ]);
  const statistics = await countFiles(options, terminal, signal);
  printStatistics(statistics, options, terminal);
  return exitCodes.done;
}

const usage = `Counts what datasets hold: status, sources, models, constraints, votes, lengths, distance and more.

Usage: spar stats FILE… [--json] [--html FILE]

  FILE         datasets (*.spar.jsonl); several are counted together
  --json       print the numbers as one JSON object
  --html FILE  write the report with its pictures as one HTML file that needs no other
  --help       this text

Nothing in a dataset is changed.

Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`;
