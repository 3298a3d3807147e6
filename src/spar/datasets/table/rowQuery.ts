import { none } from './columns';
import type { Dictionary } from './dictionary';
import { flag, statuses } from './tableState';
import type { Measure } from './measures';
import type { RecordFilter, Sort } from './recordFilter';
import { sortRows } from './sortRows';
import type { TableRows } from './tableRows';

/** Rows that a filter lets through, its free text left aside, in file order. */
export function rowsPassing(rows: TableRows, filter: RecordFilter): Uint32Array {
  const tests = testsOf(rows, filter);
  const passing = new Uint32Array(rows.size);
  let count = 0;
  for (let row = 0; row < rows.size; row += 1) {
    if (!tests.every((test) => test(row))) continue;
    passing[count] = row;
    count += 1;
  }
  return passing.slice(0, count);
}

export function sortedRows(rows: TableRows, found: Uint32Array, sort: Sort): Uint32Array {
  if (sort.by === 'line' && rows.displaced === 0) return sort.descending ? found.toReversed() : found;
  const key = keyOf(rows, sort.by);
  const keys = new Float64Array(found.length);
  found.forEach((row, index) => (keys[index] = key(row)));
  return sortRows(found, keys, sort.descending);
}

/** Null where the record does not know. */
export function measureOf(rows: TableRows, row: number, measure: Measure): number | null {
  const value = rows.records[measure][row] ?? Number.NaN;
  return value === none || Number.isNaN(value) ? null : value;
}

type Test = (row: number) => boolean;

function testsOf(rows: TableRows, filter: RecordFilter): readonly Test[] {
  const { states, records, texts } = rows;
  const isDeleted = filter.deleted === true ? flag.deleted : 0;
  const tests: Test[] = [(row) => ((states.flags[row] ?? 0) & flag.deleted) === isDeleted];
  if (filter.statuses !== undefined) {
    const wanted = filter.statuses.map((status) => statuses.indexOf(status));
    tests.push((row) => wanted.includes(states.status[row] ?? none));
  }
  const among = (column: Uint32Array, wanted: ReadonlySet<number>): void => {
    tests.push((row) => wanted.has(column[row] ?? none));
  };
  const { tags, splits, constraints, models, runs, sources, ids } = filter;
  if (tags !== undefined) among(states.tags, rows.lists.having(tags));
  if (splits !== undefined) among(states.split, numbersOf(texts, splits));
  if (constraints !== undefined) among(records.constraints, rows.lists.having(constraints));
  if (models !== undefined) among(records.model, numbersOf(texts, models));
  if (runs !== undefined) among(records.run, numbersOf(texts, runs));
  if (sources !== undefined) among(records.source, numbersOf(texts, sources));
  if (ids !== undefined) {
    const wanted = new Set(ids.map((id) => rows.index.find(id)));
    tests.push((row) => wanted.has(row));
  }
  for (const { measure, min = -Infinity, max = Infinity } of filter.ranges ?? []) {
    tests.push((row) => {
      const value = measureOf(rows, row, measure);
      return value !== null && value >= min && value <= max;
    });
  }
  return tests;
}

function numbersOf(texts: Dictionary, wanted: readonly (string | null)[]): ReadonlySet<number> {
  const known = wanted.map((text) => (text === null ? none : texts.known(text)));
  return new Set(known.filter((number) => number !== undefined));
}

const statusOrder = ['contested', 'pending', 'accepted', 'rejected'];

function keyOf(rows: TableRows, by: Sort['by']): (row: number) => number {
  switch (by) {
    case 'line':
      return (row) => rows.records.line[row] ?? 0;
    case 'status':
      return (row) => statusOrder.indexOf(statuses[rows.states.status[row] ?? 0] ?? '');
    case 'source':
    case 'model': {
      const ranks = ranksOf(rows.texts);
      const column = rows.records[by];
      return (row) => ranks[column[row] ?? none] ?? Number.NaN;
    }
    default:
      return (row) => measureOf(rows, row, by) ?? Number.NaN;
  }
}

/** Where each text of a dictionary stands in their order. */
function ranksOf(texts: Dictionary): Float64Array {
  const order = texts.texts.map((_, number) => number);
  const text = (number: number): string => texts.texts[number] ?? '';
  order.sort((a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0));
  const ranks = new Float64Array(order.length);
  order.forEach((number, rank) => (ranks[number] = rank));
  return ranks;
}
