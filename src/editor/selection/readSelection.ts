import type { RowConstraints, RowShape } from '../../spar/datasets/rowShapes';
import { instructionText, type Instruction } from '../../spar/refiner/instruction';
import { isBinary, maxTextLength } from '../../spar/text/textProblem';
import { rowAtCursor, rowFileKind, type RowFile, type RowProblemAtCursor } from './rowAtCursor';
import { readSections, textIn, trimmed, type SectionPair, type TextRange } from './sections';

export type { TextRange } from './sections';

/** What an editor shows; all offsets are UTF-16, into `text`. */
export interface SelectionInput {
  /** The whole document. */
  readonly text: string;
  readonly languageId: string;
  /** Path or name; only its end is looked at. */
  readonly fileName: string;
  /** In any order; empty ones are cursors. */
  readonly selections: readonly TextRange[];
  /** Offset of the main cursor. */
  readonly cursor: number;
}

export interface SelectionSource {
  readonly kind: 'two-selections' | 'one-selection' | 'sections' | 'row';
  /** Of a row, from 1: the line in JSON Lines, the element in a JSON list; otherwise null. */
  readonly row: number | null;
  readonly shape: RowShape | null;
}

export interface ReadSelection {
  readonly instruction: Instruction;
  /** Line ends are one character, white space at both ends is gone. */
  readonly response: string;
  /** Where the response stands, for writing back; null where it stands in JSON. */
  readonly responseRange: TextRange | null;
  readonly source: SelectionSource;
  readonly critique?: string;
  readonly constraints?: RowConstraints;
}

export type SelectionProblemCode =
  | 'no-selection'
  | 'too-many-selections'
  | 'no-instruction'
  | 'no-response'
  | 'too-large'
  | 'binary'
  | RowProblemAtCursor['code'];

export interface SelectionProblem {
  readonly code: SelectionProblemCode;
  /** What is wrong and what to do, for a person. */
  readonly message: string;
}

export type SelectionResult =
  | ({ readonly ok: true } & ReadSelection)
  | {
      readonly ok: false;
      readonly problem: SelectionProblem;
      /** What was found all the same, for the steps that ask for the rest. */
      readonly partial?: Partial<ReadSelection>;
    };

/** The instruction and the response that a person means by what is selected. Never throws. */
export function readSelection(input: SelectionInput): SelectionResult {
  if (isBinary(input.text)) {
    return refuse(
      'binary',
      'This file is not text. Open a text file, or a dataset in JSON Lines, and select a response in it.',
    );
  }
  const selections = input.selections
    .filter((range) => trimmed(input.text, range).end > trimmed(input.text, range).start)
    .toSorted((a, b) => a.start - b.start);
  const rows = rowFileKind(input);
  if (rows !== null) return readRowSelection(input, { selections, rows });
  const [first, second] = selections;
  if (selections.length > 2) {
    return refuse(
      'too-many-selections',
      `There are ${selections.length} selections. Select the instruction and the response, or the response alone.`,
    );
  }
  if (first === undefined) return readAtCursor(input);
  if (second === undefined) return readOneSelection(input.text, first);
  return checked({
    instruction: textIn(input.text, trimmed(input.text, first)),
    ...responseIn(input.text, trimmed(input.text, second)),
    source: { kind: 'two-selections', row: null, shape: null },
  });
}

interface Rows {
  readonly selections: readonly TextRange[];
  readonly rows: RowFile;
}

/** In a file of rows a selection only tells the row: text cut from JSON would keep its escapes. */
function readRowSelection(input: SelectionInput, { selections, rows }: Rows): SelectionResult {
  const result = rowAtCursor(
    input.text,
    selections[0] === undefined ? input.cursor : trimmed(input.text, selections[0]).start,
    rows,
  );
  if (!result.ok) return refuse(result.problem.code, result.problem.message);
  const { row, number, start, end } = result.found;
  if (selections.some((range) => range.start < start || trimmed(input.text, range).end > end)) {
    return refuse(
      'too-many-selections',
      'More than one row is selected. Put the cursor in the one row to refine.',
    );
  }
  const { instruction, response, critique, constraints } = row;
  return checked({
    instruction,
    response: response === null ? '' : response.replace(/\r\n?/g, '\n').trim(),
    responseRange: null,
    source: { kind: 'row', row: number, shape: row.shape },
    ...(critique === undefined ? {} : { critique }),
    ...(constraints === undefined ? {} : { constraints }),
  });
}

