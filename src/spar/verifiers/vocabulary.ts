/** Words of a list that a repair adds, and those that join or part clauses: none of them says anything new. */
const joints = ['keyword', 'keywords', 'this', 'these', 'but', 'then', 'because'];

/** Words that a repair of `text` may use, folded in case: those of the text, of the instruction, and joints. */
export function wordsKnown(instructionText: string, text: string): ReadonlySet<string> {
  const known = new Set(joints);
  for (const source of [instructionText, text]) {
    for (const match of source.matchAll(word)) known.add(folded(match[0]));
  }
  return known;
}

/** True where a text says a word that is not known: a repair must not invent. */
export function foreignWords(text: string, known: ReadonlySet<string>): boolean {
  for (const match of text.matchAll(word)) {
    if (!known.has(folded(match[0])) && !known.has(match[0])) return true;
  }
  return false;
}

/** Shorter runs are articles, initials and escapes. */
const word = /\p{L}{3,}/gu;

/** By way of capitals, so that `ß` and `SS` are one. */
function folded(text: string): string {
  return text.toUpperCase().toLowerCase();
}
