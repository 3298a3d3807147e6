import { z } from 'zod';
import type { Span } from '../constraint';
import { broken, counted, held, maxSpans } from '../outcome';
import { message, ownType } from './ownVerifier';

const args = z.strictObject({
  words: z.array(z.string().trim().min(1).max(200)).min(1).max(1000).describe('Words or phrases.'),
  must: z.enum(['all', 'any', 'none']).describe('Which of them must appear.'),
  case_sensitive: z.boolean().optional().describe('Tell capitals from small letters; off.'),
  inside_words: z.boolean().optional().describe('Count them inside longer words, too; off.'),
  message,
});
type WordListArgs = z.infer<typeof args>;

/** For all words of a list in one text; in milliseconds. */
const patience = 2000;

/** All of some words, any of them, or none. */
export const wordList = ownType<WordListArgs>({
  type: 'custom:word_list',
  args,
  describe: ({ words, must }) => `${must} of ${quoted(words, 2)}`,
  check: (text, given) => {
    const found: { readonly word: string; readonly spans: readonly Span[] }[] = [];
    const until = performance.now() + patience;
    for (const word of given.words) {
      // Each word is found in one pass over the text, so it is enough to look at the clock in between.
      if (performance.now() > until) {
        return {
          state: 'unknown',
          message: `Which of ${quoted(given.words, 2)} appear is not known: they take too long to find in this text. Make the list shorter.`,
        };
      }
      found.push({ word, spans: spansOf(text, word, given) });
    }
    const used = found.filter(({ spans }) => spans.length > 0).map(({ word }) => word);
    switch (given.must) {
      case 'all': {
        const missing = given.words.filter((word) => !used.includes(word));
        return missing.length === 0
          ? held
          : broken(`${quoted(missing)} must appear and ${missing.length === 1 ? 'does' : 'do'} not.`);
      }
      case 'any':
        return used.length > 0 ? held : broken(`One of ${quoted(given.words)} must appear; none does.`);
      case 'none': {
        const spans = found.flatMap((each) => each.spans).sort((a, b) => a.start - b.start);
        return used.length === 0
          ? held
          : broken(`${quoted(used)} must not appear; found ${counted(spans.length, 'time')}.`, spans);
      }
    }
  },
});

function spansOf(text: string, word: string, options: WordListArgs): readonly Span[] {
  const flags = options.case_sensitive === true ? 'gu' : 'giu';
  const literal = word
    .split(/\s+/u)
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/gu, '\\$&').replaceAll('\\-', '\\x2D'))
    .join('\\s+');
  const spans: Span[] = [];
  for (const match of text.matchAll(new RegExp(literal, flags))) {
    const span = { start: match.index, end: match.index + match[0].length };
    if (options.inside_words === true || isWhole(text, span)) spans.push(span);
    if (spans.length >= maxSpans) break;
  }
  return spans;
}

/** Looked at only where it was found: a pattern with look-behinds for classes takes milliseconds to compile. */
function isWhole(text: string, { start, end }: Span): boolean {
  const before = /.$/su.exec(text.slice(Math.max(start - 2, 0), start))?.[0] ?? '';
  const after = /^./su.exec(text.slice(end, end + 2))?.[0] ?? '';
  const first = /^./su.exec(text.slice(start, start + 2))?.[0] ?? '';
  const last = /.$/su.exec(text.slice(Math.max(end - 2, 0), end))?.[0] ?? '';
  return !(runsOn(before) && runsOn(first)) && !(runsOn(last) && runsOn(after));
}

/** Letters and digits of scripts that put spaces between words; in the others no sign marks where a word ends. */
function runsOn(character: string): boolean {
  return (
    /[\p{L}\p{N}\p{M}_]/u.test(character) &&
    !/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u.test(
      character,
    )
  );
}

/** At most `most` of them, then how many more there are. */
function quoted(words: readonly string[], most = 10): string {
  const shown = words.slice(0, most).map((word) => `“${word}”`);
  const more = words.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
