import { exitCodeOfStatus, exitCodes } from '../exitCodes';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';
import { parseRefineArguments, type RefineArguments } from './arguments';

/** `spar refine`: one search, printed for a person or as one JSON object. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const usage = async (): Promise<string> => (await import('./usage')).refineUsage;
  return runCommand({ name: 'refine', usage, parse: parseRefineArguments, work: runRefine }, args, terminal);
}

async function runRefine(
  options: RefineArguments,
  { terminal, interruption }: Surroundings,
): Promise<number> {
  const [{ refine }, { printRefined }] = await Promise.all([import('./refine'), import('./print')]);
  const refined = await refine(options, terminal, interruption);
  printRefined(refined, options, terminal);
  return refined.interrupted ? exitCodes.interrupted : exitCodeOfStatus[refined.result.status];
}
