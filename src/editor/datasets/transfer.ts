import { createHash } from 'node:crypto';
import { parseDatasetLine } from '../../spar/datasets/datasetLine';
import { DatasetFile } from '../../spar/datasets/store';
import type { DatasetLine } from '../../spar/datasets/schema';
import { readLines } from '../../spar/log/readLines';
import { appendStretch, takeOut, type AddedStretch } from './appendStretch';

/** What came of putting lines of one dataset into another; enough to take it back. */
export interface Transferred {
  readonly from: string;
  readonly to: string;
  readonly added: AddedStretch;
  /** Pairs that `to` did not have. */
  readonly newRecords: number;
  /** Lines that `to` had already, word for word. */
  readonly known: number;
  /** Line numbers that could not be carried over, since they are no text; they are in `from` still. */
  readonly left: readonly number[];
  /** Deletions in `from` that moved the records; by record id. */
  readonly deletions: readonly LineAbout[];
  /** Lines in `to` that brought back records which were deleted there. */
  readonly restored: readonly LineAbout[];
}

interface LineAbout {
  readonly record: string;
  readonly line: string;
}

export interface TransferOptions {
  readonly signal?: AbortSignal;
}

export interface Between {
  readonly from: string;
  readonly to: string;
}

/**
 * Appends what one dataset holds to another: every line that the other does not have word for word, so that
 * decisions of both stand side by side and merge as they do in Git. `from` stays as it is.
 *
 * @throws LogError; `signal.reason` when aborted. `to` is as it was then.
 */
export async function mergeDataset(between: Between, options: TransferOptions = {}): Promise<Transferred> {
  return transfer({ ...between, wants: () => true }, options);
}

/**
 * Copies records with the lines about them into another dataset; deleted ones are left out. Where a record
 * was deleted in `to`, it is brought back.
 *
 * @throws LogError; `signal.reason` when aborted. `to` is as it was then.
 */
export async function copyRecords(
  between: Between,
  ids: readonly string[],
  options: TransferOptions = {},
): Promise<Transferred> {
  const source = await DatasetFile.open(between.from, options);
  const wanted = new Set(ids.filter((id) => source.state(id)?.deleted === false));
  const wants = (record: string | null): boolean => record !== null && wanted.has(record);
  const transferred = await transfer({ ...between, wants }, options);
  return { ...transferred, restored: await bringBack(between.to, wanted) };
}

/**
 * A copy with its history, then a deletion in `from`. Broken off between the two, the records are in both.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function moveRecords(
  between: Between,
  ids: readonly string[],
  options: TransferOptions = {},
): Promise<Transferred> {
  const copied = await copyRecords(between, ids, options);
  const source = await DatasetFile.open(between.from);
  const there = [...new Set(ids)].filter((id) => source.state(id)?.deleted === false);
  const lines = await source.apply(there.map((id) => ({ type: 'delete', id })));
  return { ...copied, deletions: lines.flatMap(lineAbout) };
}

/**
 * Undoes a merge, copy or move: what was moved away is brought back first, then the lines that were added are
 * taken out.
 *
 * @throws LogError `changed` when `to` was rewritten meanwhile; nothing is lost then.
 */
export async function undoTransfer(transferred: Transferred): Promise<void> {
  const { from, to, added, deletions, restored } = transferred;
  if (deletions.length > 0) {
    const source = await DatasetFile.open(from);
    await source.apply(
      deletions.map(({ record, line }) => ({ type: 'change', id: record, change: {}, undoes: line })),
    );
  }
  await takeOut(added);
  if (restored.length === 0) return;
  const target = await DatasetFile.open(to);
  const there = new Set(target.records());
  await target.apply(
    restored.flatMap(({ record, line }) =>
      there.has(record) ? [{ type: 'delete' as const, id: record, undoes: line }] : [],
    ),
  );
}

interface Wanted extends Between {
  /** Whether a line goes along, by the record that it is or is about; null where it names none. */
  readonly wants: (record: string | null) => boolean;
}

async function transfer({ from, to, wants }: Wanted, { signal }: TransferOptions): Promise<Transferred> {
  const read = signal === undefined ? {} : { signal };
  const known = await linesOf(to, read);
  const left: number[] = [];
  let newRecords = 0;
  let alike = 0;
  async function* missing(): AsyncGenerator<string, void, void> {
    for await (const line of readLines(from, read)) {
      const parsed = line.type === 'text' ? parseDatasetLine(line.text) : null;
      if (!wants(parsed === null ? null : recordOf(parsed))) continue;
      if (line.type === 'damaged' || /[\n\r]/u.test(line.text)) {
        left.push(line.number);
        continue;
      }
      const key = keyOf(line.text);
      if (known.lines.has(key)) {
        alike += 1;
        continue;
      }
      known.lines.add(key);
      if (parsed?.type === 'line' && parsed.line.kind === 'record' && !known.records.has(parsed.line.id)) {
        known.records.add(parsed.line.id);
        newRecords += 1;
      }
      yield line.text;
    }
  }
  const added = await appendStretch(to, missing(), signal);
  return { from, to, added, newRecords, known: alike, left, deletions: [], restored: [] };
}

/** Which lines and records a dataset has. */
async function linesOf(file: string, read: { readonly signal?: AbortSignal }) {
  const lines = new Set<string>();
  const records = new Set<string>();
  for await (const line of readLines(file, read)) {
    if (line.type !== 'text') continue;
    lines.add(keyOf(line.text));
    const parsed = parseDatasetLine(line.text);
    if (parsed.type === 'line' && parsed.line.kind === 'record') records.add(parsed.line.id);
  }
  return { lines, records };
}

async function bringBack(file: string, ids: ReadonlySet<string>): Promise<readonly LineAbout[]> {
  const dataset = await DatasetFile.open(file);
  const gone = [...ids].filter((id) => {
    const state = dataset.state(id);
    return state?.deleted === true || state?.conflicts.some(({ field }) => field === 'deletion') === true;
  });
  const lines = await dataset.apply(gone.map((id) => ({ type: 'change', id, change: {} })));
  return lines.flatMap(lineAbout);
}

function lineAbout(line: DatasetLine): readonly LineAbout[] {
  return line.kind === 'record' ? [] : [{ record: line.record, line: line.id }];
}

function recordOf(parsed: ReturnType<typeof parseDatasetLine>): string | null {
  if (parsed.type === 'unknown') return parsed.record;
  if (parsed.type === 'damaged') return null;
  return parsed.line.kind === 'record' ? parsed.line.id : parsed.line.record;
}

/** Short, since a set of a million of them is held. */
function keyOf(text: string): string {
  return createHash('sha256').update(text).digest('base64').slice(0, 20);
}