function readOneSelection(text: string, range: TextRange): SelectionResult {
  const pair = readSections(text.slice(range.start, range.end)).pair(0);
  if (pair !== undefined) return checked(fromPair(text, pair, range.start));
  const around = responseSectionAt(text, trimmed(text, range));
  if (around !== undefined) return checked(fromPair(text, around, 0));
  return checked({
    instruction: '',
    ...responseIn(text, trimmed(text, range)),
    source: { kind: 'one-selection', row: null, shape: null },
  });
}

/** The pair whose response is exactly what is selected: its heading need not be selected too. */
function responseSectionAt(text: string, selected: TextRange): SectionPair | undefined {
  const sections = readSections(text);
  const pair = sections.pair(sections.ranges.findLastIndex((range) => range.start <= selected.start));
  const { start, end } = pair?.response ?? { start: -1, end: -1 };
  return start === selected.start && end === selected.end ? pair : undefined;
}

export const proseLanguages: ReadonlySet<string> = new Set([
  'markdown',
  'plaintext',
  'mdx',
  'quarto',
  'rmd',
  'asciidoc',
  'restructuredtext',
]);

function readAtCursor(input: SelectionInput): SelectionResult {
  const { text, cursor, languageId } = input;
  if (proseLanguages.has(languageId)) {
    const sections = readSections(text);
    const around = sections.ranges.findLastIndex((range) => range.start <= cursor);
    const pair = sections.pair(Math.max(0, around));
    if (pair !== undefined) return checked(fromPair(text, pair, 0));
    // Rows that were pasted into a new document.
    const line = text.slice(cursor === 0 ? 0 : text.lastIndexOf('\n', cursor - 1) + 1).trimStart();
    if (line.startsWith('{')) return readRowSelection(input, { selections: [], rows: 'json-lines' });
  }
  return refuse(
    'no-selection',
    'Nothing is selected. Select a response; or an instruction and a response; or put the cursor in a dataset row, or in a text with headings such as “## Instruction” and “## Response”.',
  );
}

/** `offset`: where the text that the pair's ranges count in begins. */
function fromPair(text: string, pair: SectionPair, offset: number): ReadSelection {
  const range = pair.response;
  const response =
    range === null
      ? { response: '', responseRange: null }
      : responseIn(text, { start: range.start + offset, end: range.end + offset });
  return {
    instruction: pair.instruction,
    ...response,
    source: { kind: 'sections', row: null, shape: null },
    ...(pair.critique === null ? {} : { critique: pair.critique }),
  };
}

function responseIn(text: string, range: TextRange): Pick<ReadSelection, 'response' | 'responseRange'> {
  return { response: textIn(text, range), responseRange: range };
}

/** What was read, if both texts can be used; else the problem with the usable rest. */
function checked(read: ReadSelection): SelectionResult {
  const { instruction, response, responseRange, ...rest } = read;
  const asked = instructionText(instruction);
  const hasInstruction = asked.trim() !== '';
  const { length } = response;
  for (const [name, text] of [
    ['response', response],
    ['instruction', asked],
  ] as const) {
    if (text.length > maxTextLength) return refuse('too-large', tooLarge(name, text.length));
    if (isBinary(text)) {
      return refuse(
        'binary',
        `The ${name} is not text: it holds control characters. Select a part that is text.`,
      );
    }
  }
  if (length === 0) {
    const message = 'The response is empty. Write or paste the response to refine, then try again.';
    return refuse('no-response', message, { ...rest, ...(hasInstruction ? { instruction } : {}) });
  }
  if (!hasInstruction) {
    const message =
      'There is a response but no instruction. Say what was asked, or select the instruction too.';
    return refuse('no-instruction', message, { ...rest, response, responseRange });
  }
  return { ok: true, ...read };
}

function tooLarge(name: string, length: number): string {
  const number = (count: number): string => count.toLocaleString('en');
  return `The ${name} has ${number(length)} characters; at most ${number(maxTextLength)} can be refined. Select a shorter part.`;
}

function refuse(
  ...[code, message, partial]: readonly [SelectionProblemCode, string, Partial<ReadSelection>?]
): SelectionResult {
  return { ok: false, problem: { code, message }, ...(partial === undefined ? {} : { partial }) };
}
