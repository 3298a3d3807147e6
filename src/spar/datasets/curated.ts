import { growthSince, markFile } from '../log/fileMark';
import { changedMeanwhile } from '../log/lineWriter';
import { toLogError } from '../log/logError';
import { readLineBatches, type TextLine } from '../log/readLines';
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
    for await (const batch of readLineBatches(path, reading)) {
      const records = batch.flatMap((line) =>
        line.type === 'text' ? curatedLine(line, walk.at(line.offset), options) : [],
      );
      if (records.length > 0) yield records;
      tell(end + (batch.at(-1)?.end ?? 0));
    }
    const growth = await growthSince(mark, path);
    if (growth === 'replaced' || growth === 'gone') throw changedMeanwhile(path, 'read');
  } catch (error) {
    throw toLogError(error, 'read the dataset', path);
  }
}

function curatedLine(
  line: TextLine,
  found: WalkedRecord | null,
  options: CuratedOptions,
): readonly CuratedRecord[] {
  const state = found?.state();
  if (!isWanted(state, options)) return [];
  const parsed = parseDatasetLine(line.text);
  if (parsed.type !== 'line') {
    // Only its head was read before; of all other lines that can't be read the fold has told.
    const { number, offset, length } = line;
    options.onProblem?.({ type: parsed.type, number, offset, length, reason: parsed.reason });
    return [];
  }
  if (parsed.line.kind !== 'record') return [];
  if (parsed.line.id !== found?.id()) {
    // By its head it is another record, whose state this is.
    const { number, offset, length } = line;
    options.onProblem?.({ type: 'damaged', number, offset, length, reason: 'it has two ids' });
    return [];
  }
  return [{ record: correctedRecord(parsed.line, state), state, line: line.number }];
}

function isWanted(
  state: RecordState | undefined,
  { statuses, includeDeleted }: CuratedOptions,
): state is RecordState {
  if (state === undefined || (state.deleted && includeDeleted !== true)) return false;
  return statuses?.includes(state.status) !== false;
}
