import { readRow, type ReadRow, type RowConstraints } from '../../spar/datasets/rowShapes';
import { instructionText } from '../../spar/refiner/instruction';
import { isBinary } from '../../spar/text/textProblem';
import { scanJson } from './jsonScan';
import { jsonValues } from './jsonValues';
import { placedRow } from './placedRow';
import { assembledText, plainText, type PlacedPart, type PlacedText } from './placedText';
import { rowAtCursor, rowFileKind } from './rowAtCursor';
import { readSections, textIn, type SectionPair, type TextRange } from './sections';
import { proseLanguages } from './readSelection';

/** An instruction and its response as they stand in a document. */
export interface PlacedItem {
  /** The row, or from the section's first label to the next one. */
  readonly range: TextRange;
  readonly instruction: PlacedText;
  readonly response: PlacedText;
  /** Constraints that a row's own columns give; null elsewhere. */
  readonly columns: RowConstraints | null;
}

export interface DocumentInput {
  readonly text: string;
  readonly languageId: string;
  /** Path or name; only its end is looked at. */
  readonly fileName: string;
}

/** What lines of rows were read as, kept from one reading to the next; null for a line that holds no item. */
export type KnownLines = Map<string, PlacedItem | null>;

/** Items read from one document at most: enough for what a person works on by hand. */
const mostItems = 2000;

/**
 * Every instruction with a response that `Refine Response` would read with the cursor in it, in text order, one by
 * one so that the caller can rest in between. Items without a response are left out. Never throws.
 */
export function* documentItems(
  input: DocumentInput,
  known: KnownLines = new Map(),
): Generator<PlacedItem, void, undefined> {
  const { text } = input;
  if (isBinary(text)) return;
  const rows = rowFileKind(input);
  if (rows === 'json') yield* limited(itemsOfJson(text));
  else if (rows === 'json-lines') yield* limited(itemsOfLines(text, known));
  else if (proseLanguages.has(input.languageId)) {
    const sections = readSections(text);
    if (sections.ranges.length > 0) yield* limited(itemsOfSections(text, 0));
    else if (text.trimStart().startsWith('{')) yield* limited(itemsOfLines(text, known));
  }
}

/** The items of the labelled sections in a text; `offset`: where it begins in the document. */
export function* itemsOfSections(text: string, offset: number): Generator<PlacedItem, void, undefined> {
  const sections = readSections(text);
  for (const [index, range] of sections.ranges.entries()) {
    const pair = sections.pair(index);
    const item = pair === undefined ? null : itemOfPair(text, range, pair);
    if (item !== null) yield offset === 0 ? item : movedItem(item, offset);
  }
}

/** An item of two stretches of a document. */
export function itemOfRanges(document: string, asked: TextRange, answered: TextRange): PlacedItem {
  return {
    range: { start: Math.min(asked.start, answered.start), end: Math.max(asked.end, answered.end) },
    instruction: plainText(document, asked).normalised({ trim: true }),
    response: plainText(document, answered).normalised({ trim: true }),
    columns: null,
  };
}

/** The item around an offset, read without the others. Never throws. */
export function itemAround(input: DocumentInput, offset: number): PlacedItem | null {
  const { text } = input;
  if (isBinary(text)) return null;
  const rows = rowFileKind(input);
  if (rows === 'json-lines') return itemOfLineAt(text, offset);
  if (rows === 'json') {
    const result = rowAtCursor(text, offset, rows);
    return result.ok ? itemOfRow(text, result.found) : null;
  }
  if (!proseLanguages.has(input.languageId)) return null;
  const sections = readSections(text);
  if (sections.ranges.length === 0) return itemOfLineAt(text, offset);
  const index = sections.ranges.findLastIndex(({ start }) => start <= offset);
  const range = sections.ranges[index];
  const pair = sections.pair(index);
  return range === undefined || pair === undefined ? null : itemOfPair(text, range, pair);
}

function itemOfLineAt(text: string, offset: number): PlacedItem | null {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const line = text.slice(start, newline < 0 ? text.length : newline);
  const item = /^[\ufeff \t]*\{/u.test(line) ? itemOfLine(line) : null;
  return item === null ? null : movedItem(item, start);
}

/** The item whose range holds the offset; between two the second. */
export function itemAt<Item extends { readonly range: TextRange }>(
  items: readonly Item[],
  offset: number,
): Item | null {
  return items.findLast(({ range }) => range.start <= offset && offset <= range.end) ?? null;
}

function* limited(items: Iterable<PlacedItem>): Generator<PlacedItem, void, undefined> {
  let count = 0;
  for (const item of items) {
    yield item;
    count += 1;
    if (count >= mostItems) return;
  }
}

function* itemsOfLines(text: string, known: KnownLines): Generator<PlacedItem, void, undefined> {
  const used: [string, PlacedItem | null][] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(start, end);
    if (/^[\ufeff \t]*\{/u.test(line)) {
      const item = known.get(line) ?? itemOfLine(line);
      used.push([line, item]);
      if (item !== null) yield movedItem(item, start);
    }
    start = end + 1;
  }
  known.clear();
  for (const [line, item] of used) known.set(line, item);
}

function itemOfLine(line: string): PlacedItem | null {
  const { fault, roots } = scanJson(line, 0);
  return fault === null && roots === 1 ? itemOfRow(line, { start: 0, end: line.length }) : null;
}

/** The outermost objects that are rows: a row's own turns are objects too. */
function* itemsOfJson(text: string): Generator<PlacedItem, void, undefined> {
  if (scanJson(text, 0).fault !== null) return;
  const objects = jsonValues(text, { kind: 'object', deepest: 2, most: 50_000 });
  let until = 0;
  for (const { start, end } of [...objects].sort((a, b) => a.start - b.start)) {
    if (start < until) continue;
    const item = itemOfRow(text, { start, end });
    if (item === null) continue;
    until = end;
    yield item;
  }
}

function itemOfRow(document: string, { start, end }: TextRange): PlacedItem | null {
  const result = readRow(JSON.parse(document.slice(start, end).replace(/^\ufeff/u, ' ')));
  return result.ok && hasResponse(result.row) ? itemOfReadRow(document, { start, end }, result.row) : null;
}

function hasResponse(row: ReadRow): boolean {
  return row.response !== null && row.response.trim() !== '';
}

function itemOfReadRow(document: string, range: TextRange, row: ReadRow): PlacedItem {
  return { range, ...placedRow(document, range, row), columns: row.constraints ?? null };
}

function itemOfPair(text: string, range: TextRange, pair: SectionPair): PlacedItem | null {
  const instruction = instructionText(pair.instruction);
  if (pair.response === null || pair.response.end === pair.response.start || instruction.trim() === '')
    return null;
  const parts: PlacedPart[] = [];
  let from = 0;
  for (const asked of pair.asked) {
    const part = plainText(text, asked).normalised({ trim: false });
    const at = instruction.indexOf(textIn(text, asked), from);
    if (at < 0) continue;
    parts.push({ at, part });
    from = at + part.text.length;
  }
  return {
    range,
    instruction: assembledText(instruction, parts),
    response: plainText(text, pair.response).normalised({ trim: false }),
    columns: null,
  };
}

/** The same item in a document in which `by` units more stand before it. */
function movedItem(item: PlacedItem, by: number): PlacedItem {
  return {
    ...item,
    range: { start: item.range.start + by, end: item.range.end + by },
    instruction: item.instruction.moved(by),
    response: item.response.moved(by),
  };
}
