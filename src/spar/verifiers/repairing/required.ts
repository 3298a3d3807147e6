import { beforeLastParagraph, withAddedParagraph } from './ending';

/** The text with the same words written otherwise put as asked (`e-mail` for `email`, `café` for `cafe`), where that is all that is missing. */
export function withKeywords(text: string, keywords: readonly string[]): readonly string[] {
  const respelt = keywords.reduce((current, word) => respelled(current, word), text);
  return respelt === text || missingFrom(respelt, keywords).length > 0 ? [] : [respelt];
}

/** What is missing added as what it is, a list of keywords: poor writing, so the last thing to try. */
export function withKeywordList(text: string, keywords: readonly string[]): readonly string[] {
  const respelt = keywords.reduce((current, word) => respelled(current, word), text);
  const missing = missingFrom(respelt, keywords);
  if (missing.length === 0) return [];
  const lists = missing.length === 1 ? [missing.join('')] : [missing.join(', '), missing.join(' and ')];
  return lists.flatMap((list) => withLine(respelt, `Keyword${missing.length === 1 ? '' : 's'}: ${list}`));
}

/** One use of the keyword more, on a line of its own. */
export function withKeywordLine(text: string, keyword: string): readonly string[] {
  return withLine(text, `Keyword: ${keyword}`);
}

function withLine(text: string, line: string): readonly string[] {
  return [...withAddedParagraph(text, line), ...beforeLastParagraph(text, line)];
}

function missingFrom(text: string, keywords: readonly string[]): readonly string[] {
  return keywords.filter((word) => !text.toLowerCase().includes(word.toLowerCase()));
}

function respelled(text: string, keyword: string): string {
  if (text.toLowerCase().includes(keyword.toLowerCase())) return text;
  const letters: readonly string[] = folded(keyword).match(/[\p{L}\p{N}]/gu) ?? [];
  if (letters.length < 3) return text;
  const pattern = new RegExp(
    `(?<![\\p{L}\\p{N}])${letters.join("[ \\-\\u2010-\\u2013'’_]?")}(?![\\p{L}\\p{N}])`,
    'iu',
  );
  const match = pattern.exec(folded(text));
  if (match === null) return text;
  const found = text.slice(match.index, match.index + match[0].length);
  const word = /^\p{Lu}/u.test(found) ? keyword.charAt(0).toUpperCase() + keyword.slice(1) : keyword;
  return text.slice(0, match.index) + word + text.slice(match.index + match[0].length);
}

/** Without diacritics, every offset unchanged. */
function folded(text: string): string {
  return text.replaceAll(/[\u00C0-\u024F]/gu, (char) => char.normalize('NFD').charAt(0));
}
