import { readRow, type ReadRow } from '../../spar/datasets/rowShapes';
import { instructionText } from '../../spar/refiner/instruction';
import { jsonValues } from './jsonValues';
import { assembledText, jsonText, type PlacedPart, type PlacedText } from './placedText';
import type { TextRange } from './sections';

export interface PlacedRow {
  readonly instruction: PlacedText;
  readonly response: PlacedText;
}

/** Rows with more texts, or deeper ones, are no rows that anyone writes by hand. */
const mostTexts = 200;
const deepest = 12;

/** Stands in for a text of the row, to see where the row's reading takes it. */
const marker = '\ue0f1SPaR\ue0f2';

/**
 * Where a row's instruction and response stand in a document. Each text of the row is exchanged for a marker and
 * the row read again: where the marker comes out is where the text goes, whatever the row's shape.
 *
 * @param row the row's stretch of the document, which must be JSON that `readRow` takes.
 */
export function placedRow(document: string, row: TextRange, read: ReadRow): PlacedRow {
  const source = document.slice(row.start, row.end);
  const value = JSON.parse(source.replace(/^\ufeff/u, ' ')) as unknown;
  const asked: PlacedPart[] = [];
  const answered: PlacedPart[] = [];
  const instruction = instructionText(read.instruction);
  const response = read.response ?? '';
  for (const { start, end, path } of jsonValues(source, { kind: 'text', deepest, most: mostTexts })) {
    const before = exchange(value, path, marker);
    if (before === null) continue;
    const result = readRow(value);
    exchange(value, path, before);
    if (!result.ok) continue;
    const place = (text: string, into: PlacedPart[]): void => {
      const at = text.indexOf(marker);
      if (at < 0) return;
      const inside = { start: row.start + start + 1, end: row.start + end - 1 };
      into.push({ at, part: jsonText(document, inside) });
    };
    place(instructionText(result.row.instruction), asked);
    place(result.row.response ?? '', answered);
  }
  return {
    instruction: assembledText(instruction, fitting(instruction, asked)),
    response: assembledText(response, fitting(response, answered)).normalised({ trim: true }),
  };
}

/** Parts that say in the text what they say in the document; a text may depend on another in ways that are not known. */
function fitting(text: string, parts: readonly PlacedPart[]): readonly PlacedPart[] {
  return parts.filter(({ at, part }) => text.startsWith(part.text, at));
}

/** Sets the text at a path and answers with what was there; null where no text is. */
function exchange(value: unknown, path: readonly (string | number)[], text: string): string | null {
  let holder = value;
  for (const key of path.slice(0, -1)) {
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, key)) return null;
    holder = (holder as Record<string | number, unknown>)[key];
  }
  const last = path.at(-1);
  if (last === undefined || typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, last))
    return null;
  const members = holder as Record<string | number, unknown>;
  const before = members[last];
  if (typeof before !== 'string') return null;
  members[last] = text;
  return before;
}
