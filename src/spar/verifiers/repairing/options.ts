export const constrainedOptions = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'] as const;

/** The plain yes, no or maybe that a response begins with, said in the words asked for. */
export function withOption(text: string): readonly string[] {
  const spoken = /my answer is (?<word>yes|no|maybe)(?:\.|!|(?=["”\s*]|$))/iu.exec(text);
  if (spoken !== null) return [replaced(text, spoken)];
  const first = /^[\s*_"“]*(?<word>yes|no|maybe)(?:[.,!]|(?=\s*$))/iu.exec(text);
  return first === null ? [] : [replaced(text, first)];
}

function replaced(text: string, match: RegExpExecArray): string {
  const word = (match.groups?.['word'] ?? '').toLowerCase();
  const rest = text.slice(match.index + match[0].length).trimStart();
  const head = `${text.slice(0, match.index)}My answer is ${word}.`;
  return rest === '' ? head : `${head} ${rest.charAt(0).toUpperCase()}${rest.slice(1)}`;
}
