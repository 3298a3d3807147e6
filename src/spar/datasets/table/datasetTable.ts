import { ignore } from '../../log/durable';
import { growthSince, markFile, type FileMark } from '../../log/fileMark';
import { toLogError } from '../../log/logError';
import { correctedRecord } from '../corrected';
import type { CuratedRecord } from '../curated';
import type { LineProblem, Refreshed } from '../datasetReader';
import { eachOnce } from '../eachOnce';
import type { DatasetCounts } from '../fold';
import type { RecordState } from '../recordState';
import type { AboutLine } from '../schema';
import { none } from './columns';
import { indexFile, leastKept, readIndex, writeIndex } from './keptIndex';
import { aboutIn, linesAbout, readStretches, readStretchesNow, recordIn } from './lineReads';
import { readOn as readRowsOn, stateOfLines } from './loadRows';
import { flag, statuses } from './tableState';
import { PendingEdits } from './pendingEdits';
import type { Measure } from './measures';
import type { RecordFilter, Sort } from './recordFilter';
import { countsOf, facetsOf, type Facets } from './rowCounts';
import { measureOf, rowsPassing, sortedRows } from './rowQuery';
import { TableRows } from './tableRows';
import { rowsHolding, SearchMemory } from './textSearch';

export interface TableOptions {
  /** Where an index of a large file is kept; it can be deleted at any time. Without it nothing is kept. */
  readonly cacheFolder?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
}

interface ReadingOn extends Pick<TableOptions, 'onProgress'> {
  /** The file as it was before it was decided where to read on. */
  readonly before: FileMark | null;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A dataset as a table: a row for each record in file order, deleted ones included. In memory is what rows are sorted
 * and filtered by, some 140 bytes a row; texts stay on the disk. Edits that are not saved yet count as if they were:
 * see `setPending`.
 */
export class DatasetTable {
  /**
   * Resolves when all rows are there and exact; until then there are fewer, and those that several lines are about may
   * show what the latest says. Rejects with LogError, or `signal.reason`.
   */
  readonly complete: Promise<void>;
  private rows = new TableRows();
  private mark: FileMark | null = null;
  private readonly pending = new PendingEdits();
  private last: Promise<unknown> = Promise.resolve();
  private readonly stop = new AbortController();
  private readonly keptIn: string | null;
  private keeping: Promise<void> = Promise.resolve();
  private readonly searched = new SearchMemory();

  private constructor(
    readonly path: string,
    options: TableOptions,
    onRows: () => void,
  ) {
    const { cacheFolder } = options;
    this.keptIn = cacheFolder === undefined ? null : indexFile(cacheFolder, path);
    this.complete = this.inTurn(() => this.openRows(options, onRows));
    this.complete.catch(ignore);
  }

  /**
   * Resolves when the first rows are there, of a file below a megabyte all; `complete` resolves when all are. A file that does not exist has none.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  static async open(path: string, options: TableOptions = {}): Promise<DatasetTable> {
    return new Promise((resolve, reject) => {
      const table: DatasetTable = new DatasetTable(path, options, () => resolve(table));
      table.complete.then(() => resolve(table), reject);
    });
  }

  /** Rows known so far, deleted ones included. */
  get size(): number {
    return this.rows.size;
  }

  /** What row numbers count in: another object after `reread`. */
  get numbering(): object {
    return this.rows;
  }

  /** Lines that can't be read and are kept as they are, in file order; the first 1000. */
  get problems(): readonly LineProblem[] {
    const { problems, torn } = this.rows;
    return torn === null ? problems : [...problems, torn];
  }

  get problemCount(): number {
    return this.rows.problemCount + (this.rows.torn === null ? 0 : 1);
  }

  id(row: number): string {
    this.check(row);
    return this.rows.index.id(row);
  }

  rowOf(id: string): number | undefined {
    return this.rows.index.find(id);
  }

  /** Of the record's line in its file, from 1. */
  line(row: number): number {
    this.check(row);
    return this.rows.records.line[row] ?? 0;
  }

  status(row: number): RecordState['status'] {
    this.check(row);
    return statuses[this.rows.states.status[row] ?? 0] ?? 'pending';
  }

  isDeleted(row: number): boolean {
    this.check(row);
    return ((this.rows.states.flags[row] ?? 0) & flag.deleted) !== 0;
  }

  /** True where a text was corrected. */
  isCorrected(row: number): boolean {
    this.check(row);
    return this.rows.isCorrected(row);
  }

  tags(row: number): readonly string[] {
    this.check(row);
    return this.rows.lists.list(this.rows.states.tags[row] ?? none);
  }

