import { version } from '../../package.json';
import { harmlessLine } from '../spar/text/harmless';
import { commands } from './commands';
import { exitCodes } from './exitCodes';
import { fail } from './fail';
import type { Terminal } from './terminal';

/** Runs `spar` with the arguments after its name; the exit code. Does not throw. */
export async function main(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    terminal.stdout.write(help());
    return exitCodes.done;
  }
  if (name === '--version' || name === '-V') {
    terminal.stdout.write(`${version}\n`);
    return exitCodes.done;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    const problem =
      name === undefined ? 'say what to do.' : `there is no command “${harmlessLine(name, 60)}”.`;
    terminal.stderr.write(`spar: ${problem} Run “spar --help” for the list.\n`);
    return exitCodes.usage;
  }
  try {
    return await (await command.load()).run(rest, terminal);
  } catch (error) {
    return fail(`spar ${command.name}`, error instanceof Error ? error.message : String(error), terminal);
  }
}

function help(): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const list = commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
  return `Turns model answers into preference pairs: refines what does not follow its instruction, as little as it can.

Usage: spar COMMAND [options]

Commands:
${list}

Options:
  --help     this text; “spar COMMAND --help” for a command
  --version  the version
`;
}
