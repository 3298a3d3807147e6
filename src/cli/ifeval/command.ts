import { exitCodes } from '../exitCodes';
import { flag, parseOptions, text, type ParsedArguments } from '../options';
import { runCommand, type Surroundings } from '../runCommand';
import type { Terminal } from '../terminal';

export interface IfevalArguments {
  readonly inputData: string;
  readonly inputResponseData: string;
  readonly outputDir: string;
  readonly json: boolean;
}

const optionTypes = {
  'input-data': text,
  'input-response-data': text,
  'output-dir': text,
  json: flag,
} as const;

/** `spar ifeval`: IFEval's verdicts on a file of responses, and its report. */
export function run(args: readonly string[], terminal: Terminal): Promise<number> {
  return runCommand({ name: 'ifeval', usage, parse, work: evaluate }, args, terminal);
}

function parse(args: readonly string[]): ParsedArguments<IfevalArguments> {
  return parseOptions(args, optionTypes, (given, problems): IfevalArguments | undefined => {
    const {
      'input-data': inputData,
      'input-response-data': inputResponseData,
      'output-dir': outputDir,
      json = false,
    } = given;
    if (inputData === undefined) problems.push('--input-data FILE is missing.');
    if (inputResponseData === undefined) problems.push('--input-response-data FILE is missing.');
    if (outputDir === undefined) problems.push('--output-dir DIR is missing.');
    if (inputData === undefined || inputResponseData === undefined || outputDir === undefined)
      return undefined;
    return { inputData, inputResponseData, outputDir, json };
  });
}

async function evaluate(options: IfevalArguments, { terminal, signal }: Surroundings): Promise<number> {
  const [{ evaluateFiles }, { printEvaluated }] = await Promise.all([
    import('./evaluateFiles'),
    import('./print'),
  ]);
  printEvaluated(await evaluateFiles(options, signal), options, terminal);
  return exitCodes.done;
}

const usage = `Checks responses with IFEval's verifiers: verdicts in files, the report on standard output.

Usage: spar ifeval --input-data FILE --input-response-data FILE --output-dir DIR [--json]

  --input-data FILE            JSON lines with prompt, instruction_id_list and kwargs
  --input-response-data FILE   JSON lines with prompt and response
  --output-dir DIR             eval_results_strict.jsonl and eval_results_loose.jsonl go here
  --json                       print the report as one JSON object
  --help                       this text

Prompts without a response are left out of the figures and named. A constraint of a type that is not
known, or with arguments that don't fit its type, counts as not followed and is named.

Exit code: 0 evaluated, 1 failed, 2 wrong usage, 130 interrupted.
`;
