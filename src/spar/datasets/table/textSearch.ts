import type { CuratedRecord } from '../curated';
import { rangesFrom } from './loadRows';
import type { TextField } from './recordFilter';
import { sortRows } from './sortRows';
import type { TableRows } from './tableRows';
import { holdsText } from './textMatch';
import { overRanges } from './threads';

export interface TextSearch {
  readonly text: string;
  readonly fields: readonly TextField[] | undefined;
  readonly file: string;
  readonly read: (rows: readonly number[]) => Promise<readonly CuratedRecord[]>;
  readonly signal: AbortSignal | undefined;
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
  if (bytes * 4 < rows.position || bytes < fewBytes) return checkedRows(among, lowered, search);
  const holding = new Uint8Array(rows.size);
  const rowAt = rowsByOffset(rows);
  const { file, signal, fields = null } = search;
  const ranges = rangesFrom(0, rows.position);
  for await (const result of overRanges({ file, ranges, wish: { lowered, fields }, signal })) {
    if (result.type !== 'offsets') continue;
    for (const offset of result.offsets) {
      const row = rowAt(offset);
      if (row !== undefined) holding[row] = 1;
    }
  }
  // What was corrected is not what the record's own line says; a last line may be without its end.
  const isElsewhere = (row: number): boolean =>
    rows.isCorrected(row) || (rows.records.offset[row] ?? 0) >= rows.position;
  const elsewhere = among.filter(isElsewhere);
  for (const row of elsewhere) holding[row] = 0;
  for (const row of await checkedRows(elsewhere, lowered, search)) holding[row] = 1;
  return among.filter((row) => holding[row] === 1);
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

/** Finds the row whose record's line begins at an offset. */
function rowsByOffset(rows: TableRows): (offset: number) => number | undefined {
  const { offset } = rows.records;
  const all = Uint32Array.from({ length: rows.size }, (_, row) => row);
  const order = rows.displaced === 0 ? all : sortRows(all, offset.slice(0, rows.size), false);
  return (wanted) => {
    let low = 0;
    let high = order.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const row = order[middle] ?? 0;
      const at = offset[row] ?? 0;
      if (at === wanted) return row;
      if (at < wanted) low = middle + 1;
      else high = middle - 1;
    }
    return undefined;
  };
}
