import { exitCodes } from '../exitCodes';
import { Interruption } from '../interruption';
import { flag, parseOptions, text } from '../options';
import type { Terminal } from '../terminal';

export interface RepairArguments {
  readonly inputData: string;
  readonly inputResponseData: string;
  readonly output: string;
  readonly json: boolean;
}

const optionTypes = { 'input-data': text, 'input-response-data': text, output: text, json: flag } as const;

/** `spar repair`: mends a file of responses by rules alone. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const parsed = parseOptions(args, optionTypes, (given, problems): RepairArguments | undefined => {
    const { 'input-data': inputData, 'input-response-data': inputResponseData, output, json = false } = given;
    if (inputData === undefined) problems.push('--input-data FILE is missing.');
    if (inputResponseData === undefined) problems.push('--input-response-data FILE is missing.');
    if (output === undefined) problems.push('--output FILE is missing.');
    if (inputData === undefined || inputResponseData === undefined || output === undefined) return undefined;
    return { inputData, inputResponseData, output, json };
  });
  switch (parsed.kind) {
    case 'help':
      terminal.stdout.write(usage);
      return exitCodes.done;
    case 'wrong':
      terminal.stderr.write(`spar repair: ${parsed.message} Run “spar repair --help” for what it takes.\n`);
      return exitCodes.usage;
    case 'run':
      return await repair(parsed.options, terminal);
  }
}

async function repair(options: RepairArguments, terminal: Terminal): Promise<number> {
  const interruption = new Interruption(terminal);
  try {
    // Loaded only now, so that help and usage errors come at once.
    const [{ repairFiles }, { printRepaired }] = await Promise.all([
      import('./repairFiles'),
      import('./print'),
    ]);
    printRepaired(await repairFiles(options, terminal, interruption.signal), options, terminal);
    return exitCodes.done;
  } catch (error) {
    if (!interruption.happened) throw error;
    terminal.stderr.write('spar repair: Interrupted. No file was written or changed.\n');
    return exitCodes.interrupted;
  } finally {
    interruption.dispose();
  }
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
