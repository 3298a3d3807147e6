import { z } from 'zod';
import { parseJson } from '../../log/jsonLine';
import { LogError } from '../../log/logError';
import { readLines } from '../../log/readLines';

/** A row of IFEval's input data. */
export interface IfevalPrompt {
  /** In the file, from 1. */
  readonly line: number;
  readonly prompt: string;
  /** Names and arguments of the row's constraints; null where the row has no such columns. */
  readonly columns: IfevalColumns | null;
}

export interface IfevalColumns {
  readonly ids: readonly string[];
  /** One for each of `ids`, of unknown shape. */
  readonly kwargs: readonly unknown[];
}

/** A line that is no row; the file can't be used then, since what was measured on the rest would mislead. */
export interface LineFault {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** For a person, for example `not valid JSON`. */
  readonly reason: string;
}

/** Faults that are told one by one; reading ends there. */
const mostFaults = 20;

export class FileFaults extends Error {
  override readonly name = 'FileFaults';

  constructor(readonly faults: readonly LineFault[]) {
    const list = faults.map(({ file, line, reason }) => `${file}:${String(line)}: ${reason}`).join('\n');
    super(`${list}\nMend or remove ${faults.length === 1 ? 'this line' : 'these lines'}, then try again.`);
  }
}

const promptRow = z.object({
  prompt: z.string(),
  instruction_id_list: z.array(z.string()).nullish(),
  kwargs: z.array(z.unknown()).nullish(),
});

/**
 * The prompts of a file in the form of IFEval's `input_data.jsonl`, in order. Columns of constraints may be missing.
 *
 * @throws FileFaults with the file's first faulty lines, LogError where it can't be read, `signal.reason`.
 */
export async function readPrompts(file: string, signal?: AbortSignal): Promise<readonly IfevalPrompt[]> {
  return readRows(file, signal, (value, line) => {
    const row = promptRow.safeParse(value);
    if (!row.success) return reasonOf(row.error);
    const { prompt, instruction_id_list: ids, kwargs } = row.data;
    if (ids == null)
      return kwargs == null ? { line, prompt, columns: null } : 'kwargs without instruction_id_list';
    // Some copies of the data leave the arguments out where no constraint takes any.
    const list = kwargs ?? ids.map(() => ({}));
    if (list.length !== ids.length) {
      return `${String(ids.length)} in instruction_id_list, but ${String(list.length)} in kwargs`;
    }
    return { line, prompt, columns: { ids, kwargs: list } };
  });
}

/** Responses by prompt. */
export interface IfevalResponses {
  readonly byPrompt: ReadonlyMap<string, string>;
  /** Lines whose prompt an earlier line had; the last one counts, as in IFEval's own program. */
  readonly repeated: readonly number[];
}

const responseRow = z.object({ prompt: z.string(), response: z.string() });

/**
 * The responses of a file in the form of IFEval's `input_response_data_….jsonl`.
 *
 * @throws as `readPrompts`.
 */
export async function readResponses(file: string, signal?: AbortSignal): Promise<IfevalResponses> {
  const byPrompt = new Map<string, string>();
  const repeated: number[] = [];
  await readRows(file, signal, (value, line) => {
    const row = responseRow.safeParse(value);
    if (!row.success) return reasonOf(row.error);
    const { prompt, response } = row.data;
    if (byPrompt.has(prompt)) repeated.push(line);
    byPrompt.set(prompt, response);
    return {};
  });
  return { byPrompt, repeated };
}

async function readRows<Row extends object>(
  file: string,
  signal: AbortSignal | undefined,
  take: (value: unknown, line: number) => Row | string,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const faults: LineFault[] = [];
  let isThere = false;
  for await (const line of readLines(file, signal === undefined ? {} : { signal })) {
    isThere = true;
    const parsed = line.type === 'text' ? parseJson(line.text) : line;
    const row = 'reason' in parsed ? parsed.reason : 'value' in parsed ? take(parsed.value, line.number) : '';
    if (typeof row !== 'string') rows.push(row);
    else faults.push({ file, line: line.number, reason: row });
    if (faults.length === mostFaults) break;
  }
  if (faults.length > 0) throw new FileFaults(faults);
  if (!isThere) {
    const message = `There are no rows in ${file}: it does not exist, or is empty. Give a file of JSON lines.`;
    throw new LogError({ kind: 'not-found', path: file, message });
  }
  return rows;
}

function reasonOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.length === 0 ? 'the row' : path.join('.')}: ${message}`)
    .join('; ');
}
