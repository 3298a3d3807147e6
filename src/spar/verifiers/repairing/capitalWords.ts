import type { Span } from '../constraint';
import { largestAllowed, type Limit } from '../limit';
import { capitalWords } from '../tokens';

/** The text with more of its words in capitals: those already emphasised, then headings, then the words it says most. */
export function moreCapitalWords(text: string, wanted: number): string | null {
  const missing = wanted - capitalWords(text).length;
  if (missing <= 0 || missing > 500) return null;
  const chosen = new Map<number, Span>();
  for (const span of [...emphasised(text), ...frequent(text)]) {
    if (chosen.size === missing) break;
    if ([...chosen.values()].every((other) => other.end <= span.start || span.end <= other.start))
      chosen.set(span.start, span);
  }
  return chosen.size < missing ? null : recased(text, [...chosen.values()], (word) => word.toUpperCase());
}

/** The text with some emphatic capitals taken back, the last ones first; names in capitals stay. */
export function fewerCapitalWords(text: string, limit: Limit): string | null {
  const words = capitalWords(text);
  const surplus = words.length - (largestAllowed(limit) ?? words.length);
  const lower = new Set(text.match(/(?<!\p{L})\p{Ll}{2,}(?!\p{L})/gu) ?? []);
  const emphatic = words.filter(({ start, end }) => {
    const word = text.slice(start, end).replace(/\.$/u, '');
    if (!/^\p{Lu}+(?:-\p{Lu}+)*$/u.test(word) || word.length < 2) return false;
    return word.length >= 6 || lower.has(word.toLowerCase()) || everyday.has(word.toLowerCase());
  });
  const back = emphatic.slice(Math.max(0, emphatic.length - surplus));
  return surplus <= 0 || back.length < surplus
    ? null
    : recased(text, back, (word, at) => loweredAt(text, word, at));
}

/** In a heading, and where a sentence begins, the first letter stays a capital. */
function loweredAt(text: string, word: string, at: number): string {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const lineEnd = text.indexOf('\n', at);
  const line = text.slice(lineStart, lineEnd === -1 ? text.length : lineEnd);
  const isHeading = !/\p{Ll}/u.test(line);
  const isFirst = /(?:^|[.!?:]["”’)]?\s+|^\W+)$/u.test(text.slice(lineStart, at));
  const lower = word.toLowerCase();
  return isHeading || isFirst ? lower.charAt(0).toUpperCase() + lower.slice(1) : lower;
}

const word = /(?<![\p{L}\p{N}'’-])\p{L}{4,}(?![\p{L}\p{N}'’-])/gu;

function emphasised(text: string): readonly Span[] {
  const stretches = [...text.matchAll(/\*{1,2}[^\n*]{3,80}\*{1,2}|^#{1,6} [^\n]+/gmu)].slice(0, 100);
  return stretches.flatMap((stretch) => wordsIn(stretch[0], stretch.index));
}

/** The first use of each of the words said most; of equals the longer, then the earlier. */
function frequent(text: string): readonly Span[] {
  const uses = new Map<string, { count: number; first: Span }>();
  for (const span of wordsIn(text.slice(0, 100_000), 0)) {
    const key = text.slice(span.start, span.end).toLowerCase();
    if (common.has(key)) continue;
    const known = uses.get(key);
    if (known === undefined) uses.set(key, { count: 1, first: span });
    else known.count += 1;
  }
  return [...uses.values()]
    .sort((a, b) => b.count - a.count || length(b.first) - length(a.first) || a.first.start - b.first.start)
    .map((use) => use.first);
}

function wordsIn(text: string, offset: number): readonly Span[] {
  // Neither code nor an address means the same in capitals.
  const fixed = [
    ...text.matchAll(/```[\s\S]*?(?:```|$)|`[^`\n]{1,500}`|\b(?:https?:\/\/|www\.)\S+|(?<!\S)[^\s@]+@\S+/gu),
  ];
  const isFixed = (at: number): boolean =>
    fixed.some((match) => match.index <= at && at < match.index + match[0].length);
  return [...text.matchAll(word)]
    .filter((match) => !isFixed(match.index))
    .filter((match) => /\p{Ll}/u.test(match[0]))
    .map((match) => ({ start: offset + match.index, end: offset + match.index + match[0].length }));
}

function length(span: Span): number {
  return span.end - span.start;
}

function recased(text: string, spans: readonly Span[], recase: (word: string, at: number) => string): string {
  const pieces: string[] = [];
  let position = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    pieces.push(text.slice(position, span.start), recase(text.slice(span.start, span.end), span.start));
    position = span.end;
  }
  return pieces.join('') + text.slice(position);
}

/** Short words that are no abbreviation, however they are written. */
const everyday: ReadonlySet<string> = new Set(
  'to of in on at by for from with and or but so as if is are was be do did has had have can will not no yes now new all any one two the a an this that it its you your we our us me my he she his her they them their who what when how why up out off over here then than too very more most just only even easy use used small big best good great real free fast hot cold love life time day days way work make made take get give go know see say says need want like look feel find keep let stop help long high low full open hard true only never ever always'.split(
    ' ',
  ),
);

/** Words that carry no weight, so capitals on them would look odd. */
const common: ReadonlySet<string> = new Set(
  'that this with from they them their there these those then than have has had been being were will would could should must might shall what when where which while whom whose your yours ours about above after again against also among another because before below between both does doing down during each even ever every further here into itself just like made make many more most much only onto other over same said says some such take through under until upon very well without within'.split(
    ' ',
  ),
);
