import { open as openFile } from 'node:fs/promises';
import { LogError, toLogError } from '../../log/logError';
import { readCurated, type CuratedRecord } from '../curated';
import { parseDatasetLine } from '../datasetLine';
import { DatasetReader, type LineProblem, type Refreshed } from '../datasetReader';
import { correctedRecord, type DatasetCounts, type RecordPlace } from '../fold';
import { foldLines, type RecordState } from '../recordState';
import type { AboutLine } from '../schema';
import { correctedLengths, recordFacts, type Measure, type RecordFacts } from './recordFacts';
import type { RecordFilter, Sort, TextField } from './recordFilter';
import { holdsText } from './textMatch';

export interface TableOptions {
  /** Where an index of a large file is kept; it can be deleted at any time. Without it nothing is kept. */
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
}

/** Values with the number of records that have them, deleted ones left out. */
export interface Facets {
  readonly tags: ReadonlyMap<string, number>;
  readonly splits: ReadonlyMap<string, number>;
  readonly models: ReadonlyMap<string, number>;
  readonly runs: ReadonlyMap<string, number>;
  readonly sources: ReadonlyMap<string, number>;
  readonly constraints: ReadonlyMap<string, number>;
}

/**
 * A dataset as a table: a row for each record in file order, deleted ones included, with what to sort and filter by
 * in memory and the texts on the disk. Edits that are not saved yet count as if they were: see `setPending`.
 */
export class DatasetTable {
  readonly complete: Promise<void>;
  private rows: readonly Row[] = [];
  private byId: ReadonlyMap<string, number> = new Map();
  private pending: ReadonlyMap<string, readonly AboutLine[]> = new Map();
  private readonly reader: DatasetReader;

  private constructor(readonly path: string) {
    this.reader = new DatasetReader(path);
    this.complete = Promise.resolve();
  }

  /**
   * Resolves when the first rows are there; `complete` resolves when all are. A file that does not exist has none.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  static async open(path: string, options: TableOptions = {}): Promise<DatasetTable> {
    const table = new DatasetTable(path);
    await table.load(options);
    return table;
  }

  /** Rows known so far, deleted ones included. */
  get size(): number {
    return this.rows.length;
  }

  /** Lines that can't be read and are kept as they are, in file order; the first 1000. */
  get problems(): readonly LineProblem[] {
    return this.reader.problems;
  }

  id(row: number): string {
    return this.row(row).id;
  }

  rowOf(id: string): number | undefined {
    return this.byId.get(id);
  }

  /** Of the record's line in its file, from 1. */
  line(row: number): number {
    return this.row(row).line;
  }

  status(row: number): RecordState['status'] {
    return this.row(row).state.status;
  }

  isDeleted(row: number): boolean {
    return this.row(row).state.deleted;
  }

  tags(row: number): readonly string[] {
    return this.row(row).state.tags;
  }

  split(row: number): string | null {
    return this.row(row).state.split;
  }

  /** The lines about a record that are in the file, by time: what edits are written in knowledge of. */
  linesAbout(id: string): readonly AboutLine[] {
    return this.reader.fold.linesAbout(id);
  }

  /** Null where the record does not know. Lengths are those of corrected texts; all else is as it was found. */
  measure(row: number, measure: Measure): number | null {
    return measureOf(this.row(row), measure);
  }

  model(row: number): string | null {
    return this.row(row).facts.model;
  }

  source(row: number): string | null {
    return this.row(row).facts.source;
  }

  run(row: number): string | null {
    return this.row(row).facts.run;
  }

  /** Types that the evidence names. */
  constraints(row: number): readonly string[] {
    return this.row(row).facts.constraints;
  }

  /**
   * Rows that a filter lets through, sorted.
   *
   * @throws LogError when texts can't be read; `signal.reason` when aborted.
   */
  async query(filter: RecordFilter, sort: Sort, signal?: AbortSignal): Promise<Uint32Array> {
    const rows = this.rows.map((_, row) => row).filter((row) => passes(this.row(row), filter));
    const held = await this.holding(rows, filter, signal);
    const keyed = held.map((row) => ({ row, key: sortKey(this.row(row), sort.by) }));
    keyed.sort((a, b) => compareKeys(a.key, b.key, sort.descending) || a.row - b.row);
    return Uint32Array.from(keyed, ({ row }) => row);
  }

  facets(): Facets {
    const empty = (): Map<string, number> => new Map();
    const counts = {
      tags: empty(),
      splits: empty(),
      models: empty(),
      runs: empty(),
      sources: empty(),
      constraints: empty(),
    };
    const count = (name: keyof typeof counts, value: string | null): void => {
      if (value !== null) counts[name].set(value, (counts[name].get(value) ?? 0) + 1);
    };
    for (const { facts, state } of this.rows) {
      if (state.deleted) continue;
      for (const tag of state.tags) count('tags', tag);
      count('splits', state.split);
      count('models', facts.model);
      count('runs', facts.run);
      count('sources', facts.source);
      for (const type of facts.constraints) count('constraints', type);
    }
    return counts;
  }

  /** Of the rows, pending edits included; `missing` is not known here and 0. */
  counts(): DatasetCounts {
    const statuses = { accepted: 0, rejected: 0, pending: 0, contested: 0 };
    let deleted = 0;
    for (const { state } of this.rows) {
      if (state.deleted) deleted += 1;
      else statuses[state.status] += 1;
    }
    const { tags, splits } = this.facets();
    return { records: this.rows.length - deleted, ...statuses, deleted, missing: 0, tags, splits };
  }

