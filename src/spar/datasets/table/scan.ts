import { constants, isAscii, isUtf8 } from 'node:buffer';
import { readSync } from 'node:fs';
import { parseDatasetLine } from '../datasetLine';
import type { LineProblem } from '../datasetReader';
import { AboutBytes } from './aboutBytes';
import { RecordBytes } from './recordBytes';
import { SegmentBuilder, type Segment } from './segment';
import { eachCandidate, type TextHits, type TextPattern } from './textPattern';

/** Bytes of a file; a line belongs to the range that it begins in. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
  /** Where the file ends, as far as it is to be read. */
  readonly fileEnd: number;
}

/** Longer lines are damaged and not held in memory: no string can be longer than some 512 MiB. */
export const maxLineBytes = Math.min(1 << 28, constants.MAX_STRING_LENGTH);

const stepBytes = 1 << 20;
/** Most lines are shorter. */
const lineBytes = 1 << 14;
/** Searched at once: strings below a megabyte are on the heap, and what is done with is collected soon. */
const searchedBytes = 1 << 18;

/** Reads ranges of one open file, with one buffer for all. */
export class RangeReader {
  private buffer = Buffer.allocUnsafe(0);
  readonly record = new RecordBytes();
  private readonly about = new AboutBytes();

  constructor(private readonly handle: number) {}

  /** What the lines of a range say. */
  scan(range: ByteRange): Segment {
    const builder = new SegmentBuilder(range);
    this.eachLine(
      range,
      (bytes, place) => takeLine(builder, bytes, place),
      (start, offset) => this.takeQuickly(builder, start, offset),
    );
    return builder.finish();
  }

  /** Where the line ends that begins at `start` of the buffer, if its bytes tell all; -1 where it has to be parsed. */
  private takeQuickly(builder: SegmentBuilder, start: number, offset: number): number {
    const { buffer, record, about } = this;
    const isRecord = record.take(buffer, start);
    if (!isRecord && !about.take(buffer, start)) return -1;
    const { at } = (isRecord ? record : about).json;
    const end = buffer[at] === 13 ? at + 1 : at;
    if (buffer[end] !== 10) return -1;
    const line = builder.nextLine({ offset, length: end - start, isTerminated: true });
    const length = at - start;
    if (isRecord) builder.foundRecord(record, { offset, length, line });
    else builder.foundAbout(about, { offset, length });
    return end;
  }

  /**
   * Calls `take` with each line that begins in the range; `bytes` are without the line end and only valid then. Lines
   * that `quick` takes are passed over: it is given where a line begins in the buffer and in the file, and gives where
   * it ends in the buffer, or -1.
   */
  eachLine(
    range: ByteRange,
    take: (bytes: Buffer | null, place: ScannedPlace) => void,
    quick: (start: number, offset: number) => number = () => -1,
  ): void {
    const first = this.firstLine(range);
    if (first === null) return;
    let offset = first;
    let { from, filled, isText } = this.fillLines(first, Math.min(range.end, range.fileEnd));
    while (offset < range.end && offset < range.fileEnd) {
      const end = isText ? quick(from, offset) : -1;
      if (end !== -1) {
        offset += end - from + 1;
        from = end + 1;
        continue;
      }
      const at = this.buffer.subarray(0, filled).indexOf(10, from);
      if (at !== -1) {
        take(this.buffer.subarray(from, at), { offset, length: at - from, isTerminated: true });
        offset += at - from + 1;
        from = at + 1;
        continue;
      }
      const line = this.longLine(offset, range.fileEnd);
      if (line.length > 0 || line.isTerminated) take(line.bytes, { offset, ...line });
      offset += line.length + (line.isTerminated ? 1 : 0);
      if (!line.isTerminated) return;
      ({ from, filled, isText } = this.fillLines(offset, Math.min(range.end, range.fileEnd)));
    }
  }

  /** Calls `take` with each line that begins in the range and might hold the text; the bytes are only valid then. */
  eachCandidate(
    range: ByteRange,
    pattern: TextPattern,
    take: (lines: Buffer, place: CandidatePlace) => void,
  ): void {
    const first = this.firstLine(range);
    if (first === null) return;
    const last = Math.min(range.end, range.fileEnd);
    for (let offset = first; offset < last;) {
      const { filled } = this.fill(offset, Math.min(offset + searchedBytes, last));
      const whole = this.buffer.subarray(0, filled).lastIndexOf(10) + 1;
      const lines = this.buffer.subarray(0, whole);
      const isText = isUtf8(lines);
      const base = offset;
      eachCandidate(lines, pattern, (start, end, hits) =>
        take(lines, { start, end, offset: base + start, hits: isText ? hits : null }),
      );
      offset += whole;
      if (whole > 0) continue;
      const line = this.longLine(offset, range.fileEnd);
      if (line.bytes !== null) take(line.bytes, { start: 0, end: line.length, offset, hits: null });
      // Nothing follows, also where the file is shorter by now than it was.
      if (!line.isTerminated) return;
      offset += line.length + 1;
    }
  }

