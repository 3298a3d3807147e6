import { parseDatasetLine } from '../datasetLine';
import { escapeLength } from './jsonBytes';
import { RecordBytes, textFields } from './recordBytes';
import type { TextField } from './recordFilter';
import { textOfLine, type ByteRange, type RangeReader } from './scan';
import { holdsText } from './textMatch';
import { textPattern, type TextHits } from './textPattern';

/** Text to look for, in lower case. */
export interface TextWish {
  readonly lowered: string;
  readonly fields: readonly TextField[] | null;
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
  const pattern = textPattern(wish.lowered);
  const wanted = textFields.map((field) => wish.fields?.includes(field) ?? true);
  const record = new RecordBytes();
  reader.eachCandidate(range, pattern, (lines, { start, end, offset, hits }) => {
    const sure =
      hits === null || !pattern.isWhole ? null : holdsSurely(lines, { start, end }, { record, hits, wanted });
    if (sure ?? holds(lines.subarray(start, end), wish)) offsets.push(offset);
  });
  return Float64Array.from(offsets);
}

function holds(line: Buffer, { lowered, fields }: TextWish): boolean {
  const text = textOfLine(line);
  const parsed = text === null ? null : parseDatasetLine(text);
  if (parsed?.type !== 'line' || parsed.line.kind !== 'record') return false;
  return holdsText(parsed.line, lowered, fields ?? undefined);
}

/** Null where the bytes of the line leave it open. */
function holdsSurely(
  lines: Buffer,
  line: { readonly start: number; readonly end: number },
  by: { readonly record: RecordBytes; readonly hits: TextHits; readonly wanted: readonly boolean[] },
): boolean | null {
  const { record, hits, wanted } = by;
  if (!record.take(lines, line.start)) return null;
  const { at } = record.json;
  if (at !== line.end && !(at === line.end - 1 && lines[at] === 13)) return null;
  const isMarked = hits.markerFrom(line.start) < line.end;
  const { count, starts, ends, labels } = record.texts;
  for (let index = 0; index < count; index += 1) {
    if (wanted[labels[index] ?? 0] !== true) continue;
    const end = ends[index] ?? 0;
    let character = starts[index] ?? 0;
    for (let hit = hits.hitFrom(character); hit < end; hit = hits.hitFrom(hit + 1)) {
      while (character < hit) character += escapeLength(lines, character) || 1;
      if (character === hit) return true;
    }
  }
  return isMarked ? null : false;
}
