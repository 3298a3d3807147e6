import type { Span } from '../constraint';

/** Words that ask for nothing by themselves. */
const empty: ReadonlySet<string> = new Set(
  'a an and also as at be but by can could do does for from have i if in into is it its just kindly make me must my of on or our please so should sure thank thanks that the their them then there these this those to us we will with would you your yours response answer reply output entire entirely whole ensure finally additionally moreover furthermore remember'.split(
    ' ',
  ),
);

/** Verbs that ask for what a constraint names, when they stand right before or behind it. */
const asking: ReadonlySet<string> = new Set(
  'use using contain contains containing include includes including has having add write written keep limit length long total use provide mark put wrap start begin end finish following such example like exactly'.split(
    ' ',
  ),
);

/** Words that only join a clause to the one before, or ask kindly. */
const joining: ReadonlySet<string> = new Set(
  'and also but so then or please kindly finally additionally moreover furthermore'.split(' '),
);

/** Words that lead up to a covered clause and belong to it rather than to what stands before. */
const leadingUp: ReadonlySet<string> = new Set(
  'a an and also as be but by for have has in is it make must of or please should so sure that the to use using which with you your'.split(
    ' ',
  ),
);

interface Word extends Span {
  readonly text: string;
  readonly isEmpty: boolean;
}

interface Edges {
  /** A covered clause stands right before it, or right behind it. */
  readonly before: boolean;
  readonly after: boolean;
}

/** The parts of a text that no span covers, in whole clauses, sentence by sentence; words that ask for nothing don't count. */
export function uncoveredParts(text: string, covered: readonly Span[]): readonly Span[] {
  const sorted = [...covered].sort((a, b) => a.start - b.start);
  const parts: Span[] = [];
  let next = 0;
  let words: Word[] = [];
  let before = false;
  let previousEnd = 0;
  const close = (after: boolean): void => {
    const part = partOf(words, { before, after });
    if (part !== null) parts.push(withClosingMark(text, part));
    words = [];
    before = after;
  };
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}'’]+|[^\s\p{P}\p{L}\p{N}\p{M}]+/gu)) {
    const start = match.index;
    const end = start + match[0].length;
    while (next < sorted.length && (sorted[next]?.end ?? 0) <= start) next += 1;
    const isCovered = sorted.slice(next, next + 8).some((span) => span.start <= start && start < span.end);
    if (/[.?!\n]\s|\n/u.test(text.slice(previousEnd, start))) close(false);
    previousEnd = end;
    if (isCovered) close(true);
    else words.push({ start, end, text: match[0].toLowerCase(), isEmpty: isEmpty(text, match) });
  }
  close(false);
  return parts;
}

function isEmpty(text: string, match: RegExpExecArray): boolean {
  const word = match[0].toLowerCase();
  const end = match.index + match[0].length;
  return empty.has(word) || (word === 'note' && /^ that\b/u.test(text.slice(end, end + 6)));
}

function partOf(words: readonly Word[], { before, after }: Edges): Span | null {
  const said = words.filter((word) => !word.isEmpty);
  if (said.length === 0) return null;
  if ((before || after) && said.every((word) => asking.has(word.text))) return null;
  const first = words.find((word) => !joining.has(word.text));
  const last = after ? words.findLast((word) => !leadingUp.has(word.text)) : words.at(-1);
  return first === undefined || last === undefined ? null : { start: first.start, end: last.end };
}

/** A bracket that opens in the part closes in it. */
function withClosingMark(text: string, part: Span): Span {
  const said = text.slice(part.start, part.end);
  const isOpen = said.lastIndexOf('(') > said.lastIndexOf(')');
  return isOpen && text.charAt(part.end) === ')' ? { start: part.start, end: part.end + 1 } : part;
}
