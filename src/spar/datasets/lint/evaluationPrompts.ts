import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseJson } from '../../log/jsonLine';
import { LogError } from '../../log/logError';
import { readLines } from '../../log/readLines';
import { readInput, type InputRow } from '../import/readInput';
import { instructionTextOf } from '../instructionText';
import { readRow } from '../rowShapes';
import { field, isJsonObject } from '../rowTurns';
import type { EvaluationPrompt } from '../similarity/promptIndex';

/** More prompts than any benchmark of instructions has. */
const mostPrompts = 200_000;

/**
 * The prompts of a file: JSON lines, JSON, CSV, TSV or Parquet in any shape of rows that SPaR knows (IFEval's input
 * among them), or of a text file one prompt a line. Rows that say no prompt are left out.
 *
 * @throws LogError where the file can't be read or says no prompt at all; `signal.reason`.
 */
export async function readEvaluationPrompts(
  file: string,
  signal?: AbortSignal,
): Promise<readonly EvaluationPrompt[]> {
  const prompts: EvaluationPrompt[] = [];
  for await (const row of rowsOf(file, signal === undefined ? {} : { signal })) {
    const text = row.ok ? promptOf(row.value) : null;
    if (text !== null && text.trim() !== '') prompts.push({ text, file, line: row.place });
    if (prompts.length >= mostPrompts) break;
  }
  if (prompts.length > 0) return prompts;
  throw new LogError({
    kind: 'not-found',
    path: file,
    message: `There is no prompt in “${basename(file)}”: it does not exist, is empty, or is neither rows with a prompt each (such as IFEval's input_data.jsonl) nor a text with one prompt a line. Check ${file}.`,
  });
}

async function* rowsOf(file: string, options: { readonly signal?: AbortSignal }): AsyncGenerator<InputRow> {
  const isThere = await stat(file).then(
    (found) => !found.isDirectory(),
    () => false,
  );
  if (!isThere) return;
  if (/\.(?:jsonl|ndjson|jsonlines|json|csv|tsv|parquet)$/iu.test(file)) {
    yield* readInput(file, options);
    return;
  }
  for await (const line of readLines(file, options)) {
    const place = line.number;
    if (line.type === 'damaged') yield { place, ok: false, reason: line.reason };
    else if (line.text.trimStart().startsWith('{')) yield { place, ...parseJson(line.text) };
    else yield { place, ok: true, value: line.text };
  }
}

function promptOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  const read = readRow(value, { alone: true });
  if (read.ok) return instructionTextOf(read.row.instruction);
  const prompt = isJsonObject(value) ? field(value, 'prompt') : null;
  return typeof prompt === 'string' ? prompt : null;
}
