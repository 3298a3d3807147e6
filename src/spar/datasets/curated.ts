import { growthSince, markFile } from '../log/fileMark';
import { changedMeanwhile } from '../log/lineWriter';
import { toLogError } from '../log/logError';
import { readLineBatches } from '../log/readLines';
import { parseDatasetLine } from './datasetLine';
import { foldUpTo, type LineProblem } from './datasetReader';
import { correctedRecord, type DatasetFold } from './fold';
import type { RecordState } from './recordState';
import type { DatasetRecord } from './schema';

/** A record as it stands: corrections applied, with what its lines come to. */
export interface CuratedRecord {
  /** Its texts are the corrected ones. */
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
  /** Told of each line that can't be read, in file order, before the first batch. */
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
  const { signal, onProblem, onProgress } = options;
  try {
    const mark = await markFile(path);
    if (mark === null) return;
    const { end } = mark;
    const fold = await foldUpTo(path, end, {
      ...(signal === undefined ? {} : { signal }),
      ...(onProblem === undefined ? {} : { onProblem }),
      onProgress: (bytes) => onProgress?.(bytes, 2 * end),
    });
    const reading = { end, ...(signal === undefined ? {} : { signal }) };
    for await (const batch of readLineBatches(path, reading)) {
      const records = batch.flatMap((line) => (line.type === 'text' ? curatedLine(line, fold, options) : []));
      if (records.length > 0) yield records;
      onProgress?.(end + (batch.at(-1)?.end ?? 0), 2 * end);
    }
    const growth = await growthSince(mark, path);
    if (growth === 'replaced' || growth === 'gone') throw changedMeanwhile(path, 'read');
  } catch (error) {
    throw toLogError(error, 'read the dataset', path);
  }
}

function curatedLine(
  line: { readonly text: string; readonly offset: number; readonly number: number },
  fold: DatasetFold,
  options: CuratedOptions,
): readonly CuratedRecord[] {
  const parsed = parseDatasetLine(line.text);
  if (parsed.type !== 'line' || parsed.line.kind !== 'record') return [];
  const record = parsed.line;
  const state = fold.state(record.id);
  if (state === undefined || fold.place(record.id)?.offset !== line.offset) return [];
  if (state.deleted && options.includeDeleted !== true) return [];
  if (options.statuses?.includes(state.status) === false) return [];
  return [{ record: correctedRecord(record, state), state, line: line.number }];
}