  split(row: number): string | null {
    return this.text(row, this.rows.states.split);
  }

  /**
   * The lines about a record that are in the file, by time: what edits are written in knowledge of.
   *
   * @throws LogError, as `read`.
   */
  linesAbout(id: string): readonly AboutLine[] {
    const row = this.rows.index.find(id);
    if (row === undefined) return [];
    const found = readStretchesNow(this.path, this.rows.aboutPlaces(row));
    return eachOnce(found.map((bytes) => aboutIn(bytes, id, this.path)));
  }

  /** `linesAbout` of many records, in few reads. @throws LogError */
  async linesAboutEach(ids: readonly string[]): Promise<ReadonlyMap<string, readonly AboutLine[]>> {
    const rows = ids.flatMap((id) => this.rows.index.find(id) ?? []);
    const found = await linesAbout(this.rows, rows, this.path);
    return new Map(rows.map((row, index) => [this.rows.index.id(row), eachOnce(found[index] ?? [])]));
  }

  /** Of the texts as they stand, with later judgements; null where that is not known. */
  measure(row: number, measure: Measure): number | null {
    this.check(row);
    return measureOf(this.rows, row, measure);
  }

  model(row: number): string | null {
    return this.text(row, this.rows.records.model);
  }

  source(row: number): string | null {
    return this.text(row, this.rows.records.source);
  }

  run(row: number): string | null {
    return this.text(row, this.rows.records.run);
  }

  /** Types that the evidence names. */
  constraints(row: number): readonly string[] {
    this.check(row);
    return this.rows.lists.list(this.rows.records.constraints[row] ?? none);
  }

  /**
   * Rows that a filter lets through, sorted.
   *
   * @throws LogError when texts can't be read; `signal.reason` when aborted.
   */
  async query(filter: RecordFilter, sort: Sort, signal?: AbortSignal): Promise<Uint32Array> {
    signal?.throwIfAborted();
    const { rows } = this;
    const passing = rowsPassing(rows, filter);
    const { text = '', fields } = filter;
    const stop = signal === undefined ? this.stop.signal : AbortSignal.any([signal, this.stop.signal]);
    const common = { file: this.path, read: this.readFrom(rows), memory: this.searched };
    const search = { text, fields, signal: stop, ...common };
    try {
      const found = text === '' ? passing : await rowsHolding(rows, passing, search);
      return sortedRows(rows, found, sort);
    } catch (error) {
      throw toLogError(error, 'search the dataset', this.path);
    }
  }

  facets(): Facets {
    return facetsOf(this.rows);
  }

  /** Of the rows, pending edits included; `missing` counts records that lines are about and that are not there. */
  counts(): DatasetCounts {
    return countsOf(this.rows);
  }

  /**
   * Records of rows as they stand, in the order asked for.
   *
   * @throws LogError, `changed` when the file was changed by another program: `refresh`, then ask again.
   */
  async read(rows: readonly number[]): Promise<readonly CuratedRecord[]> {
    for (const row of rows) this.check(row);
    return this.readFrom(this.rows)(rows);
  }

  /**
   * Edits that are not saved yet, as the very lines that a save will append; they count in all that is asked. Once
   * they are appended, `refresh` and then leave them out: a line that is there twice counts once.
   *
   * @throws LogError when the file can't be read.
   */
  setPending(lines: readonly AboutLine[]): void {
    this.pending.takeOut(this.rows);
    this.pending.set(lines);
    this.pending.putInto(this.rows, this.path);
  }

  /** As `setPending`, for lines that come after those that are there. @throws LogError when the file can't be read. */
  addPending(lines: readonly AboutLine[]): void {
    this.pending.add(lines, this.rows, this.path);
  }

  /**
   * Takes in what changed on the disk. Rows stay what they are where the file only grew; after `reread` they are others.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  async refresh(signal?: AbortSignal): Promise<Refreshed> {
    return this.inTurn(async () => {
      // Marked first: what changes from here on is noticed the next time.
      const before = await markFile(this.path);
      const { mark } = this;
      const growth = mark === null ? 'replaced' : await growthSince(mark, this.path);
      if (growth === 'same') return { change: 'none' };
      if (growth === 'grown' && mark?.inode === before?.inode) {
        await this.readOn(this.rows, { signal, before });
        return { change: 'grown' };
      }
      const wasEmpty = this.mark === null && this.rows.position === 0;
      const rows = new TableRows();
      await this.readOn(rows, { signal, before });
      this.keep(0);
      return { change: wasEmpty && rows.position === 0 && rows.size === 0 ? 'none' : 'reread' };
    });
  }

  /** Resolves when the index is kept that `cacheFolder` asks for, or can't be. */
  get kept(): Promise<void> {
    return this.complete.then(() => this.keeping);
  }

