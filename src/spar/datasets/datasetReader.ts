import { crc32 } from 'node:zlib';
import type { Appended } from '../log/appendLines';
import { grewBy, growthSince, markFile, type FileMark } from '../log/fileMark';
import { toLogError } from '../log/logError';
import { readLineBatches, type LogLine } from '../log/readLines';
import type { TextSource, WrittenLine } from './aboutTexts';
import { parseDatasetLine } from './datasetLine';
import { DatasetFold, type FoundRecord } from './fold';
import type { AboutLine } from './schema';

/** A line that is kept as it is because it can't be read. */
export interface LineProblem {
  /** `damaged`: no line of a dataset. `unknown`: of a newer version. `torn`: the last line, cut by a crash. */
  readonly type: 'damaged' | 'unknown' | 'torn';
  /** Counted from 1. */
  readonly number: number;
  readonly offset: number;
  readonly length: number;
  /** For a person, for example `not valid JSON`. */
  readonly reason: string;
}

export interface Refreshed {
  /** `reread`: the file was replaced or edited, and read from its start. */
  readonly change: 'none' | 'grown' | 'reread';
}

/** Problems that are remembered one by one; all are counted. */
const mostProblems = 1000;

/** Follows a dataset's file: reads it once, and then what was added to it. Keeps no texts of records. */
export class DatasetReader {
  private reading: Reading;

  /** @param source `mostKept` as the fold takes it. */
  constructor(
    private readonly file: string,
    private readonly source: Pick<TextSource, 'mostKept'> = {},
  ) {
    this.reading = emptyReading({ ...source, file });
  }

  get fold(): DatasetFold {
    return this.reading.fold;
  }

  /** In file order; the first 1000. */
  get problems(): readonly LineProblem[] {
    return this.reading.torn === null ? this.reading.problems : [...this.reading.problems, this.reading.torn];
  }

  get problemCount(): number {
    return this.reading.problemCount + (this.reading.torn === null ? 0 : 1);
  }

  /** Bytes read, up to the end of the last whole line. */
  get position(): number {
    return this.reading.position;
  }

  /**
   * Takes in lines that were just appended. True where that is all that became of the file; otherwise `refresh` will read
   * them again, which changes nothing.
   */
  takeAppended(texts: readonly string[], { offset, mended, mark }: Appended): boolean {
    const { reading } = this;
    const isAll =
      !mended &&
      reading.mark !== null &&
      reading.torn === null &&
      offset === reading.position &&
      mark !== null &&
      grewBy(reading.mark, mark, mark.end - offset);
    let start = offset;
    for (const text of texts) {
      const length = Buffer.byteLength(text, 'utf8');
      const end = start + length + 1;
      const line: LogLine = {
        type: 'text',
        text,
        number: reading.nextNumber,
        offset: start,
        length,
        end,
        terminated: true,
      };
      if (isAll) take(reading, line);
      else {
        takeIn(reading.fold, line);
        reading.ahead.set(start, text);
      }
      start = end;
    }
    if (isAll) reading.mark = mark;
    return isAll;
  }

  /**
   * Takes in what changed on the disk. What was read before stays in view until the new is complete.
   *
   * @throws LogError; `signal.reason` when aborted.
   */
  async refresh(signal?: AbortSignal): Promise<Refreshed> {
    try {
      // Marked first: what changes from here on is noticed the next time.
      const before = await markFile(this.file);
      const { mark } = this.reading;
      const growth = mark === null ? 'replaced' : await growthSince(mark, this.file);
      if (growth === 'same') return { change: 'none' };
      const isGrown = growth === 'grown' && mark?.inode === before?.inode;
      const reading = isGrown ? this.reading : emptyReading({ ...this.source, file: this.file });
      const wasEmpty = this.reading.mark === null && this.reading.position === 0;
      await readOn(reading, this.file, { before, ...(signal === undefined ? {} : { signal }) });
      this.reading = reading;
      if (isGrown) return { change: 'grown' };
      return { change: wasEmpty && reading.position === 0 ? 'none' : 'reread' };
    } catch (error) {
      throw toLogError(error, 'read the dataset', this.file);
    }
  }
}

export interface FoldOptions {
  readonly signal?: AbortSignal;
  /** Told of each line that can't be read, in file order. */
  readonly onProblem?: (problem: LineProblem) => void;
  readonly onProgress?: (readBytes: number) => void;
}