  /** Where the first line that begins in the range begins; null where none does. */
  private firstLine(range: ByteRange): number | null {
    const last = Math.min(range.end, range.fileEnd);
    if (range.start === 0) return last > 0 ? 0 : null;
    for (let at = range.start - 1; at < last; at += lineBytes) {
      const { filled } = this.fill(at, Math.min(at + lineBytes, last));
      const found = this.buffer.subarray(0, filled).indexOf(10);
      if (found !== -1) return at + found + 1 < last ? at + found + 1 : null;
      if (filled === 0) return null;
    }
    return null;
  }

  /** Whether all whole lines are text is asked once for all. */
  private fillLines(start: number, end: number) {
    const filled = this.fill(start, end);
    const whole = this.buffer.subarray(0, filled.filled).lastIndexOf(10) + 1;
    return { ...filled, isText: isUtf8(this.buffer.subarray(0, whole)) };
  }

  private fill(start: number, end: number): { readonly from: number; readonly filled: number } {
    this.reserve(end - start + 1);
    let filled = 0;
    while (start + filled < end) {
      const count = readSync(this.handle, this.buffer, filled, end - start - filled, start + filled);
      if (count === 0) break;
      filled += count;
    }
    // No line that is read by its bytes goes on into what was there before.
    this.buffer[filled] = 0;
    return { from: 0, filled };
  }

  /** A line that goes on after the range. */
  private longLine(
    offset: number,
    fileEnd: number,
  ): { readonly bytes: Buffer | null; readonly length: number; readonly isTerminated: boolean } {
    for (let wanted = lineBytes; ; wanted *= 2) {
      const end = Math.min(offset + wanted, fileEnd, offset + maxLineBytes + 1);
      const { filled } = this.fill(offset, end);
      const at = this.buffer.subarray(0, filled).indexOf(10);
      if (at !== -1) return { bytes: this.buffer.subarray(0, at), length: at, isTerminated: true };
      if (filled > maxLineBytes)
        return { bytes: null, ...this.endOfHugeLine(offset + filled, offset, fileEnd) };
      if (offset + filled >= fileEnd || filled < end - offset)
        return { bytes: this.buffer.subarray(0, filled), length: filled, isTerminated: false };
    }
  }

  private endOfHugeLine(
    from: number,
    offset: number,
    fileEnd: number,
  ): { readonly length: number; readonly isTerminated: boolean } {
    for (let at = from; at < fileEnd; at += stepBytes) {
      const { filled } = this.fill(at, Math.min(at + stepBytes, fileEnd));
      const found = this.buffer.subarray(0, filled).indexOf(10);
      if (found !== -1) return { length: at + found - offset, isTerminated: true };
    }
    return { length: fileEnd - offset, isTerminated: false };
  }

  private reserve(bytes: number): void {
    if (this.buffer.length < bytes) this.buffer = Buffer.allocUnsafeSlow(bytes);
  }
}

export interface ScannedPlace {
  readonly offset: number;
  readonly length: number;
  readonly isTerminated: boolean;
}

export interface CandidatePlace {
  /** In the bytes. */
  readonly start: number;
  readonly end: number;
  /** In the file. */
  readonly offset: number;
  /** Null where the lines are not known to be UTF-8, or the line is a long one. */
  readonly hits: TextHits | null;
}

/** A line's text without carriage return and byte order mark; null where it is none. */
export function textOfLine(bytes: Buffer): string | null {
  const body = bodyOf(bytes);
  if (isAscii(body)) return body.toString('latin1');
  return isUtf8(body) ? body.toString('utf8') : null;
}

/** What a line is without its carriage return and byte order mark. */
export function bodyOf(bytes: Buffer): Buffer {
  const end = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  return bytes.subarray(start, Math.max(start, end));
}

function takeLine(builder: SegmentBuilder, bytes: Buffer | null, place: ScannedPlace): void {
  const number = builder.nextLine(place);
  const { offset } = place;
  if (bytes === null) {
    const reason = `longer than ${maxLineBytes} bytes`;
    builder.problem({ type: 'damaged', number, offset, length: place.length, reason }, place);
    return;
  }
  const length = bytes.at(-1) === 13 ? bytes.length - 1 : bytes.length;
  const problem = (type: LineProblem['type'], reason: string): void =>
    builder.problem({ type, number, offset, length, reason }, place);
  const text = textOfLine(bytes);
  if (text === null) {
    problem('damaged', 'not valid UTF-8');
    return;
  }
  if (text.length < 64 && text.trim() === '') return;
  const parsed = parseDatasetLine(text);
  if (parsed.type !== 'line') {
    if (text.trim() !== '') problem(parsed.type, parsed.reason);
  } else if (parsed.line.kind === 'record') {
    builder.record(parsed.line, { offset, length, line: number });
  } else builder.about(parsed.line, { offset, length });
}
