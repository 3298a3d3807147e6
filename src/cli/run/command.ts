import type { Terminal } from '../terminal';
import { runCommand } from '../runCommand';
import { parseRunArguments } from './arguments';

/** `spar run`: the whole loop over a file of instructions. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand(
    {
      name: 'run',
      usage: async () => (await import('./usage')).runUsage,
      parse: parseRunArguments,
      work: async (options, surroundings) => (await import('./begin')).beginRun(options, surroundings),
      afterInterruption: 'The run had not begun.',
    },
    args,
    terminal,
  );
}
