import type { Span } from '../constraint';

/** Words that ask for nothing by themselves. */
const empty: ReadonlySet<string> = new Set(
  'a an and also as at be but by can could do does for from have i if in into is it its just kindly make me must my of on or our please so should sure thank thanks that the their them then there these this those to us we will with would you your yours response answer reply output entire entirely whole ensure note finally additionally moreover furthermore remember'.split(
    ' ',
  ),
);

/** Verbs that ask for what a constraint names, when they stand right before or behind it. */
const asking: ReadonlySet<string> = new Set(
  'use using contain contains containing include includes including has having add write written keep limit length long total use provide mark put wrap start begin end finish following such example like exactly'.split(
    ' ',
  ),
);

interface Part {
  readonly start: number;
  end: number;
  /** It holds nothing but verbs of asking so far. */
  isAsking: boolean;
}

/** The parts of a text that no span covers, sentence by sentence; words that ask for nothing don't count. */
export function uncoveredParts(text: string, covered: readonly Span[]): readonly Span[] {
  const sorted = [...covered].sort((a, b) => a.start - b.start);
  const parts: Span[] = [];
  let next = 0;
  let open: Part | null = null;
  let afterCovered = false;
  const close = (touchesCovered: boolean): void => {
    if (open !== null && !(open.isAsking && touchesCovered)) parts.push({ start: open.start, end: open.end });
    open = null;
  };
  let previousEnd = 0;
  for (const match of text.matchAll(/[\p{L}\p{N}\p{M}'’]+|[^\s\p{P}\p{L}\p{N}\p{M}]+/gu)) {
    const start = match.index;
    const end = start + match[0].length;
    while (next < sorted.length && (sorted[next]?.end ?? 0) <= start) next += 1;
    const isCovered = sorted.slice(next, next + 8).some((span) => span.start <= start && start < span.end);
    const isNewSentence = /[.?!\n]\s|\n/u.test(text.slice(previousEnd, start));
    if (isNewSentence) {
      close(afterCovered);
      afterCovered = false;
    }
    if (isCovered) close(true);
    previousEnd = end;
    const word = match[0].toLowerCase();
    if (isCovered) {
      afterCovered = true;
      continue;
    }
    if (empty.has(word)) continue;
    if (open === null) open = { start, end, isAsking: asking.has(word) };
    else {
      open.end = end;
      open.isAsking &&= asking.has(word);
    }
  }
  close(afterCovered);
  return parts;
}