  /**
   * Records of rows as they stand, in the order asked for.
   *
   * @throws LogError, `changed` when the file was changed by another program: `refresh`, then ask again.
   */
  async read(rows: readonly number[]): Promise<readonly CuratedRecord[]> {
    if (rows.length === 0) return [];
    try {
      const handle = await openFile(this.path, 'r');
      try {
        const records: CuratedRecord[] = [];
        for (const { id, offset, length, state, line } of rows.map((row) => this.row(row))) {
          const bytes = Buffer.alloc(length);
          const { bytesRead } = await handle.read(bytes, 0, length, offset);
          const parsed = parseDatasetLine(bytes.toString('utf8', 0, bytesRead).replace(/^\ufeff/u, ''));
          if (parsed.type !== 'line' || parsed.line.kind !== 'record' || parsed.line.id !== id)
            throw changedSince(this.path);
          records.push({ record: correctedRecord(parsed.line, state), state, line });
        }
        return records;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw toLogError(error, 'read the dataset', this.path);
    }
  }

  /** Edits that are not saved yet, as the very lines that a save will append; they count in all that is asked. */
  setPending(lines: readonly AboutLine[]): void {
    const pending = new Map<string, AboutLine[]>();
    for (const line of lines) pending.set(line.record, [...(pending.get(line.record) ?? []), line]);
    this.pending = pending;
    this.rows = this.rows.map((row) => ({ ...row, state: this.stateOf(row.id) }));
  }

  /**
   * Takes in what changed on the disk. Rows stay what they are where the file only grew; after `reread` they are others.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  async refresh(signal?: AbortSignal): Promise<Refreshed> {
    return this.load(signal === undefined ? {} : { signal });
  }

  dispose(): void {
    this.rows = [];
    this.byId = new Map();
  }

  private async load(options: Omit<TableOptions, 'cacheFolder'>): Promise<Refreshed> {
    const refreshed = await this.reader.refresh(options.signal);
    if (refreshed.change === 'none') return refreshed;
    const rows: Row[] = [];
    for await (const batch of readCurated(this.path, { ...options, includeDeleted: true })) {
      for (const { record, line } of batch) {
        const place = this.reader.fold.place(record.id);
        if (place === undefined) continue;
        const state = this.stateOf(record.id);
        rows.push({ id: record.id, line, ...place, state, facts: recordFacts(record) });
      }
    }
    this.rows = rows;
    this.byId = new Map(rows.map(({ id }, row) => [id, row]));
    return refreshed;
  }

  private stateOf(id: string): RecordState {
    return foldLines([...this.reader.fold.linesAbout(id), ...(this.pending.get(id) ?? [])]);
  }

  private async holding(
    rows: readonly number[],
    filter: RecordFilter,
    signal?: AbortSignal,
  ): Promise<readonly number[]> {
    const { text, fields } = filter;
    if (text === undefined || text === '') return rows;
    const lowered = text.toLowerCase();
    const held: number[] = [];
    for (let at = 0; at < rows.length; at += batchRows) {
      signal?.throwIfAborted();
      const batch = rows.slice(at, at + batchRows);
      const records = await this.read(batch);
      held.push(...batch.filter((_, index) => holds(records[index], lowered, fields)));
    }
    return held;
  }

  private row(row: number): Row {
    const found = this.rows[row];
    if (found === undefined) throw new RangeError(`The table has no row ${row}.`);
    return found;
  }
}

const batchRows = 256;

interface Row extends RecordPlace {
  readonly id: string;
  readonly line: number;
  readonly state: RecordState;
  readonly facts: RecordFacts;
}

function holds(
  curated: CuratedRecord | undefined,
  lowered: string,
  fields: readonly TextField[] | undefined,
): boolean {
  return curated !== undefined && holdsText(curated.record, lowered, fields);
}

function passes(row: Row, filter: RecordFilter): boolean {
  const { state, facts } = row;
  const { statuses, tags, splits, constraints, models, runs, sources, ranges, ids, deleted } = filter;
  return (
    state.deleted === (deleted ?? false) &&
    statuses?.includes(state.status) !== false &&
    tags?.some((tag) => state.tags.includes(tag)) !== false &&
    splits?.includes(state.split) !== false &&
    constraints?.some((type) => facts.constraints.includes(type)) !== false &&
    models?.includes(facts.model) !== false &&
    (runs === undefined || (facts.run !== null && runs.includes(facts.run))) &&
    (sources === undefined || (facts.source !== null && sources.includes(facts.source))) &&
    ids?.includes(row.id) !== false &&
    (ranges ?? []).every(({ measure, min, max }) => {
      const value = measureOf(row, measure);
      return value !== null && value >= (min ?? -Infinity) && value <= (max ?? Infinity);
    })
  );
}

function measureOf({ facts, state }: Row, measure: Measure): number | null {
  return correctedLengths(state)[measure] ?? facts.measures[measure];
}

function sortKey(row: Row, by: Sort['by']): number | string | null {
  switch (by) {
    case 'line':
      return row.line;
    case 'status':
      return statusOrder.indexOf(row.state.status);
    case 'source':
      return row.facts.source;
    case 'model':
      return row.facts.model;
    default:
      return measureOf(row, by);
  }
}

const statusOrder: readonly RecordState['status'][] = ['contested', 'pending', 'accepted', 'rejected'];

function compareKeys(a: number | string | null, b: number | string | null, descending: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const order = a < b ? -1 : a > b ? 1 : 0;
  return descending ? -order : order;
}

function changedSince(path: string): LogError {
  const message = `Another program changed ${path} since it was read. Refresh, then try again.`;
  return new LogError({ kind: 'changed', path, message });
}
