import { growthSince, markFile } from '../log/fileMark';
import { changedMeanwhile } from '../log/lineWriter';
import { toLogError } from '../log/logError';
import { logLine, readByteBatches, type ByteLine } from '../log/readLines';
import { parseDatasetLine } from './datasetLine';
import type { LineProblem } from './datasetReader';
import { correctedRecord } from './corrected';
import type { WalkedRecord } from './fold';
import { quickFoldUpTo } from './quickFold';
import type { RecordState } from './recordState';
import type { DatasetRecord } from './schema';

/** A record as it stands: corrections applied, with what its lines come to. */
export interface CuratedRecord {
  /** Its texts are the corrected ones, its metrics theirs; see `correctedRecord`. */
  readonly record: DatasetRecord;
  readonly state: RecordState;
  /** Of the record in its file, from 1. */
  readonly line: number;
}

export interface CuratedOptions {
  /** All by default. */
  readonly statuses?: readonly RecordState['status'][];
  /** False by default. */
  readonly includeDeleted?: boolean;
  readonly signal?: AbortSignal;
  /** Told of each line that can't be read: of most before the first batch, of damaged records where they stand. */
  readonly onProblem?: (problem: LineProblem) => void;
  /** Both passes over the file count, so `totalBytes` is twice its size. */
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
}

/**
 * The records of a dataset as they stand now, in file order, a batch at a time, in bounded memory: the file is
 * read once for the lines about records and once for the records. What is appended meanwhile is left out. A file
 * that does not exist has no records.
 *
 * @throws LogError, `changed` when another program replaced the file meanwhile; `signal.reason` when aborted.
 */
export async function* readCurated(
  path: string,
  options: CuratedOptions = {},
): AsyncGenerator<readonly CuratedRecord[], void, void> {
  for await (const batch of readStanding(path, options)) {
    const records = batch.flatMap((standing) => curatedOf(standing, options) ?? []);
    if (records.length > 0) yield records;
  }
}

/** A record's line, by its head, and what its lines come to. */
export interface StandingLine {
  readonly line: ByteLine;
  readonly found: WalkedRecord;
  readonly state: RecordState;
}

/**
 * `readCurated` for readers that look at the bytes first: what they leave, `curatedOf` parses.
 *
 * @throws as `readCurated`.
 */
export async function* readStanding(
  path: string,
  options: CuratedOptions,
): AsyncGenerator<readonly StandingLine[], void, void> {
  const { signal, onProblem, onProgress } = options;
  try {
    const mark = await markFile(path);
    if (mark === null) return;
    const { end } = mark;
    let told = 0;
    const tell = (bytes: number): void => {
      // Where a pair stands twice, the first pass begins anew.
      told = Math.max(told, bytes);
      onProgress?.(told, 2 * end);
    };
    const fold = await quickFoldUpTo(path, end, {
      ...(signal === undefined ? {} : { signal }),
      ...(onProblem === undefined ? {} : { onProblem }),
      onProgress: tell,
    });
    const walk = fold.walk();
    const reading = { end, ...(signal === undefined ? {} : { signal }) };
    for await (const batch of readByteBatches(path, reading)) {
      const standing: StandingLine[] = [];
      for (const line of batch) {
        const found = line.type === 'bytes' ? walk.at(line.offset) : null;
        if (line.type !== 'bytes' || found === null) continue;
        const state = found.state();
        if (isWanted(state, options)) standing.push({ line, found, state });
      }
      if (standing.length > 0) yield standing;
      tell(end + (batch.at(-1)?.end ?? 0));
    }
    const growth = await growthSince(mark, path);
    if (growth === 'replaced' || growth === 'gone') throw changedMeanwhile(path, 'read');
  } catch (error) {
    throw toLogError(error, 'read the dataset', path);
  }
}

/** Null where the line turns out to be no record's, which `onProblem` is told. */
export function curatedOf(
  { line, found, state }: StandingLine,
  { onProblem }: Pick<CuratedOptions, 'onProblem'>,
): CuratedRecord | null {
  const { number, offset, length } = line;
  const read = logLine(line);
  // Of other lines that can't be read the fold has told.
  if (read?.type !== 'text') return null;
  const parsed = parseDatasetLine(read.text);
  if (parsed.type !== 'line') {
    // Only its head was read before.
    onProblem?.({ type: parsed.type, number, offset, length, reason: parsed.reason });
    return null;
  }
  if (parsed.line.kind !== 'record') return null;
  if (parsed.line.id !== found.id()) {
    // By its head it is another record, whose state this is.
    onProblem?.({ type: 'damaged', number, offset, length, reason: 'it has two ids' });
    return null;
  }
  return { record: correctedRecord(parsed.line, state), state, line: number };
}

function isWanted({ deleted, status }: RecordState, { statuses, includeDeleted }: CuratedOptions): boolean {
  return (!deleted || includeDeleted === true) && statuses?.includes(status) !== false;
}
