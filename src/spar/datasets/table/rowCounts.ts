import type { DatasetCounts } from '../fold';
import { none } from './columns';
import type { Dictionary } from './dictionary';
import { flag, statuses } from './tableState';
import type { TableRows } from './tableRows';

/** Values with the number of records that have them, deleted ones left out. */
export interface Facets {
  readonly tags: ReadonlyMap<string, number>;
  readonly splits: ReadonlyMap<string, number>;
  readonly models: ReadonlyMap<string, number>;
  readonly runs: ReadonlyMap<string, number>;
  readonly sources: ReadonlyMap<string, number>;
  readonly constraints: ReadonlyMap<string, number>;
}

export function facetsOf(rows: TableRows): Facets {
  const { states, records, texts } = rows;
  return {
    tags: listCounts(rows, states.tags),
    splits: textCounts(rows, states.split, texts),
    models: textCounts(rows, records.model, texts),
    runs: textCounts(rows, records.run, texts),
    sources: textCounts(rows, records.source, texts),
    constraints: listCounts(rows, records.constraints),
  };
}

export function countsOf(rows: TableRows): DatasetCounts {
  const byStatus = new Float64Array(statuses.length);
  let deleted = rows.deletedOrphans;
  for (let row = 0; row < rows.size; row += 1) {
    if (isDeleted(rows, row)) deleted += 1;
    else {
      const status = rows.states.status[row] ?? 0;
      byStatus[status] = (byStatus[status] ?? 0) + 1;
    }
  }
  const [pending = 0, accepted = 0, rejected = 0, contested = 0] = byStatus;
  const { tags, splits } = facetsOf(rows);
  const records = pending + accepted + rejected + contested;
  const missing = rows.orphans.size - rows.deletedOrphans;
  return { records, accepted, rejected, pending, contested, deleted, missing, tags, splits };
}

function textCounts(rows: TableRows, column: Uint32Array, texts: Dictionary): ReadonlyMap<string, number> {
  return new Map(numberCounts(rows, column).map(([number, count]) => [texts.text(number) ?? '', count]));
}

function listCounts(rows: TableRows, column: Uint32Array): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [number, count] of numberCounts(rows, column)) {
    for (const text of rows.lists.list(number)) counts.set(text, (counts.get(text) ?? 0) + count);
  }
  return counts;
}

/** Numbers of a dictionary that rows have, with how many have each. */
function numberCounts(rows: TableRows, column: Uint32Array): readonly (readonly [number, number])[] {
  const counts = new Uint32Array(Math.max(rows.texts.texts.length, rows.lists.texts.length));
  const { flags } = rows.states;
  for (let row = 0; row < rows.size; row += 1) {
    const number = column[row] ?? none;
    if (number === none || ((flags[row] ?? 0) & flag.deleted) !== 0) continue;
    counts[number] = (counts[number] ?? 0) + 1;
  }
  return [...counts.entries()].filter(([, count]) => count > 0);
}

function isDeleted(rows: TableRows, row: number): boolean {
  return ((rows.states.flags[row] ?? 0) & flag.deleted) !== 0;
}
