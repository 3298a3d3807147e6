import { markFile } from '../log/fileMark';
import { LogError } from '../log/logError';
import { readLineBatches, type LogLine } from '../log/readLines';
import { replaceAtomically, type NewLine, type Replaced } from '../log/replaceAtomically';
import { datasetLineText, parseDatasetLine } from './datasetLine';
import { quickFoldUpTo } from './quickFold';
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
  const { file, end } = work;
  size.bytesBefore = end;
  const unread = new Set<number>();
  const fold = await quickFoldUpTo(file, end, { onProblem: ({ offset }) => unread.add(offset) });
  const walk = fold.walk();
  const withoutRecord: string[] = [];
  const kept = new KeptLines(size);
  for await (const batch of readLineBatches(file, { end })) {
    size.linesBefore += batch.length;
    for (const line of batch) {
      if (line.type === 'damaged' || unread.has(line.offset)) {
        yield* kept.taken();
        yield kept.asItIs(line);
        continue;
      }
      const record = walk.at(line.offset);
      if (record === null) continue;
      const { keepRecord, lines } = record.compacted(work);
      if (!keepRecord) withoutRecord.push(record.id());
      // Only its head was read before.
      if (keepRecord || !isRecordLine(line.text, record.id())) kept.add(line.text);
      if (keepRecord) for (const about of lines) kept.add(datasetLineText(about));
    }
    yield* kept.taken();
  }
  withoutRecord.push(...fold.missing());
  for (const id of withoutRecord.sort()) {
    for (const about of fold.compacted(id, work).lines) kept.add(datasetLineText(about));
    yield* kept.taken();
  }
}

function isRecordLine(text: string, id: string): boolean {
  const parsed = parseDatasetLine(text);
  return parsed.type === 'line' && parsed.line.kind === 'record' && parsed.line.id === id;
}

/** Gathers lines, so that they are written many at a time, and counts them. */
class KeptLines {
  private lines: string[] = [];

  constructor(private readonly size: Counted) {}

  add(line: string): void {
    this.lines.push(line);
  }

  /** What was added since the last time, as one text. */
  *taken(): Generator<string, void, void> {
    if (this.lines.length === 0) return;
    const text = this.lines.join('\n');
    this.count(this.lines.length, Buffer.byteLength(text));
    this.lines = [];
    yield text;
  }

  asItIs({ offset, length }: LogLine): NewLine {
    this.count(1, length);
    return { offset, length };
  }

  private count(lines: number, bytes: number): void {
    this.size.linesAfter += lines;
    this.size.bytesAfter += bytes + 1;
  }
}
