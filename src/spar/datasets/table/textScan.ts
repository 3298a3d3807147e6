import { parseDatasetLine } from '../datasetLine';
import { textFields, type RecordBytes } from './recordBytes';
import type { TextField } from './recordFilter';
import { textOfLine, type ByteRange, type CandidatePlace, type RangeReader } from './scan';
import { holdsText } from './textMatch';
import { textPattern, type TextHits, type TextPattern } from './textPattern';

/** Text to look for, in lower case. */
export interface TextWish {
  readonly lowered: string;
  readonly fields: readonly TextField[] | null;
  /**
   * Where the lines of records begin whose bytes did not tell all when they were read, ascending. Of any other line that is
   * a record's, a text that is found counts without the rest being looked at; it may be given although it is no record's.
   */
  readonly unusual: Float64Array;
}

/**
 * Where the lines of records begin that hold a text as they were found. Most lines are passed over by their bytes, and
 * of most others their bytes tell; what they leave open is parsed and looked at.
 */
export function matchingOffsets(
  reader: RangeReader,
  range: ByteRange,
  wish: TextWish,
): Float64Array<ArrayBuffer> {
  const offsets: number[] = [];
  const { unusual } = wish;
  const pattern = textPattern(wish.lowered);
  const line = new SearchedLine(wish, pattern, reader.record);
  let next = 0;
  reader.eachCandidate(range, pattern, (lines, place) => {
    while ((unusual[next] ?? Number.POSITIVE_INFINITY) < place.offset) next += 1;
    const isUsual = unusual[next] !== place.offset;
    const sure = line.holdsSurely(lines, place, isUsual);
    if (sure ?? holds(lines.subarray(place.start, place.end), wish)) offsets.push(place.offset);
  });
  return Float64Array.from(offsets);
}

function holds(line: Buffer, { lowered, fields }: TextWish): boolean {
  const text = textOfLine(line);
  const parsed = text === null ? null : parseDatasetLine(text);
  if (parsed?.type !== 'line' || parsed.line.kind !== 'record') return false;
  return holdsText(parsed.line, lowered, fields ?? undefined);
}

/** Looks for the text in the bytes of a line. */
class SearchedLine {
  private readonly wanted: readonly boolean[];
  private lines: Buffer = Buffer.alloc(0);
  private hits: TextHits | null = null;
  private isUsual = false;
  private foundAt = -1;

  constructor(
    { fields }: TextWish,
    private readonly pattern: TextPattern,
    private readonly record: RecordBytes,
  ) {
    this.wanted = textFields.map((field) => fields?.includes(field) ?? true);
  }

  /** Null where the bytes of the line leave it open. */
  holdsSurely(lines: Buffer, { start, end, hits }: CandidatePlace, isUsual: boolean): boolean | null {
    if (hits === null || !this.pattern.isWhole) return null;
    this.lines = lines;
    this.hits = hits;
    this.isUsual = isUsual;
    this.foundAt = -1;
    const isTaken = this.record.takeTexts(lines, start, this.look);
    if (this.foundAt !== -1 && isUsual) return true;
    const { at } = this.record.json;
    if (!isTaken || (at !== end && !(at === end - 1 && lines[at] === 13))) return null;
    if (this.foundAt !== -1) return true;
    return hits.markerFrom(start) < end ? null : false;
  }

  /** A line that is not written as usual is looked at to its end: a key that stands twice may change what it says. */
  private readonly look = (start: number, end: number, field: number): boolean => {
    if (this.foundAt !== -1 || this.wanted[field] !== true || this.hits === null) return true;
    let hit = this.hits.hitFrom(start);
    while (hit < end && isWithinEscape(this.lines, hit)) hit = this.hits.hitFrom(hit + 1);
    if (hit >= end) return true;
    this.foundAt = hit;
    return !this.isUsual;
  };
}

/** Of a place in a text between quotes: whether an escape begins before it and ends after it. */
function isWithinEscape(bytes: Buffer, at: number): boolean {
  if (bytes[at - 1] === backslash) return beginsEscape(bytes, at - 1);
  for (let length = 2; length <= 5; length += 1) {
    const start = at - length;
    if (bytes[start + 1] === letterU && bytes[start] === backslash) return beginsEscape(bytes, start);
  }
  return false;
}

/** Of a backslash: whether it is not itself escaped. */
function beginsEscape(bytes: Buffer, at: number): boolean {
  let first = at;
  while (bytes[first - 1] === backslash) first -= 1;
  return (at - first) % 2 === 0;
}

const backslash = 0x5c;
const letterU = 0x75;
