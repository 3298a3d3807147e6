import { parseJson } from '../../log/jsonLine';
import type { InputRow } from './readInput';

/** Columns whose cells hold lists or objects as JSON. */
const jsonColumns: ReadonlySet<string> = new Set([
  'messages',
  'conversations',
  'completions',
  'completion',
  'prompt',
  'input',
  'preferred_output',
  'non_preferred_output',
  'instruction_id_list',
  'kwargs',
]);

/**
 * The rows of a CSV text (RFC 4180; quoted cells may hold line ends) as objects of its heading's columns. Every value
 * is a text, but for lists and objects in columns that hold such, and `true` or `false` in `label`.
 *
 * @param separator Null: the heading's, of comma, semicolon and tab.
 */
export function* csvRows(text: string, separator: string | null): Generator<InputRow, void, void> {
  const [heading = ''] = text.split(/\r?\n/u, 1);
  const between =
    separator ?? [',', ';', '\t'].reduce((a, b) => (count(heading, b) > count(heading, a) ? b : a));
  let columns: readonly string[] | null = null;
  for (const { cells, line, closed } of csvLines(text, between)) {
    if (!closed) yield { place: line, ok: false, reason: 'a quoted cell has no end' };
    else if (columns === null) columns = cells.map((name) => name.trim());
    else if (cells.length !== columns.length) {
      const reason = `${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, where the heading has ${columns.length}`;
      yield { place: line, ok: false, reason };
    } else {
      const entries = columns.map((name, index) => [name, cellValue(name, cells[index] ?? '')] as const);
      yield { place: line, ok: true, value: Object.fromEntries(entries.filter(([, value]) => value !== '')) };
    }
  }
}

interface CsvLine {
  readonly cells: readonly string[];
  /** That it begins on, from 1. */
  readonly line: number;
  readonly closed: boolean;
}

/** Jumps from mark to mark, so a long cell costs no more than its search. */
function* csvLines(text: string, separator: string): Generator<CsvLine, void, void> {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const start = line;
    const cells: string[] = [];
    let closed = true;
    for (;;) {
      const cell = text[at] === '"' ? quotedCell(text, at, separator) : plainCell(text, at, separator);
      cells.push(cell.value);
      line += count(text.slice(at, cell.end), '\n');
      closed &&= cell.closed;
      at = cell.end;
      if (text[at] !== separator) break;
      at += 1;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at += 1;
    at += 1;
    line += 1;
    if (!closed || cells.length > 1 || cells[0] !== '') yield { cells, line: start, closed };
  }
}

interface Cell {
  readonly value: string;
  /** Of the separator or line end after it. */
  readonly end: number;
  readonly closed: boolean;
}

function plainCell(text: string, from: number, separator: string): Cell {
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== '\n') {
    if (text[end] === '\r' && text[end + 1] === '\n') break;
    end += 1;
  }
  return { value: text.slice(from, end), end, closed: true };
}

function quotedCell(text: string, from: number, separator: string): Cell {
  const parts: string[] = [];
  for (let at = from + 1; ;) {
    const quote = text.indexOf('"', at);
    if (quote === -1) return { value: '', end: text.length, closed: false };
    parts.push(text.slice(at, quote));
    if (text[quote + 1] !== '"') {
      // What some writers leave behind the closing quote is part of the cell.
      const rest = plainCell(text, quote + 1, separator);
      return { ...rest, value: parts.join('"') + rest.value };
    }
    at = quote + 2;
  }
}

function cellValue(column: string, cell: string): unknown {
  if (column === 'label' && /^(?:true|false)$/iu.test(cell)) return cell.toLowerCase() === 'true';
  if (!jsonColumns.has(column) || !/^\s*[[{]/u.test(cell)) return cell;
  const parsed = parseJson(cell);
  // A prompt that happens to be JSON stays a text; a conversation is a list of objects.
  const isList =
    parsed.ok && Array.isArray(parsed.value) && parsed.value.every((item) => typeof item === 'object');
  const isText = column === 'prompt' || column === 'completion' || column === 'input';
  return parsed.ok && (!isText || isList) ? parsed.value : cell;
}

function count(text: string, character: string): number {
  let found = 0;
  for (let at = text.indexOf(character); at !== -1; at = text.indexOf(character, at + 1)) found += 1;
  return found;
}
