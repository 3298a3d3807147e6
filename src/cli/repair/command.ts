import { exitCodes } from '../exitCodes';
import { flag, parseOptions, text, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface RepairArguments {
  readonly inputData: string;
  readonly inputResponseData: string;
  readonly output: string;
  readonly json: boolean;
}

const optionTypes = { 'input-data': text, 'input-response-data': text, output: text, json: flag } as const;

/** `spar repair`: mends a file of responses by rules alone. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand({ name: 'repair', usage, parse, work: repair }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<RepairArguments> {
  return parseOptions(args, optionTypes, (given, problems): RepairArguments | undefined => {
    const { 'input-data': inputData, 'input-response-data': inputResponseData, output, json = false } = given;
    if (inputData === undefined) problems.push('--input-data FILE is missing.');
    if (inputResponseData === undefined) problems.push('--input-response-data FILE is missing.');
    if (output === undefined) problems.push('--output FILE is missing.');
    if (inputData === undefined || inputResponseData === undefined || output === undefined) return undefined;
    return { inputData, inputResponseData, output, json };
  });
}

async function repair(options: RepairArguments, { terminal, signal }: Surroundings): Promise<number> {
  const [{ repairFiles }, { printRepaired }] = await Promise.all([
    import('./repairFiles'),
    import('./print'),
  ]);
  printRepaired(await repairFiles(options, terminal, signal), options, terminal);
  return exitCodes.done;
}

const usage = `Mends responses by rules alone, with as little change as that takes; needs no model.

Usage: spar repair --input-data FILE --input-response-data FILE --output FILE [--json]

  --input-data FILE            JSON lines with prompt, and perhaps instruction_id_list and kwargs;
                               without these the constraints are read from the prompt's words
  --input-response-data FILE   JSON lines with prompt and response
  --output FILE                JSON lines with prompt, response (as it is now), changed (share of
                               words, 0 to 1), followed, unresolved (what still is violated, and why)
  --json                       print the summary as one JSON object
  --help                       this text

Rules only rearrange what is there, leave out, or add what the prompt itself gives. What that can't
mend stays as it is and says so. Prompts without a response are left out and named.

Exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted.
`;
