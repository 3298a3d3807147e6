import { isCollection, Lexer, parseDocument, Parser } from 'yaml';
import { placeOf } from './place';

/** Characters; the parser takes some 4 µs for each. */
const longest = 1_000_000;
const deepest = 200;

export type Reading =
  | { readonly kind: 'fits' }
  /** Why it does not fit, as a sentence with the place. */
  | { readonly kind: 'broken'; readonly message: string }
  /** Why it was not read, as the end of a sentence. */
  | { readonly kind: 'unread'; readonly reason: string };

/**
 * Whether a text is YAML with a list or a mapping at its top. Plain prose is a YAML text as well, so a lone text or
 * number does not count. Texts of more than a million characters, or nested more than 200 deep, are not read: the
 * parser recurses, and V8 ends the process where it has to compile a pattern with no stack left.
 */
export function readYaml(text: string): Reading {
  if (text.length > longest) return { kind: 'unread', reason: 'it is longer than a million characters.' };
  if (isNestedDeeply(text)) return { kind: 'unread', reason: `it is nested more than ${deepest} deep.` };
  // Its own words for errors hold the source's lines, which takes quadratic time.
  const document = parseDocument(text, { prettyErrors: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [said = ''] = error.message.split(/ at line \d|\n/u);
    const { line, column } = placeOf(text, error.pos[0]);
    return { kind: 'broken', message: `line ${line}, column ${column}: ${said.replace(/[:.]$/u, '')}.` };
  }
  if (isCollection(document.contents)) return { kind: 'fits' };
  return {
    kind: 'broken',
    message: 'there is no list and no mapping of names to values at its top.',
  };
}

/** Told by the parser's own stack, which it fills without recursion. */
function isNestedDeeply(text: string): boolean {
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    // The tokens that are done have left the stack.
    Array.from(parser.next(lexeme));
    if (parser.stack.length > deepest) return true;
  }
  return false;
}
