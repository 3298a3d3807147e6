import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { readPrompts, readResponses, type IfevalPrompt } from '../../spar/evaluation/ifeval/files';
import { writeLinesDurably } from '../../spar/log/writeLines';
import { distance } from '../../spar/text/wordDiff';
import { checkConstraints } from '../../spar/verifiers/check';
import type { Constraint } from '../../spar/verifiers/constraint';
import { detectConstraints } from '../../spar/verifiers/detect';
import { bestRepair, whyUnresolved } from '../../spar/verifiers/repair';
import { constraintsFromRow, type RowConstraints } from '../../spar/verifiers/rows';
import { rewrittenLine } from '../output/fittedLine';
import type { Terminal } from '../terminal';
import type { RepairArguments } from './command';

/** One line of the output. */
export interface RepairedRow {
  readonly prompt: string;
  /** As it is now. */
  readonly response: string;
  /** Share of words that were changed, 0 to 1. */
  readonly changed: number;
  /** Every constraint holds now; false where one can't be checked. */
  readonly followed: boolean;
  readonly unresolved: readonly {
    readonly type: string;
    /** As lists show it; the type where code does not know it. */
    readonly text: string;
    readonly reason: string;
  }[];
}

export interface Repaired {
  readonly rows: number;
  /** Rows that followed before, that are mended, mended in part, and left as they are. */
  readonly followedBefore: number;
  readonly mended: number;
  readonly better: number;
  readonly untouched: number;
  /** Of the rows that were changed; null where none was. */
  readonly medianChanged: number | null;
  readonly missing: readonly { readonly line: number; readonly prompt: string }[];
  readonly output: string;
}

/**
 * Repairs a file of responses and writes the rows in the order of the prompts.
 *
 * @throws FileFaults, LogError, `signal.reason`; no file is written or changed then.
 */
export async function repairFiles(
  { inputData, inputResponseData, output }: RepairArguments,
  { stderr }: Terminal,
  signal: AbortSignal,
): Promise<Repaired> {
  await refuseInputs(output, [inputData, inputResponseData]);
  const prompts = await readPrompts(inputData, signal);
  const { byPrompt } = await readResponses(inputResponseData, signal);
  const tally = { rows: 0, followedBefore: 0, mended: 0, better: 0, untouched: 0 };
  const changes: number[] = [];
  const missing: { line: number; prompt: string }[] = [];
  async function* lines(): AsyncGenerator<string> {
    for (const [index, prompt] of prompts.entries()) {
      // Between rows a person may stop it, and is told how far it is.
      if (index % 20 === 0) {
        await turn();
        if (stderr.isTTY)
          stderr.write(rewrittenLine([`Repairing… ${index} of ${prompts.length}`, 'Ctrl+C stops'], stderr));
      }
      signal.throwIfAborted();
      const response = byPrompt.get(prompt.prompt);
      if (response === undefined) {
        missing.push({ line: prompt.line, prompt: prompt.prompt });
        continue;
      }
      const { row, kind } = repairRow(prompt, response);
      tally.rows += 1;
      tally[kind] += 1;
      if (row.response !== response) changes.push(row.changed);
      yield JSON.stringify(row);
    }
  }
  try {
    await writeLinesDurably(output, lines(), { signal });
  } finally {
    if (stderr.isTTY) stderr.write('\r\u001b[K');
  }
  changes.sort((a, b) => a - b);
  return { ...tally, medianChanged: changes[changes.length >> 1] ?? null, missing, output };
}

/** The output replaces what stands there, which must not be what is read. */
async function refuseInputs(output: string, inputs: readonly string[]): Promise<void> {
  if (output === '-') throw new Error('--output must name a file; there is no output to “-”.');
  const real = async (file: string): Promise<string> => realpath(file).catch(() => resolve(file));
  const target = await real(output);
  for (const input of inputs) {
    if ((await real(input)) === target) {
      throw new Error(`--output is ${input}, which is read. Name another file; nothing was changed.`);
    }
  }
}

function repairRow(
  prompt: IfevalPrompt,
  response: string,
): {
  readonly row: RepairedRow;
  readonly kind: 'followedBefore' | 'mended' | 'better' | 'untouched';
} {
  const { constraints, refused } = constraintsOf(prompt);
  const repair = bestRepair(prompt.prompt, constraints, response);
  const text = repair?.text ?? response;
  const left = unheld(constraints, text);
  const row: RepairedRow = {
    prompt: prompt.prompt,
    response: text,
    changed: distance(response, text),
    followed: left.length === 0 && refused.length === 0,
    unresolved: [
      ...left.map((constraint) => ({
        type: constraint.type,
        text: constraint.text,
        reason: whyUnresolved(constraint, text),
      })),
      ...refused.map(({ type, reason }) => ({ type, text: type, reason })),
    ],
  };
  if (repair === null) return { row, kind: row.followed ? 'followedBefore' : 'untouched' };
  return { row, kind: row.followed ? 'mended' : 'better' };
}

function constraintsOf({ prompt, columns }: IfevalPrompt): RowConstraints {
  return columns === null
    ? { constraints: detectConstraints(prompt).constraints, refused: [] }
    : constraintsFromRow(columns.ids, columns.kwargs);
}

/** As in IFEval's strict verdicts, an empty response follows nothing. */
function unheld(constraints: readonly Constraint[], text: string): readonly Constraint[] {
  if (text.trim() === '') return constraints;
  return checkConstraints(constraints, text)
    .filter(({ result }) => result.state !== 'held')
    .map(({ constraint }) => constraint);
}
