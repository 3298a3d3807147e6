import { exitCodes } from '../exitCodes';
import { fail } from '../fail';
import { flag, parseOptions, text, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface CheckArguments {
  /** Path, or `-` for standard input; at most one of the two is `-`. */
  readonly instruction: string;
  readonly response: string;
  /** File of own verifiers; null for the one of the working directory. */
  readonly verifiers: string | null;
  readonly json: boolean;
}

const optionTypes = { instruction: text, response: text, verifiers: text, json: flag } as const;

/** `spar check`: the constraints of an instruction, and what becomes of each in a response. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand({ name: 'check', usage, parse, work: check, afterInterruption: '' }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<CheckArguments> {
  return parseOptions(args, optionTypes, (given, problems): CheckArguments | undefined => {
    const { instruction, response, verifiers = null, json = false } = given;
    if (instruction === undefined) problems.push('--instruction FILE is missing.');
    if (response === undefined) problems.push('--response FILE is missing.');
    if (instruction === '-' && response === '-')
      problems.push('Standard input (-) can be given for one text only.');
    if (instruction === undefined || response === undefined) return undefined;
    return { instruction, response, verifiers, json };
  });
}

async function check(options: CheckArguments, { terminal, signal }: Surroundings): Promise<number> {
  const [{ checkFiles }, { printChecked }] = await Promise.all([import('./checkFiles'), import('./print')]);
  const checked = await checkFiles(options, terminal, signal);
  if (!checked.ok) return fail('spar check', checked.reason, terminal);
  printChecked(checked, options, terminal);
  return checked.checks.some(({ result }) => result.state === 'broken') ? exitCodes.unsolved : exitCodes.done;
}

const usage = `Checks one response against the constraints that its instruction states and code can verify.

Usage: spar check --instruction FILE --response FILE [--verifiers FILE] [--json]

Texts (UTF-8; white space at both ends is dropped; “-” reads standard input, for one of them):
  --instruction FILE   what was asked
  --response FILE      the answer to check
  --verifiers FILE     checks of your own (.spar/verifiers.json, where there is one)
  --json               print one JSON object
  --help               this text

Exit code: 0 nothing that was checked is violated, 3 something is, 1 failed, 2 wrong usage,
130 interrupted.
`;
