import { exitCodes } from './exitCodes';
import { Interruption } from './interruption';
import type { ParsedArguments } from './options';
import type { Terminal } from './terminal';

/** What sets one terminal command apart from the others. */
export interface CommandShape<Options> {
  readonly name: string;
  /** For `--help`; a function where it is loaded late. */
  readonly usage: string | (() => Promise<string>);
  readonly parse: (args: readonly string[]) => ParsedArguments<Options>;
  /**
   * Does the work and answers with the exit code. What it throws after an interruption counts as that. It loads its
   * code by `import()`, so that help and usage errors come at once.
   */
  readonly work: (options: Options, surroundings: Surroundings) => Promise<number>;
  /** What became of the files after an interruption, as a sentence; `No file was written or changed.` by default. */
  readonly afterInterruption?: string;
}

export interface Surroundings {
  readonly terminal: Terminal;
  readonly interruption: Interruption;
  /** The interruption's. */
  readonly signal: AbortSignal;
}

/** Runs a command: help, wrong usage and interruptions are the same for all of them. */
export async function runCommand<Options>(
  shape: CommandShape<Options>,
  args: readonly string[],
  terminal: Terminal,
): Promise<number> {
  const { name, usage } = shape;
  const parsed = shape.parse(args);
  switch (parsed.kind) {
    case 'help':
      terminal.stdout.write(typeof usage === 'string' ? usage : await usage());
      return exitCodes.done;
    case 'wrong':
      terminal.stderr.write(`spar ${name}: ${parsed.message} Run “spar ${name} --help” for what it takes.\n`);
      return exitCodes.usage;
    case 'run':
      return await work(shape, parsed.options, terminal);
  }
}

async function work<Options>(
  { name, work, afterInterruption = 'No file was written or changed.' }: CommandShape<Options>,
  options: Options,
  terminal: Terminal,
): Promise<number> {
  const interruption = new Interruption(terminal);
  try {
    return await work(options, { terminal, interruption, signal: interruption.signal });
  } catch (error) {
    if (!interruption.happened) throw error;
    terminal.stderr.write(`spar ${name}: Interrupted. ${afterInterruption}`.trimEnd() + '\n');
    return exitCodes.interrupted;
  } finally {
    interruption.dispose();
  }
}