/** The fold of a file's first bytes alone. */
export async function foldUpTo(file: string, end: number, options: FoldOptions = {}): Promise<DatasetFold> {
  const { signal, onProblem, onProgress } = options;
  const fold = new DatasetFold({ file });
  for await (const batch of readLineBatches(file, { end, ...(signal === undefined ? {} : { signal }) })) {
    for (const line of batch) {
      const problem = takeIn(fold, line);
      if (problem !== null) onProblem?.(line.terminated ? problem : { ...problem, type: 'torn' });
    }
    onProgress?.(batch.at(-1)?.end ?? 0);
  }
  return fold;
}

interface Reading {
  readonly fold: DatasetFold;
  /** Lines from `position` on that were taken in already, by offset. */
  readonly ahead: Map<number, string>;
  readonly problems: LineProblem[];
  problemCount: number;
  torn: LineProblem | null;
  /** Start of the first line that was not read to its end, and its number. */
  position: number;
  nextNumber: number;
  mark: FileMark | null;
}

function emptyReading(source: TextSource): Reading {
  return {
    fold: new DatasetFold(source),
    ahead: new Map(),
    problems: [],
    problemCount: 0,
    torn: null,
    position: 0,
    nextNumber: 1,
    mark: null,
  };
}

async function readOn(
  reading: Reading,
  file: string,
  { before, ...options }: { readonly before: FileMark | null; readonly signal?: AbortSignal },
): Promise<void> {
  reading.torn = null;
  if (before !== null) {
    const from = { start: reading.position, startNumber: reading.nextNumber };
    for await (const batch of readLineBatches(file, { ...options, ...from })) {
      for (const line of batch) take(reading, line);
    }
  }
  const after = before === null ? null : await markFile(file, { end: reading.position });
  reading.mark =
    after === null || before === null ? null : { ...after, inode: before.inode, modified: before.modified };
}

function take(reading: Reading, line: LogLine): void {
  const isTaken = line.type === 'text' && reading.ahead.get(line.offset) === line.text;
  const problem = isTaken ? null : takeIn(reading.fold, line);
  if (!line.terminated) {
    // It may be still being written, so it is read again the next time.
    reading.torn = problem === null ? null : { ...problem, type: 'torn' };
    if (problem === null && line.type === 'text') reading.ahead.set(line.offset, line.text);
    return;
  }
  reading.ahead.delete(line.offset);
  reading.position = line.end;
  reading.nextNumber = line.number + 1;
  if (problem === null) return;
  reading.problemCount += 1;
  if (reading.problems.length < mostProblems) reading.problems.push(problem);
}

function takeIn(fold: DatasetFold, line: LogLine): LineProblem | null {
  const found = readDatasetLine(line);
  switch (found.kind) {
    case 'record':
      fold.addRecord(found.record);
      return null;
    case 'about':
      fold.addAbout(found.line, found.written);
      return null;
    case 'problem':
      if (found.record !== null) fold.addUnknown(found.record);
      return found.problem;
  }
}

/** What a fold takes of a line. */
export type FoundLine =
  | { readonly kind: 'record'; readonly record: FoundRecord }
  | { readonly kind: 'about'; readonly line: AboutLine; readonly written: WrittenLine }
  /** With the record that a line of a newer version is about, if it says so. */
  | { readonly kind: 'problem'; readonly problem: LineProblem; readonly record: string | null };

export function readDatasetLine(line: LogLine): FoundLine {
  const { number, offset, length } = line;
  if (line.type === 'damaged') {
    const problem = { type: 'damaged', number, offset, length, reason: line.reason } as const;
    return { kind: 'problem', problem, record: null };
  }
  const parsed = parseDatasetLine(line.text);
  if (parsed.type === 'line') {
    if (parsed.line.kind !== 'record') {
      const written = { text: line.text, place: { offset, length } };
      return { kind: 'about', line: parsed.line, written };
    }
    const { id, created } = parsed.line;
    return { kind: 'record', record: { id, created, offset, length, checksum: crc32(line.text) } };
  }
  const record = parsed.type === 'unknown' ? parsed.record : null;
  const problem = { type: parsed.type, number, offset, length, reason: parsed.reason } as const;
  return { kind: 'problem', problem, record };
}
