import type { Terminal } from '../terminal';
import { runCommand } from '../runCommand';
import { parseRunArguments } from './arguments';

/** `spar run`: the whole loop over a file of instructions. `spar run --continue DIR` is `spar resume DIR`. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const at = args.findIndex((arg) => /^--continue(?:=|$)/u.test(arg));
  if (at >= 0) {
    const [, folder] = /^--continue=(.*)$/su.exec(args[at] ?? '') ?? [];
    const others = args.toSpliced(at, 1, ...(folder === undefined ? [] : [folder]));
    return (await import('../resume/command')).run(others, terminal);
  }
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
