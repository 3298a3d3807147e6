import { markFile } from '../log/fileMark';
import { LogError } from '../log/logError';
import { readLineBatches } from '../log/readLines';
import { replaceAtomically, type NewLine, type Replaced } from '../log/replaceAtomically';
import { datasetLineText, parseDatasetLine } from './datasetLine';
import { foldUpTo } from './datasetReader';
import type { DatasetFold } from './fold';

/**
 * Rewrites a dataset with only the lines that its state rests on: each record once, followed by its lines;
 * deleted records without their texts. Lines that can't be read stay, where they are. Lines left out are
 * named by those that replace them, so that a merge with an old copy can't bring them back; what they
 * said can no longer be taken back by undo.
 *
 * @throws LogError, `changed` when another program replaced the file meanwhile.
 */
export async function compactDataset(file: string, signal?: AbortSignal): Promise<Replaced> {
  return replaceAtomically(file, (end) => compactedLines(file, end), signal === undefined ? {} : { signal });
}

/** What a compaction comes to. */
export interface CompactionSize {
  readonly bytesBefore: number;
  readonly bytesAfter: number;
  readonly linesBefore: number;
  readonly linesAfter: number;
}

/**
 * What a compaction would leave, with nothing written.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function compactionSize(file: string, signal?: AbortSignal): Promise<CompactionSize> {
  const mark = await markFile(file);
  if (mark === null) throw notThere(file);
  const { end } = mark;
  const size = { bytesBefore: end, bytesAfter: 0, linesBefore: 0, linesAfter: 0 };
  for await (const batch of readLineBatches(file, { end, ...(signal === undefined ? {} : { signal }) }))
    size.linesBefore += batch.length;
  for await (const line of compactedLines(file, end)) {
    signal?.throwIfAborted();
    size.linesAfter += 1;
    size.bytesAfter += (typeof line === 'string' ? Buffer.byteLength(line) : line.length) + 1;
  }
  return size;
}

function notThere(file: string): LogError {
  const message = `${file} is not there. It may have been moved or deleted; open it from where it is now.`;
  return new LogError({ kind: 'not-found', path: file, message });
}

async function* compactedLines(file: string, end: number): AsyncGenerator<NewLine, void, void> {
  const fold = await foldUpTo(file, end);
  for await (const batch of readLineBatches(file, { end })) {
    for (const line of batch) {
      const parsed = line.type === 'text' ? parseDatasetLine(line.text) : null;
      if (line.type === 'damaged' || parsed?.type !== 'line')
        yield { offset: line.offset, length: line.length };
      else if (parsed.line.kind === 'record' && fold.place(parsed.line.id)?.offset === line.offset) {
        const { keepRecord, lines } = fold.compacted(parsed.line.id);
        if (keepRecord) {
          yield line.text;
          yield* lines.map(datasetLineText);
        }
      }
    }
  }
  yield* linesWithoutRecord(fold);
}

function* linesWithoutRecord(fold: DatasetFold): Generator<NewLine, void, void> {
  for (const id of [...fold.ids()].sort()) {
    const { keepRecord, lines } = fold.compacted(id);
    if (fold.place(id) === undefined || !keepRecord) yield* lines.map(datasetLineText);
  }
}
