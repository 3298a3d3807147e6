import { open, readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { parseJson } from '../../log/jsonLine';
import { LogError, toLogError } from '../../log/logError';
import { readLineBatches } from '../../log/readLines';
import { csvRows } from './csvRows';

/** How rows lie in a file. */
export type InputForm = 'jsonl' | 'json' | 'csv' | 'tsv' | 'parquet';

export const inputForms: readonly InputForm[] = ['jsonl', 'json', 'csv', 'tsv', 'parquet'];

/** A row, or why there is none at its place. */
export type InputRow = {
  /** Line of a JSONL or CSV file, else number of the row; from 1. */
  readonly place: number;
} & ({ readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string });

export interface InputOptions {
  /** By the file's ending and first character where it is left out. */
  readonly form?: InputForm;
  /** Longer lines of JSON lines are refused without being held in memory; 256 MiB by default. */
  readonly maxLineBytes?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number) => void;
}

/** A file that is no list of lines has to be read whole. */
const mostBytesAtOnce = 400 << 20;

/**
 * The rows of a file in order, in memory bounded by a line or a row group; JSON arrays and CSV are read whole.
 *
 * @throws LogError for a file that can't be read or is too large to be read at once; `signal.reason`.
 */
export async function* readInput(
  file: string,
  options: InputOptions = {},
): AsyncGenerator<InputRow, void, void> {
  try {
    await stat(file);
    const form = options.form ?? (await formOf(file));
    switch (form) {
      case 'jsonl':
        yield* jsonLines(file, options);
        break;
      case 'json':
        yield* jsonArray(await wholeText(file));
        break;
      case 'csv':
      case 'tsv':
        yield* csvRows(await wholeText(file), form === 'tsv' ? '\t' : null);
        break;
      case 'parquet': {
        // Loaded only where Parquet is read.
        const { parquetRows } = await import('./parquetRows');
        yield* parquetRows(file, options.signal);
      }
    }
  } catch (error) {
    throw toLogError(error, 'read the file', file);
  }
}

async function formOf(file: string): Promise<InputForm> {
  switch (extname(file).toLowerCase()) {
    case '.csv':
      return 'csv';
    case '.tsv':
      return 'tsv';
    case '.parquet':
      return 'parquet';
    case '.jsonl':
    case '.ndjson':
      return 'jsonl';
    default:
      return await formByBeginning(file);
  }
}

async function formByBeginning(file: string): Promise<InputForm> {
  const handle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(1 << 16);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    const text = bytes
      .toString('utf8', 0, bytesRead)
      .replace(/^\ufeff/u, '')
      .trimStart();
    if (text.startsWith('PAR1')) return 'parquet';
    if (text.startsWith('[')) return 'json';
    // One object alone may go over several lines; a line that is an object begins a list of lines.
    return parseJson(text.split('\n', 1)[0] ?? '').ok || !text.startsWith('{') ? 'jsonl' : 'json';
  } finally {
    await handle.close();
  }
}

async function* jsonLines(file: string, { onProgress, ...options }: InputOptions): AsyncGenerator<InputRow> {
  for await (const batch of readLineBatches(file, options)) {
    for (const line of batch) {
      const parsed =
        line.type === 'text' ? parseJson(line.text) : { ok: false as const, reason: line.reason };
      yield { place: line.number, ...parsed };
    }
    onProgress?.(batch.at(-1)?.end ?? 0);
  }
}

function* jsonArray(text: string): Generator<InputRow> {
  const parsed = parseJson(text);
  if (!parsed.ok) {
    yield { place: 1, ok: false, reason: 'not valid JSON' };
    return;
  }
  const rows: readonly unknown[] = Array.isArray(parsed.value) ? parsed.value : [parsed.value];
  for (const [index, value] of rows.entries()) yield { place: index + 1, ok: true, value };
}

async function wholeText(file: string): Promise<string> {
  const { size } = await stat(file);
  if (size > mostBytesAtOnce) {
    const message = `“${file}” is larger than ${mostBytesAtOnce >> 20} MB and has to be read at once. Split it, or make JSON lines of it; nothing was imported.`;
    throw new LogError({ kind: 'unwritable', path: file, message });
  }
  return (await readFile(file, 'utf8')).replace(/^\ufeff/u, '');
}
