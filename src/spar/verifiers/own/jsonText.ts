import { parseTree, type ParseError } from 'jsonc-parser';
import { placeOf } from './place';
import { syntaxWords } from './syntaxWords';

/** A text without the one code fence around all of it, if it has one; each line keeps its number. */
export function withoutFence(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  const last = lines.findLastIndex((line) => line.trim() !== '');
  const mark = /^\s*(`{3,}|~{3,})[^`]*$/u.exec(lines[first] ?? '')?.[1];
  if (mark === undefined || last <= first || lines[last]?.trim() !== mark) return text;
  return '\n'.repeat(first + 1) + lines.slice(first + 1, last).join('\n');
}

/** Why a text is no JSON, as a sentence with the place; null where it is. */
export function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    return faultOf(text) ?? (error instanceof Error ? `${error.message}.` : 'it can’t be read.');
  }
}

/** `JSON.parse` tells a place in some cases only, and differently in each version of Node. */
function faultOf(text: string): string | null {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    // It recurses at each bracket.
    if (error instanceof RangeError) return 'it is nested too deeply.';
    throw error;
  }
  const [first] = errors;
  if (first === undefined) return null;
  const { line, column } = placeOf(text, first.offset);
  return `line ${line}, column ${column}: ${syntaxWords(first.error)}.`;
}
