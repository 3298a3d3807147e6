import { exitCodes } from '../exitCodes';
import { flag, parseFilesAndOptions, text, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface DiffArguments {
  readonly earlier: string;
  readonly later: string;
  /** Pairs that are shown with their texts. */
  readonly limit: number;
  readonly json: boolean;
}

const optionTypes = { limit: text, json: flag } as const;

/** `spar diff`: two versions of a dataset as pairs. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand({ name: 'diff', usage, parse, work: diff, afterInterruption: '' }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<DiffArguments> {
  return parseFilesAndOptions(args, optionTypes, ({ files, given, problems }): DiffArguments | undefined => {
    const [earlier, later] = files;
    const limit = given.limit ?? '100';
    if (!/^\d{1,6}$/u.test(limit)) problems.push('--limit takes a whole number, for example 100.');
    if (earlier === undefined || later === undefined || files.length > 2) {
      problems.push('Name two versions of a dataset: spar diff OLD NEW.');
      return undefined;
    }
    return { earlier, later, limit: Number(limit), json: given.json ?? false };
  });
}

async function diff(options: DiffArguments, { terminal, signal }: Surroundings): Promise<number> {
  const [{ compareFiles }, { printDifference }] = await Promise.all([
    import('./compareFiles'),
    import('./print'),
  ]);
  const difference = await compareFiles(options, terminal, signal);
  printDifference(difference, options, terminal);
  return exitCodes.done;
}

const usage = `Compares two versions of a dataset as pairs: added, removed, decided differently, changed in texts, tags or split.

Usage: spar diff OLD NEW [--limit N] [--json]

  OLD, NEW   files (*.spar.jsonl, or copies of them under any name)
  --limit N  pairs to show with their texts, 100 by default; all are counted
  --json     print one JSON object
  --help     this text

An older version from Git: git show HEAD:datasets/pairs.spar.jsonl > old.spar.jsonl

Exit code: 0 done, whatever differs, 1 failed, 2 wrong usage, 130 interrupted.
`;
