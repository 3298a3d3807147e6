import { exitCodes } from '../exitCodes';
import { flag, parseFilesAndOptions, text, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface ReportArguments {
  readonly folder: string;
  /** File to write the page to; null for none. */
  readonly output: string | null;
  readonly json: boolean;
}

/** `spar report`: what a run came to, also while a process works on it. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand({ name: 'report', usage, parse, work }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<ReportArguments> {
  return parseFilesAndOptions(args, { output: text, json: flag }, ({ files, given, problems }) => {
    const [folder] = files;
    if (folder === undefined || files.length > 1) problems.push('Name one run: spar report DIR.');
    const { output = null, json = false } = given;
    if (output === '-') problems.push('--output must name a file; there is no output to “-”.');
    return folder === undefined ? undefined : { folder, output, json };
  });
}

async function work(options: ReportArguments, { terminal, signal }: Surroundings): Promise<number> {
  const { reportRun } = await import('./reportRun');
  await reportRun(options, terminal, signal);
  return exitCodes.done;
}

const usage = `Tells what a run came to: from rows to pairs and what fell out, tokens, money and time, what failed.

Usage: spar report DIR [--json] [--output FILE.html]

  --output FILE  write the report with its pictures as one HTML file that needs no other
  --json         print the numbers as one JSON object
  --help         this text

The run may be unfinished, or at work in another process; nothing in its folder is changed.

Exit code: 0 done, 1 no run there, 2 wrong usage, 130 interrupted.
`;
