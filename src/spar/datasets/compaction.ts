import { markFile } from '../log/fileMark';
import { LogError } from '../log/logError';
import { readLineBatches, type TextLine } from '../log/readLines';
import { replaceAtomically, type NewLine, type Replaced } from '../log/replaceAtomically';
import { datasetLineText, parseDatasetLine } from './datasetLine';
import type { DatasetFold } from './fold';
import { headOf, quickFoldUpTo } from './quickFold';
import type { CompactOptions } from './recordState';

/**
 * Rewrites a dataset with only the lines that its state rests on: each record once, followed by its lines.
 * Deleted records keep their texts, which another branch may still want, unless they are to be forgotten. Lines that can't be read stay, where they are. Lines left out are
 * named by those that replace them, so that a merge with an old copy can't bring them back; what they
 * said can no longer be taken back by undo.
 *
 * @throws LogError, `changed` when another program replaced the file meanwhile.
 */
export async function compactDataset(
  file: string,
  options: CompactionOptions = {},
): Promise<Replaced & CompactionSize> {
  const size = newSize();
  const { signal } = options;
  const lines = (end: number) => compactedLines({ file, end, ...options }, size);
  const replaced = await replaceAtomically(file, lines, signal === undefined ? {} : { signal });
  return { ...size, ...replaced };
}

export interface CompactionOptions extends CompactOptions {
  readonly signal?: AbortSignal | undefined;
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
export async function compactionSize(file: string, options: CompactionOptions = {}): Promise<CompactionSize> {
  const mark = await markFile(file);
  if (mark === null) throw notThere(file);
  const size = newSize();
  const lines = compactedLines({ file, end: mark.end, ...options }, size);
  while ((await lines.next()).done !== true) options.signal?.throwIfAborted();
  return size;
}

function notThere(file: string): LogError {
  const message = `${file} is not there. It may have been moved or deleted; open it from where it is now.`;
  return new LogError({ kind: 'not-found', path: file, message });
}

type Counted = { -readonly [Name in keyof CompactionSize]: number };

function newSize(): Counted {
  return { bytesBefore: 0, bytesAfter: 0, linesBefore: 0, linesAfter: 0 };
}

interface Work extends CompactOptions {
  readonly file: string;
  /** Bytes of the file that are compacted. */
  readonly end: number;
}

async function* compactedLines(work: Work, size: Counted): AsyncGenerator<NewLine, void, void> {
  size.bytesBefore = work.end;
  for await (const line of neededLines(work, size)) {
    size.linesAfter += 1;
    size.bytesAfter += (typeof line === 'string' ? Buffer.byteLength(line) : line.length) + 1;
    yield line;
  }
}

async function* neededLines(work: Work, size: Counted): AsyncGenerator<NewLine, void, void> {
  const { file, end } = work;
  const unread = new Set<number>();
  const fold = await quickFoldUpTo(file, end, { onProblem: ({ offset }) => unread.add(offset) });
  const withoutRecord: string[] = [];
  for await (const batch of readLineBatches(file, { end })) {
    size.linesBefore += batch.length;
    for (const line of batch) {
      if (line.type === 'damaged' || unread.has(line.offset)) {
        yield { offset: line.offset, length: line.length };
        continue;
      }
      const id = recordIn(line, fold);
      if (id === null) continue;
      const { keepRecord, lines } = fold.compacted(id, work);
      if (!keepRecord) withoutRecord.push(id);
      // Only its head was read before.
      if (keepRecord || parseDatasetLine(line.text).type !== 'line') yield line.text;
      if (keepRecord) for (const about of lines) yield datasetLineText(about);
    }
  }
  withoutRecord.push(...fold.missing());
  for (const id of withoutRecord.sort()) yield* fold.compacted(id, work).lines.map(datasetLineText);
}

/** The id of the record whose line this is; null for a line about one, and for a record that another line stands for. */
function recordIn(line: TextLine, fold: DatasetFold): string | null {
  const head = headOf(line);
  if (head !== null && fold.place(head.record.id)?.offset === line.offset) return head.record.id;
  const parsed = parseDatasetLine(line.text);
  if (parsed.type !== 'line' || parsed.line.kind !== 'record') return null;
  return fold.place(parsed.line.id)?.offset === line.offset ? parsed.line.id : null;
}
