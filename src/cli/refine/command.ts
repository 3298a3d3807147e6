import { exitCodeOfStatus, exitCodes } from '../exitCodes';
import { Interruption } from '../interruption';
import type { Terminal } from '../terminal';
import { parseRefineArguments, type RefineArguments } from './arguments';

/** `spar refine`: one search, printed for a person or as one JSON object. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseRefineArguments(args);
  switch (parsed.kind) {
    case 'help':
      terminal.stdout.write((await import('./usage')).refineUsage);
      return exitCodes.done;
    case 'wrong':
      terminal.stderr.write(`spar refine: ${parsed.message} Run “spar refine --help” for what it takes.\n`);
      return exitCodes.usage;
    case 'run':
      return await runRefine(parsed.options, terminal);
  }
}

async function runRefine(options: RefineArguments, terminal: Terminal): Promise<number> {
  const interruption = new Interruption(terminal);
  try {
    // Loaded only now, so that help and usage errors come at once.
    const [{ refine }, { printRefined }] = await Promise.all([import('./refine'), import('./print')]);
    const refined = await refine(options, terminal, interruption);
    printRefined(refined, options, terminal);
    return refined.interrupted ? exitCodes.interrupted : exitCodeOfStatus[refined.result.status];
  } finally {
    interruption.dispose();
  }
}
