import { parseDatasetLine } from '../datasetLine';
import type { TextField } from './recordFilter';
import { textOfLine, type ByteRange, type RangeReader } from './scan';
import { textPattern } from './textPattern';
import { holdsText } from './textMatch';

/** Text to look for, in lower case. */
export interface TextWish {
  readonly lowered: string;
  readonly fields: readonly TextField[] | null;
}

/**
 * Where the lines of records begin that hold a text as they were found. Most lines are passed over by their bytes;
 * those that might hold it are parsed and looked at.
 */
export function matchingOffsets(
  reader: RangeReader,
  range: ByteRange,
  wish: TextWish,
): Float64Array<ArrayBuffer> {
  const offsets: number[] = [];
  const pattern = textPattern(wish.lowered);
  reader.eachCandidate(range, pattern, (bytes, offset) => {
    const text = textOfLine(bytes);
    const parsed = text === null ? null : parseDatasetLine(text);
    if (parsed?.type !== 'line' || parsed.line.kind !== 'record') return;
    if (holdsText(parsed.line, wish.lowered, wish.fields ?? undefined)) offsets.push(offset);
  });
  return Float64Array.from(offsets);
}
