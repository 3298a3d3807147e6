import type { CuratedRecord } from '../curated';
import { rangesFrom } from './loadRows';
import type { TextField } from './recordFilter';
import type { ByteRange } from './scan';
import { sortRows } from './sortRows';
import type { TableRows } from './tableRows';
import { holdsText } from './textMatch';
import type { TextWish } from './textScan';
import { overRanges } from './threads';

export interface TextSearch {
  readonly text: string;
  readonly fields: readonly TextField[] | undefined;
  readonly file: string;
  readonly read: (rows: readonly number[]) => Promise<readonly CuratedRecord[]>;
  readonly signal: AbortSignal | undefined;
  /** The same for all searches of a table. */
  readonly memory: SearchMemory;
}

/** What the last search of the whole file found: people sort, filter on and decide more often than they change the text. */
export class SearchMemory {
  last: Found | null = null;
}

/** Which rows' own lines hold a text, as far as the file was read then. */
interface Found {
  readonly rows: TableRows;
  readonly wish: string;
  readonly position: number;
  readonly displaced: number;
  /** By row, 1: its line holds the text. */
  readonly holding: Uint8Array;
}

/**
 * Those of `among` that hold a text: by reading these alone where they are few, else by passing over the whole file.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function rowsHolding(
  rows: TableRows,
  among: Uint32Array,
  search: TextSearch,
): Promise<Uint32Array> {
  const lowered = search.text.toLowerCase();
  let bytes = 0;
  for (const row of among) bytes += rows.records.length[row] ?? 0;
  const isFew = bytes * 4 < rows.position || bytes < fewBytes;
  if (isFew && known(rows, search) === null) return checkedRows(among, lowered, search);
  const { holding, position } = await lookedThrough(rows, lowered, search);
  // What was corrected is not what the record's own line says; a last line may be without its end.
  const isElsewhere = (row: number): boolean =>
    rows.isCorrected(row) || (rows.records.offset[row] ?? 0) >= position;
  const elsewhere = new Set(await checkedRows(among.filter(isElsewhere), lowered, search));
  return among.filter((row) => (isElsewhere(row) ? elsewhere.has(row) : holding[row] === 1));
}

/** The whole file, or of one that was looked through and has grown since only what is new. */
async function lookedThrough(rows: TableRows, lowered: string, search: TextSearch): Promise<Found> {
  const before = known(rows, search);
  if (before?.position === rows.position) return before;
  const { position, displaced } = rows;
  const holding = new Uint8Array(rows.size);
  if (before !== null) holding.set(before.holding);
  const order = byOffset(rows);
  // As they are now, whatever is read meanwhile.
  const starts = Float64Array.from(order, (row) => rows.records.offset[row] ?? 0);
  const { file, signal, fields = null } = search;
  const ranges = rangesFrom(before?.position ?? 0, position);
  const unusual = starts.filter((_, index) => rows.records.usual[order[index] ?? 0] !== 1);
  const wishOf = ({ start, end }: ByteRange): TextWish => ({
    ...{ lowered, fields },
    unusual: unusual.slice(firstFrom(unusual, start), firstFrom(unusual, end)),
  });
  // Results come in the order of the file.
  let next = 0;
  for await (const result of overRanges({ file, ranges, wishOf, signal })) {
    if (result.type !== 'offsets') continue;
    for (const offset of result.offsets) {
      while ((starts[next] ?? Number.POSITIVE_INFINITY) < offset) next += 1;
      if (starts[next] === offset) holding[order[next] ?? 0] = 1;
    }
  }
  const found = { rows, wish: keyOf(search), position, displaced, holding };
  // Where a row came to stand for another line meanwhile, what was found is of no use to the next search.
  if (rows.displaced === displaced) search.memory.last = found;
  return found;
}

function known(rows: TableRows, search: TextSearch): Found | null {
  const { last } = search.memory;
  const isSame = last?.rows === rows && last.wish === keyOf(search) && last.displaced === rows.displaced;
  return isSame ? last : null;
}

function keyOf({ text, fields }: TextSearch): string {
  return JSON.stringify([text.toLowerCase(), fields === undefined ? null : [...fields].sort()]);
}

const fewBytes = 1 << 20;
const batchRows = 1000;

async function checkedRows(rows: Uint32Array, lowered: string, search: TextSearch): Promise<Uint32Array> {
  const held: number[] = [];
  for (let at = 0; at < rows.length; at += batchRows) {
    search.signal?.throwIfAborted();
    const batch = Array.from(rows.subarray(at, at + batchRows));
    const records = await search.read(batch);
    records.forEach(({ record }, index) => {
      if (holdsText(record, lowered, search.fields)) held.push(batch[index] ?? 0);
    });
  }
  return Uint32Array.from(held);
}

/** All rows, by where their records' lines begin. */
function byOffset(rows: TableRows): Uint32Array {
  const all = Uint32Array.from({ length: rows.size }, (_, row) => row);
  return rows.displaced === 0 ? all : sortRows(all, rows.records.offset.slice(0, rows.size), false);
}

/** Index of the first number that is at least so large. */
function firstFrom(ascending: Float64Array, least: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}
