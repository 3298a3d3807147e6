import { escaped } from '../pattern';
import { isHeading, paragraphsOf } from './blocks';

export interface FirstWord {
  readonly total: number;
  /** From 1. */
  readonly nth: number;
  readonly word: string;
}

/** Texts of `total` paragraphs whose `nth` begins with the word, made by joining headings to what they head. */
export function withFirstWord(text: string, { total, nth, word }: FirstWord): readonly string[] {
  const paragraphs = [...paragraphsOf(text)];
  for (let index = paragraphs.length - 2; index >= 0 && paragraphs.length > total; index -= 1) {
    const [first = '', second = ''] = paragraphs.slice(index, index + 2);
    if (isHeading(first) || /:\s*$/u.test(first) || /^\s*(?:[-*]|\d+[.)])\s/u.test(second))
      paragraphs.splice(index, 2, `${first}\n${second}`);
  }
  // Beyond the paragraph that is named, the last ones can be taken together without another one coming first.
  while (paragraphs.length > total && paragraphs.length > nth) {
    const [before = '', last = ''] = paragraphs.slice(-2);
    paragraphs.splice(-2, 2, `${before}\n${last}`);
  }
  const target = paragraphs[nth - 1];
  if (paragraphs.length !== total || target === undefined) return [];
  const wordPattern = `(?<word>${escaped(word)})`;
  const begun = target
    .replace(new RegExp(`^[*_#"“(\\s]+${wordPattern}[*_]*(?![\\p{L}\\p{N}])`, 'iu'), '$<word>')
    // `In summary, it …` says the same as `Summary: It …`.
    .replace(
      new RegExp(`^(?:in|to|as a|as an) ${wordPattern}[,:]\\s+(?<rest>\\S)`, 'iu'),
      (_match, found: string, rest: string) => `${capitalised(found)}: ${rest.toUpperCase()}`,
    );
  return [[...paragraphs.slice(0, nth - 1), spacedFirstWord(begun), ...paragraphs.slice(nth)].join('\n\n')];
}

/** IFEval's first word runs up to white space or one of `. , ? ! ' "`: a colon must give way to a dash. */
function spacedFirstWord(paragraph: string): string {
  return paragraph.replace(/^(?<word>[\p{L}\p{N}]+)\s?(?::|;|—|–)[*_]*\s*/u, '$<word> – ');
}

function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
