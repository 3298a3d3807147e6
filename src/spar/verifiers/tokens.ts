import type { Span } from './constraint';

/** Words as IFEval counts them: runs of letters, digits and underscores. */
export function countWords(text: string): number {
  let words = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}_]+/gu)) words += match.length;
  return words;
}

/**
 * Words all in capitals, as NLTK's word tokenizer (Penn Treebank) cuts them: `DON'T` is two, `AI-BASED` one,
 * `I` and `A` count. A word without a cased letter is none.
 */
export function capitalWords(text: string): readonly Span[] {
  const spans: Span[] = [];
  for (const run of text.matchAll(/[^\s()[\]{}<>"“”«»‘’`?!;@#$%&*]+/gu)) {
    for (const part of run[0].matchAll(/(?:(?!--|\.{2,}|[:,](?!\d)|…)[^\n])+/gu)) {
      const start = run.index + part.index;
      for (const token of withoutClitics(part[0])) {
        if (isUpper(token.text))
          spans.push({ start: start + token.at, end: start + token.at + token.text.length });
      }
    }
  }
  return spans;
}

function isUpper(token: string): boolean {
  return /\p{Uppercase}/u.test(token) && !/[\p{Lowercase}\p{Lt}]/u.test(token);
}

/** `CAN'T` → `CA`, `N'T`; `IT'S` → `IT`, `'S`; `'CAUSE'` loses its outer marks. */
function withoutClitics(word: string): readonly { readonly text: string; readonly at: number }[] {
  const clitic = /(?:n't|'(?:s|m|d|ll|re|ve))$/iu.exec(word);
  if (clitic === null || clitic.index === 0) return [{ text: word, at: 0 }];
  return [
    { text: word.slice(0, clitic.index), at: 0 },
    { text: clitic[0], at: clitic.index },
  ];
}
