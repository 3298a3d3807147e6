import { open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { appendLines } from '../log/appendLines';
import { LogError, toLogError } from '../log/logError';
import type { Replaced } from '../log/replaceAtomically';
import { refuseSecrets } from '../log/secrets';
import { compactDataset, type CompactionOptions } from './compaction';
import { datasetLineText, parseDatasetLine } from './datasetLine';
import { DatasetReader, type LineProblem, type Refreshed } from './datasetReader';
import { linesForEdits, type DatasetEdit } from './edits';
import type { DatasetCounts } from './fold';
import { ensureGitAttributes } from './gitAttributes';
import { recordIdOf, type NewChange, type NewDecision, type NewRecord } from './newLines';
import type { RecordState } from './recordState';
import type { AboutLine, DatasetLine, DatasetRecord } from './schema';
import { repairLines, type LineRepair } from './repairLines';
import { undoEdits } from './undo';

export interface DatasetOptions {
  readonly now?: () => Date;
  /** Makes the ids of lines; random unless told. */
  readonly newId?: (edit: DatasetEdit) => string;
  readonly signal?: AbortSignal;
  /** Bytes of lines about records that are held in memory; later ones are read again. 64 MiB by default. */
  readonly mostKept?: number;
}

export interface AddedRecord {
  readonly id: string;
  /** False when the same pair was there already. */
  readonly isNew: boolean;
}

/**
 * A dataset's file: what its lines come to, and the only way to add to it. Every edit is one durable append,
 * written in knowledge of what this object has read, so that contradictions with what others wrote
 * meanwhile show as contested instead of being overwritten. Call `refresh` when the file changes.
 */
export class DatasetFile {
  private readonly reader: DatasetReader;
  private readonly now: () => Date;
  private readonly newId: DatasetOptions['newId'];
  private last: Promise<unknown> = Promise.resolve();
  private failedGitAttributes: unknown = null;

  private constructor(
    readonly path: string,
    options: DatasetOptions,
  ) {
    const { mostKept } = options;
    this.reader = new DatasetReader(path, mostKept === undefined ? {} : { mostKept });
    this.now = options.now ?? (() => new Date());
    this.newId = options.newId;
  }

  /**
   * Reads a dataset; one that does not exist is empty and comes into being with its first record.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  static async open(path: string, options: DatasetOptions = {}): Promise<DatasetFile> {
    const dataset = new DatasetFile(path, options);
    await dataset.refresh(options.signal);
    return dataset;
  }

  /** Undefined for a record that is not there and that no line is about. */
  state(id: string): RecordState | undefined {
    return this.reader.fold.state(id);
  }

  counts(): DatasetCounts {
    return this.reader.fold.counts();
  }

  /** Ids of the records that are there, deleted ones included. */
  records(): Iterable<string> {
    return this.reader.fold.records();
  }

  /** The lines about a record, by time. */
  history(id: string): readonly AboutLine[] {
    return this.reader.fold.linesAbout(id);
  }

  /** Lines that can't be read and are kept as they are: the first 1000, in file order. */
  get problems(): readonly LineProblem[] {
    return this.reader.problems;
  }

  get problemCount(): number {
    return this.reader.problemCount;
  }

  /** Why `.gitattributes` could not be written beside a new dataset; null when all is well. */
  get gitAttributesError(): unknown {
    return this.failedGitAttributes;
  }

  /**
   * A record as it was found, read from the disk; undefined when it is not there. Corrections are in its
   * state: see `correctedRecord`.
   *
   * @throws LogError
   */
  async read(id: string): Promise<DatasetRecord | undefined> {
    const record = await this.readInPlace(id);
    if (record !== undefined || this.reader.fold.place(id) === undefined) return record;
    await this.refresh();
    return this.readInPlace(id);
  }

  /**
   * Adds a pair and perhaps a decision on it in one append. Of a pair that is there only the decision is added.
   *
   * @throws LogError; nothing is added then.
   */
  async addRecord(record: NewRecord, decision?: NewDecision, signal?: AbortSignal): Promise<AddedRecord> {
    const lines = await this.apply([{ type: 'add', record, decision }], signal);
    return { id: recordIdOf(record), isNew: lines.some(({ kind }) => kind === 'record') };
  }

  /** @throws LogError, `not-found` for a record that is not there. */
  async decide(id: string, decision: NewDecision): Promise<void> {
    await this.apply([{ type: 'decide', id, decision }]);
  }

  /** @throws LogError, `not-found` for a record that is not there. */
  async change(id: string, change: NewChange): Promise<void> {
    await this.apply([{ type: 'change', id, change }]);
  }

  /** @throws LogError, `not-found` for a record that is not there. */
  async delete(id: string): Promise<void> {
    await this.apply([{ type: 'delete', id }]);
  }

  /**
   * Takes back the latest line about a record, or the latest of a kind, by lines of its own; called again,
   * the one before it. False when there is nothing to take back.
   *
   * @throws LogError
   */
  async undo(id: string, kind?: AboutLine['kind']): Promise<boolean> {
    return this.inTurn(async () => {
      const edits = await this.upToDate(() => undoEdits(id, this.history(id), kind));
      if (edits.length > 0) await this.write(edits);
      return edits.length > 0;
    });
  }

  /**
   * Makes any number of edits in one durable append, and returns the lines that were added.
   *
   * @throws LogError; `signal.reason` when aborted before the first byte. Nothing is added then.
   */
  async apply(edits: readonly DatasetEdit[], signal?: AbortSignal): Promise<readonly DatasetLine[]> {
    return this.inTurn(() => this.write(edits, signal));
  }

  /**
   * Takes in what others added to the file, or all of it where it was replaced.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  async refresh(signal?: AbortSignal): Promise<Refreshed> {
    return this.inTurn(() => this.reader.refresh(signal));
  }

  /**
   * Rewrites the file without the lines that others replaced; see `compactDataset`.
   *
   * @throws LogError; the file is left as it was then.
   */
  async compact(options: CompactionOptions = {}): Promise<Replaced> {
    return this.inTurn(async () => {
      const replaced = await compactDataset(this.path, options);
      await this.reader.refresh(options.signal);
      return replaced;
    });
  }

  /**
   * Replaces damaged lines by what they should be; see `repairLines`.
   *
   * @throws LogError; the file is left as it was then.
   */
  async repairLine(problem: LineProblem, text: string, signal?: AbortSignal): Promise<Replaced> {
    return this.repair([{ problem, text }], signal);
  }

  /**
   * Cuts damaged lines out of the file, all or none; see `repairLines`.
   *
   * @throws LogError; the file is left as it was then.
   */
  async cutOutLines(problems: readonly LineProblem[], signal?: AbortSignal): Promise<Replaced> {
    return this.repair(
      problems.map((problem) => ({ problem, text: null })),
      signal,
    );
  }

  private async repair(repairs: readonly LineRepair[], signal?: AbortSignal): Promise<Replaced> {
    return this.inTurn(async () => {
      const replaced = await repairLines(this.path, repairs, signal);
      await this.reader.refresh(signal);
      return replaced;
    });
  }

  private async write(edits: readonly DatasetEdit[], signal?: AbortSignal): Promise<readonly DatasetLine[]> {
    for (const edit of edits) if (edit.type === 'add') refuseSecrets(edit.record.search, this.path);
    const { path, now, newId } = this;
    const lines = await this.upToDate(
      () => linesForEdits(edits, { fold: this.reader.fold, path, now, newId }),
      signal,
    );
    if (lines.length === 0) return lines;
    if (this.reader.position > 0 && lines.some(({ kind }) => kind !== 'record')) await this.requireFile();
    const texts = lines.map((line) => this.checkedText(line));
    const appended = await appendLines(this.path, texts, signal === undefined ? {} : { signal });
    if (appended.created) {
      await ensureGitAttributes(dirname(this.path)).catch((error: unknown) => {
        this.failedGitAttributes = error;
      });
    }
    const isAll = this.reader.takeAppended(texts, appended);
    // The lines are saved whether or not the file can be read back; the next refresh tells if it can't.
    if (!isAll) await this.reader.refresh().catch(() => null);
    return lines;
  }

  /** What is read again may be gone from its place, where another program replaced the file: it is read anew, once. */
  private async upToDate<Result>(work: () => Result, signal?: AbortSignal): Promise<Result> {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof LogError) || error.kind !== 'changed') throw error;
      await this.reader.refresh(signal);
      return work();
    }
  }

  /** A decision alone in a file of its own would be about nothing. @throws LogError `not-found` */
  private async requireFile(): Promise<void> {
    try {
      await stat(this.path);
    } catch (error) {
      throw toLogError(error, 'add to the dataset', this.path);
    }
  }

  /** The line's text, if it reads back as a line: what can't be read again must not be written. */
  private checkedText(line: DatasetLine): string {
    let reason: string;
    try {
      const text = datasetLineText(line);
      const parsed = parseDatasetLine(text);
      if (parsed.type === 'line') return text;
      reason = parsed.reason;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    const message = `Nothing was added to ${this.path}: the ${line.kind} is not valid (${reason}). Report this as a fault.`;
    throw new LogError({ kind: 'unwritable', path: this.path, message });
  }

  private async readInPlace(id: string): Promise<DatasetRecord | undefined> {
    const place = this.reader.fold.place(id);
    if (place === undefined) return undefined;
    try {
      const handle = await open(this.path, 'r');
      try {
        const bytes = Buffer.alloc(place.length);
        const { bytesRead } = await handle.read(bytes, 0, place.length, place.offset);
        const text = bytes.toString('utf8', 0, bytesRead).replace(/^\ufeff/u, '');
        const parsed = parseDatasetLine(text);
        return parsed.type === 'line' && parsed.line.kind === 'record' && parsed.line.id === id
          ? parsed.line
          : undefined;
      } finally {
        await handle.close();
      }
    } catch (error) {
      throw toLogError(error, 'read the record', this.path);
    }
  }

  /** One after the other, in the order of the calls. */
  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => null);
    return turn;
  }
}
