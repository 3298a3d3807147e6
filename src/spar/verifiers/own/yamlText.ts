import { isCollection, parseDocument } from 'yaml';

/**
 * Why a text is no YAML with a list or a mapping at its top, as a sentence with the place; null where it is. Plain prose
 * is a YAML text as well, so a lone text or number does not count.
 */
export function yamlProblem(text: string): string | null {
  const document = parseDocument(text, { prettyErrors: true, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) {
    const [start] = error.linePos ?? [];
    const [said = ''] = error.message.split(/ at line \d|\n/u);
    const words = `${said.replace(/[:.]$/u, '')}.`;
    return start === undefined ? words : `line ${start.line}, column ${start.col}: ${words}`;
  }
  return isCollection(document.contents)
    ? null
    : 'there is no list and no mapping of names to values at its top.';
}
