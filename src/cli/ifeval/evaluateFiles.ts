import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import {
  evaluateResponse,
  type IfevalVerdict,
  type UncheckedConstraint,
} from '../../spar/evaluation/ifeval/evaluate';
import { readPrompts, readResponses } from '../../spar/evaluation/ifeval/files';
import { IfevalTally, type IfevalReport } from '../../spar/evaluation/ifeval/report';
import { makeFolder, requireWritable } from '../../spar/log/durable';
import { writeLinesDurably } from '../../spar/log/writeLines';
import type { IfevalArguments } from './command';

export interface Evaluated {
  readonly report: IfevalReport;
  /** Prompts of the input data. */
  readonly prompts: number;
  /** Those without a response, by their lines. */
  readonly missing: readonly { readonly line: number; readonly prompt: string }[];
  /** Those without columns of constraints, which nothing can be checked of, by their lines. */
  readonly bare: readonly number[];
  readonly unchecked: readonly UncheckedConstraint[];
  /** Lines of the responses that repeat an earlier line's prompt. */
  readonly repeated: readonly number[];
  /** Responses whose prompt is not among the prompts. */
  readonly unasked: number;
  readonly files: { readonly strict: string; readonly loose: string };
}

/** Rows between two looks at whether a person wants it to stop. */
const rowsInOneGo = 100;

/**
 * Evaluates a file of responses and writes IFEval's two files of verdicts.
 *
 * @throws FileFaults, LogError, `signal.reason`; no file is written or changed then, but for a disk that fails between
 * the two.
 */
export async function evaluateFiles(options: IfevalArguments, signal: AbortSignal): Promise<Evaluated> {
  await requireWritable(options.outputDir);
  const prompts = await readPrompts(options.inputData, signal);
  const responses = await readResponses(options.inputResponseData, signal);
  const asked = new Set(prompts.map(({ prompt }) => prompt));
  const tally = new IfevalTally();
  const verdicts: IfevalVerdict[] = [];
  const missing: { line: number; prompt: string }[] = [];
  const bare: number[] = [];
  for (const [index, prompt] of prompts.entries()) {
    if (index % rowsInOneGo === 0) await turn();
    signal.throwIfAborted();
    const response = responses.byPrompt.get(prompt.prompt);
    if (response === undefined) missing.push({ line: prompt.line, prompt: prompt.prompt });
    else if (prompt.columns === null) bare.push(prompt.line);
    else {
      const verdict = evaluateResponse(prompt, response);
      verdicts.push(verdict);
      tally.add(verdict);
    }
  }
  const files = {
    strict: join(options.outputDir, 'eval_results_strict.jsonl'),
    loose: join(options.outputDir, 'eval_results_loose.jsonl'),
  };
  await makeFolder(options.outputDir);
  for (const mode of ['strict', 'loose'] as const) {
    await writeLinesDurably(files[mode], verdictLines(verdicts, mode), { signal });
  }
  return {
    report: tally.report,
    prompts: prompts.length,
    missing,
    bare,
    unchecked: verdicts.flatMap(({ unchecked }) => unchecked),
    repeated: responses.repeated,
    unasked: [...responses.byPrompt.keys()].filter((prompt) => !asked.has(prompt)).length,
    files,
  };
}

function* verdictLines(verdicts: readonly IfevalVerdict[], mode: 'strict' | 'loose'): Generator<string> {
  for (const verdict of verdicts) {
    const { prompt, response, ids } = verdict;
    const followed = verdict[mode];
    yield JSON.stringify({
      prompt,
      response,
      instruction_id_list: ids,
      follow_instruction_list: followed,
      follow_all_instructions: !followed.includes(false),
    });
  }
}
