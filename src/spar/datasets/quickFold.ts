import { logLine, readByteBatches, type ByteLine, type DamagedLine } from '../log/readLines';
import { foldUpTo, readDatasetLine, type FoldOptions, type LineProblem } from './datasetReader';
import { DatasetFold, type FoundRecord } from './fold';

/**
 * `foldUpTo` for readers that look at each record themselves afterwards: of a record as it is written here only the
 * head is read. Its place is in the fold even where the rest is damaged; then it is for the reader to tell. Where one
 * pair stands twice, which line counts hangs on whether each can be read, so everything is.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function quickFoldUpTo(
  file: string,
  end: number,
  options: FoldOptions = {},
): Promise<DatasetFold> {
  const { signal, onProblem, onProgress } = options;
  const fold = new DatasetFold({ file });
  const problems: LineProblem[] = [];
  for await (const batch of readByteBatches(file, { end, ...(signal === undefined ? {} : { signal }) })) {
    for (const bytes of batch) {
      const record = headOf(bytes);
      if (record !== null) {
        if (!fold.addRecord(record)) return foldUpTo(file, end, options);
        continue;
      }
      const line = logLine(bytes);
      if (line === null) continue;
      const found = readDatasetLine(line);
      if (found.kind === 'problem') {
        if (found.record !== null) fold.addUnknown(found.record);
        problems.push(line.terminated ? found.problem : { ...found.problem, type: 'torn' });
      } else if (found.kind === 'about') fold.addAbout(found.line, found.written);
      else if (!fold.addRecord(found.record)) return foldUpTo(file, end, options);
    }
    onProgress?.(batch.at(-1)?.end ?? 0);
  }
  for (const problem of problems) onProblem?.(problem);
  return fold;
}

const beforeId = Buffer.from('{"spar":1,"kind":"record","id":"', 'latin1');
const beforeCreated = Buffer.from('","created":"', 'latin1');
const mostTimeBytes = 40;

/** The record of a line as it is written here, by its head alone; null for any other line, and for a last one without its end. */
function headOf(line: ByteLine | DamagedLine): FoundRecord | null {
  if (line.type === 'damaged' || !line.terminated || !line.isText) return null;
  const { buffer, start, offset, length } = line;
  const id = start + beforeId.length;
  const time = id + idDigits + beforeCreated.length;
  if (!holdsAt(buffer, start, beforeId) || !holdsAt(buffer, id + idDigits, beforeCreated)) return null;
  for (let at = id; at < id + idDigits; at += 1) if (isIdDigit[buffer[at] ?? 0] === 0) return null;
  let end = time;
  while (isPlainByte(buffer[end])) end += 1;
  if (end === time || end - time > mostTimeBytes) return null;
  if (buffer[end] !== quote || buffer[end + 1] !== comma || buffer[end + 2] !== quote) return null;
  return {
    id: buffer.toString('latin1', id, id + idDigits),
    created: buffer.toString('latin1', time, end),
    ...{ offset, length, checksum: 0 },
  };
}

function holdsAt(buffer: Buffer, at: number, bytes: Buffer): boolean {
  for (let index = 0; index < bytes.length; index += 1) {
    if (buffer[at + index] !== bytes[index]) return false;
  }
  return true;
}

/** Of ASCII, and no part of an escape or the end of a text. */
function isPlainByte(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x20 && byte < 0x7f && byte !== quote && byte !== backslash;
}

const idDigits = 40;
const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const isIdDigit = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)),
);
