export const constrainedOptions = ['My answer is yes.', 'My answer is no.', 'My answer is maybe.'] as const;

/** The plain yes, no or maybe that a response gives, said in the words asked for, as a sentence of its own. */
export function withOption(text: string): readonly string[] {
  const spoken = /my answer is (?<word>yes|no|maybe)(?:\.|!|(?=["”\s*]|$))/iu.exec(text);
  const match = spoken ?? /^[\s*_"“]*(?<word>yes|no|maybe)(?:[.,!]|(?=\s*$))/iu.exec(text);
  if (match === null) return [];
  const head = sentenceBefore(text.slice(0, match.index));
  if (head === null) return [];
  const option = `${head}My answer is ${(match.groups?.['word'] ?? '').toLowerCase()}.`;
  const rest = text.slice(match.index + match[0].length);
  if (spoken !== null && /^\s*$|^["”*_]|^\s*\n/u.test(rest)) return [`${option}${rest.trimEnd()}`];
  const said = rest.trimStart();
  return [said === '' ? option : `${option} ${said.charAt(0).toUpperCase()}${said.slice(1)}`];
}

/** What stands before the answer, closed as a sentence; null where the answer is inside one that can't be closed there. */
function sentenceBefore(before: string): string | null {
  // `Therefore, my answer is no.` loses its first word.
  const bare = before.replace(
    /(?<=^|[.!?]["”)]?\s+|\n\s*)(?:so|and|therefore|thus|hence|overall|finally|consequently|ultimately|in (?:short|conclusion|summary))\b,? $/iu,
    '',
  );
  if (/(?:^|[.!?:]["”)*_]*\s+|\n\s*|[.!?:]\s*["“*_]+|^["“*_\s]+)$/u.test(bare)) return bare;
  // `It snows, so my answer is no.` becomes two sentences.
  const joined =
    /(?<=[\p{L}\p{N})])(?:[,;]| -| –| —)? (?:and |so |and so |and therefore |therefore |thus |hence )$/u.exec(
      bare,
    );
  if (joined !== null) return `${bare.slice(0, joined.index)}. `;
  const comma = /(?<=[\p{L}\p{N})]),\s+$/u.exec(bare);
  return comma === null ? null : `${bare.slice(0, comma.index)}: `;
}
