import { basename } from 'node:path';
import { parseJson } from '../../log/jsonLine';
import { LogError } from '../../log/logError';
import { readLines } from '../../log/readLines';
import { instructionTextOf } from '../instructionText';
import { readRow } from '../rowShapes';

/** A prompt that a model is to be measured on. */
export interface EvaluationPrompt {
  readonly text: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** More prompts than any benchmark of instructions has. */
const mostPrompts = 200_000;

/**
 * The prompts of a file: JSON lines in any shape of rows that SPaR knows (IFEval's input among them), or of a text file
 * one prompt a line. Lines that say no prompt are left out.
 *
 * @throws LogError where the file can't be read or says no prompt at all; `signal.reason`.
 */
export async function readEvaluationPrompts(
  file: string,
  signal?: AbortSignal,
): Promise<readonly EvaluationPrompt[]> {
  const prompts: EvaluationPrompt[] = [];
  const isJson = /\.(?:jsonl|ndjson|jsonlines|json)$/iu.test(file);
  for await (const line of readLines(file, signal === undefined ? {} : { signal })) {
    const text = line.type === 'text' ? promptOf(line.text, isJson) : null;
    if (text !== null && text.trim() !== '') prompts.push({ text, file, line: line.number });
    if (prompts.length >= mostPrompts) break;
  }
  if (prompts.length > 0) return prompts;
  throw new LogError({
    kind: 'not-found',
    path: file,
    message: `There is no prompt in “${basename(file)}”: it does not exist, is empty, or is neither JSON lines with a prompt each (such as IFEval's input_data.jsonl) nor a text with one prompt a line. Check ${file}.`,
  });
}

function promptOf(line: string, isJson: boolean): string | null {
  if (!isJson && !line.trimStart().startsWith('{')) return line;
  const parsed = parseJson(line);
  if (!parsed.ok) return null;
  const { value } = parsed;
  if (typeof value === 'string') return value;
  const read = readRow(value);
  if (read.ok) return instructionTextOf(read.row.instruction);
  const prompt = typeof value === 'object' && value !== null && 'prompt' in value ? value.prompt : null;
  return typeof prompt === 'string' ? prompt : null;
}