  /** Stops what is under way and frees what is held. */
  dispose(): void {
    this.stop.abort(new Error('The dataset was closed.'));
    this.rows = new TableRows();
    this.searched.last = null;
  }

  private async openRows(options: TableOptions, onRows: () => void): Promise<void> {
    const { onProgress } = options;
    if (this.keptIn !== null) await this.takeKept(this.keptIn);
    const kept = this.rows.position;
    const before = await markFile(this.path);
    const growth = this.mark === null ? 'replaced' : await growthSince(this.mark, this.path);
    if (growth === 'same') return;
    if (growth !== 'grown' || this.mark?.inode !== before?.inode) this.rows = new TableRows();
    await this.readOn(this.rows, {
      before,
      signal: options.signal,
      onProgress: (bytes, total) => {
        onProgress?.(bytes, total);
        // A small file is there as a whole, and exact, as soon.
        if (bytes < total && this.rows.size > 0) onRows();
      },
    });
    this.keep(kept);
  }

  /** Begins with what was kept, if the file is still that file or has only grown. */
  private async takeKept(file: string): Promise<void> {
    const kept = await readIndex(file);
    if (kept === null) return;
    const growth = await growthSince(kept.mark, this.path);
    if (growth !== 'same' && growth !== 'grown') return;
    this.rows = kept.rows;
    this.mark = kept.mark;
  }

  /** Keeps the rows for the next time, where that saves enough; what can't be kept is read again then. */
  private keep(alreadyKept: number): void {
    const { keptIn: file, rows } = this;
    const isWorthIt = rows.position - alreadyKept > Math.max(leastKept, rows.position / 20);
    if (file === null || !isWorthIt) return;
    this.keeping = this.inTurn(async () => {
      const { mark } = this;
      if (rows !== this.rows || mark === null) return;
      const written: Promise<void>[] = [];
      this.changeRows(rows, () => written.push(writeIndex(file, { rows, mark })));
      await Promise.all(written);
    }).catch(ignore);
  }

  /** Reads on where `rows` ends, and shows them when they are whole. */
  private async readOn(rows: TableRows, { before, signal, onProgress }: ReadingOn): Promise<void> {
    try {
      const stop = signal === undefined ? this.stop.signal : AbortSignal.any([signal, this.stop.signal]);
      stop.throwIfAborted();
      if (before !== null) {
        const change = (work: () => void): void => this.changeRows(rows, work);
        await readRowsOn(rows, { file: this.path, end: before.end, signal: stop, onProgress, change });
      }
      const after = before === null ? null : await markFile(this.path, { end: rows.position });
      this.pending.takeOut(this.rows);
      // It holds on to the rows that it was made of.
      if (rows !== this.rows) this.searched.last = null;
      this.rows = rows;
      this.mark =
        after === null || before === null
          ? null
          : { ...after, inode: before.inode, modified: before.modified };
      if (before !== null) this.pending.putInto(rows, this.path);
    } catch (error) {
      throw toLogError(error, 'read the dataset', this.path);
    }
  }

  /** Edits that are not saved are taken out meanwhile, so that they are put on what is there then. */
  private changeRows(rows: TableRows, work: () => void): void {
    if (rows !== this.rows) {
      work();
      return;
    }
    this.pending.takeOut(rows);
    work();
    this.pending.putInto(rows, this.path);
  }

  private readFrom(rows: TableRows) {
    return async (wanted: readonly number[]): Promise<readonly CuratedRecord[]> => {
      const found = await readStretches(
        this.path,
        wanted.map((row) => rows.recordPlace(row)),
      );
      const lines = await linesAbout(rows, wanted, this.path);
      return wanted.map((row, index) => {
        const id = rows.index.id(row);
        const record = recordIn(found[index], id, this.path);
        const state = stateOfLines([...(lines[index] ?? []), ...this.pending.linesOf(id)]);
        return { record: correctedRecord(record, state), state, line: rows.records.line[row] ?? 0 };
      });
    };
  }

  private text(row: number, column: Uint32Array): string | null {
    this.check(row);
    return this.rows.texts.text(column[row] ?? none);
  }

  private check(row: number): void {
    if (Number.isInteger(row) && row >= 0 && row < this.rows.size) return;
    throw new RangeError(`The table has no row ${row}.`);
  }

  /** One after the other, in the order of the calls. */
  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => null);
    return turn;
  }
}
