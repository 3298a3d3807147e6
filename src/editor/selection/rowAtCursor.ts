import { readRow, type ReadRow } from '../../spar/datasets/rowShapes';
import { scanJson, type JsonFault, type JsonSpan } from './jsonScan';

/** How a file holds rows. */
export type RowFile = 'json' | 'json-lines';

export interface RowAtCursor {
  readonly row: ReadRow;
  /** From 1: the line in JSON Lines, the element of its list in JSON; null for a row that is the whole file. */
  readonly number: number | null;
  /** Where the row's text stands; UTF-16 offsets. */
  readonly start: number;
  readonly end: number;
}

export type RowProblemAtCursor = {
  readonly code: 'no-row' | 'malformed-row' | 'unknown-row';
  readonly message: string;
};

export type RowAtCursorResult =
  | { readonly ok: true; readonly found: RowAtCursor }
  | { readonly ok: false; readonly problem: RowProblemAtCursor };

/** How the file holds rows, told by its language and name; null for a file that holds text. */
export function rowFileKind(document: {
  readonly languageId: string;
  readonly fileName: string;
}): RowFile | null {
  const name = document.fileName.toLowerCase();
  if (
    /\.(?:jsonl|ndjson|jsonlines)$/.test(name) ||
    /^(?:jsonl|jsonlines|ndjson)$/.test(document.languageId)
  ) {
    return 'json-lines';
  }
  return name.endsWith('.json') || /^jsonc?$/.test(document.languageId) ? 'json' : null;
}

/** The row whose text holds the offset. */
export function rowAtCursor(text: string, offset: number, kind: RowFile): RowAtCursorResult {
  return kind === 'json-lines' ? rowOfLine(text, offset) : rowOfJson(text, offset);
}

function rowOfLine(text: string, offset: number): RowAtCursorResult {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1;
  const newline = text.indexOf('\n', offset);
  const end = newline < 0 ? text.length : newline;
  const line = text.slice(start, end);
  if (line.trim() === '')
    return refuse('no-row', 'The cursor is on an empty line. Put it on the row to refine.');
  const number = lineAndColumn(text, start).line;
  const { fault, roots } = scanJson(line, 0);
  if (fault !== null) return malformed(text, { ...fault, offset: start + fault.offset });
  if (roots !== 1) {
    return refuse(
      'malformed-row',
      `Line ${number} holds ${roots} values; JSON Lines has one row a line. Put each on its own line.`,
    );
  }
  const result = readRow(JSON.parse(line.replace(/^\ufeff/, '')));
  if (result.ok) return { ok: true, found: { row: result.row, number, start, end } };
  return refuse('unknown-row', `Line ${number}: ${result.problem.message}`);
}

/** Objects around the cursor that are tried, from the outside in; rows are not nested deeper. */
const mostObjects = 16;

/** In JSON, the outermost object around the cursor that is a row: a row's own turns are objects too. */
function rowOfJson(text: string, offset: number): RowAtCursorResult {
  const scan = scanJson(text, offset);
  const around = scan.around.length > 0 ? scan.around : scan.onlyRoot === null ? [] : [scan.onlyRoot];
  const tried = around.slice(0, mostObjects).map((span) => ({ span, result: readRow(parsed(text, span)) }));
  for (const { span, result } of tried) {
    if (result.ok)
      return {
        ok: true,
        found: { row: result.row, number: numberOf(span), start: span.start, end: span.end },
      };
  }
  if (scan.fault !== null) return malformed(text, scan.fault);
  // The element of the outermost list is what a person takes for the row.
  const meant = tried.find(({ span }) => span.index !== null) ?? tried[0];
  if (meant === undefined || meant.result.ok) {
    return refuse('no-row', 'The cursor is not in a row. Put it inside the { … } of the row to refine.');
  }
  const number = numberOf(meant.span);
  return refuse('unknown-row', `${number === null ? '' : `Row ${number}: `}${meant.result.problem.message}`);
}

function parsed(text: string, span: JsonSpan): unknown {
  return JSON.parse(text.slice(span.start, span.end));
}

function numberOf(span: JsonSpan): number | null {
  return span.index === null ? null : span.index + 1;
}

function malformed(text: string, fault: JsonFault): RowAtCursorResult {
  const { line, column } = lineAndColumn(text, fault.offset);
  return refuse(
    'malformed-row',
    `Line ${line}, column ${column}: this is not JSON, ${fault.message}. Mend the row and try again.`,
  );
}

/** From 1, as the editor's status bar counts them. */
function lineAndColumn(text: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) {
    line += 1;
    lineStart = at + 1;
  }
  return { line, column: offset - lineStart + 1 };
}

function refuse(code: RowProblemAtCursor['code'], message: string): RowAtCursorResult {
  return { ok: false, problem: { code, message } };
}
