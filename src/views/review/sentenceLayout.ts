import { textChanges, type TextChange } from '../../spar/text/wordDiff';
import type { Span } from '../../spar/verifiers/constraint';

/** `sentences`: long lines are shown one sentence a line. `as-written`: lines as the text has them. */
export type LayoutKind = 'sentences' | 'as-written';

/** A display character that stands for a stretch of the source of another length; all others stand for one each. */
export interface Joint {
  /** Offset of the character in the display. */
  readonly at: number;
  readonly sourceStart: number;
  readonly sourceEnd: number;
  /** True for a line break that only the display has. */
  readonly soft: boolean;
}

/**
 * A text as an editor can show it, and the way back. Line ends are `\n`, control characters and lone
 * surrogates are shown as symbols; offsets are UTF-16.
 */
export class TextLayout {
  constructor(
    readonly source: string,
    readonly display: string,
    readonly joints: readonly Joint[],
  ) {}

  toSource(offset: number): number {
    const joint = this.joints[lastIndex(this.joints, (candidate) => candidate.at < offset)];
    return joint === undefined ? offset : joint.sourceEnd + offset - joint.at - 1;
  }

  /** Inside a joint's stretch: the offset of its character; at the stretch's end: behind it. */
  toDisplay(offset: number): number {
    const joint = this.joints[lastIndex(this.joints, (candidate) => candidate.sourceStart <= offset)];
    if (joint === undefined) return offset;
    return offset < joint.sourceEnd ? joint.at : joint.at + 1 + offset - joint.sourceEnd;
  }

  /** The joint at a display offset; undefined for a character that stands for itself. */
  jointAt(offset: number): Joint | undefined {
    const joint = this.joints[lastIndex(this.joints, (candidate) => candidate.at <= offset)];
    return joint?.at === offset ? joint : undefined;
  }
}

/** Lines up to this many characters stay whole: they fit a window. */
const longLine = 120;
/** A line without any sentence end is cut here, since editors stop drawing very long lines. */
const longestLine = 4000;

export function layoutText(source: string, kind: LayoutKind): TextLayout {
  return assemble(source, kind === 'sentences' ? softBreaks(source) : [], new Set());
}

/**
 * The other side of a diff against `candidate`: broken where the candidate is broken wherever both are equal,
 * so that only real differences show. A line break that the candidate shows as a soft one gets a `⏎`.
 */
export function layoutLike(source: string, candidate: TextLayout): TextLayout {
  const changes = textChanges(source, candidate.source);
  const soft = candidate.joints.filter((joint) => joint.soft);
  if (soft.length === 0) return assemble(source, [], new Set());
  const own = softBreaks(source);
  const breaks: Span[] = [];
  const marked = new Set<number>();
  let position = { source: 0, candidate: 0 };
  const within = (start: number, end: number): readonly Joint[] =>
    soft.slice(
      lastIndex(soft, (joint) => joint.sourceStart < start) + 1,
      lastIndex(soft, (joint) => joint.sourceEnd <= end) + 1,
    );
  const copyEqual = (end: number): void => {
    const shift = position.source - position.candidate;
    for (const joint of within(position.candidate, end)) {
      breaks.push({ start: joint.sourceStart + shift, end: joint.sourceEnd + shift });
    }
  };
  for (const change of changes) {
    copyEqual(change.refinedStart);
    if (within(change.refinedStart, change.refinedEnd).length > 0) {
      for (const match of change.removed.matchAll(lineEnd)) marked.add(change.originalStart + match.index);
    }
    if (mayBreak(change)) {
      for (const found of inside(own, change.originalStart, change.originalEnd)) breaks.push(found);
    }
    position = { source: change.originalEnd, candidate: change.refinedEnd };
  }
  copyEqual(candidate.source.length);
  return assemble(source, withoutOverlap(breaks), marked);
}

const lineEnd = /\r\n|[\n\r\u2028\u2029]/gu;

function assemble(source: string, breaks: readonly Span[], marked: ReadonlySet<number>): TextLayout {
  const joints: Joint[] = [];
  const parts: string[] = [];
  let copied = 0;
  let length = 0;
  const add = (text: string): void => {
    parts.push(text);
    length += text.length;
  };
  const joint = (shown: string, span: Span, soft: boolean): void => {
    add(legible(source.slice(copied, span.start)));
    joints.push({ at: length, sourceStart: span.start, sourceEnd: span.end, soft });
    add(shown);
    copied = span.end;
  };
  let next = 0;
  const breaksBefore = (offset: number): void => {
    for (let span = breaks[next]; span !== undefined && span.start < offset; span = breaks[next]) {
      // A line that ends where a sentence does is broken already.
      if (span.start >= copied) joint('\n', span, true);
      next += 1;
    }
  };
  for (const match of source.matchAll(lineEnd)) {
    breaksBefore(match.index);
    if (marked.has(match.index)) joint('⏎', { start: match.index, end: match.index }, false);
    if (match[0] !== '\n') joint('\n', { start: match.index, end: match.index + match[0].length }, false);
  }
  breaksBefore(Infinity);
  add(legible(source.slice(copied)));
  return new TextLayout(source, parts.join(''), joints);
}

/** The same number of UTF-16 units, all of them drawable; a byte order mark would be eaten by the editor. */
function legible(text: string): string {
  return text.replace(/[\p{Cs}\p{Cc}\uFEFF]/gu, (character) => {
    const code = character.charCodeAt(0);
    if (character === '\t' || character === '\n') return character;
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : '\uFFFD';
  });
}

/**
 * The white space between sentences, and the empty place between them in scripts without spaces, in lines
 * that are long. `Intl.Segmenter` would know more languages, yet takes minutes for a megabyte, and where it
 * breaks depends on far words, so that the two sides of a diff would break differently.
 */
function softBreaks(source: string): readonly Span[] {
  const breaks: Span[] = [];
  let start = 0;
  const line = (end: number): void => {
    if (end - start <= longLine) return;
    for (const found of breaksOfLine(source.slice(start, end), start)) breaks.push(found);
  };
  for (const match of source.matchAll(lineEnd)) {
    line(match.index);
    start = match.index + match[0].length;
  }
  line(source.length);
  return breaks;
}

const closers = '[\\p{Pe}\\p{Pf}"\'*_`~]*';
const spacedEnd = `(?<![\\p{STerm}…])[\\p{STerm}…]+${closers}(?<space>\\s+)(?=\\S)`;
const unspacedEnd = `(?<![。！？｡])[。！？｡]+${closers}(?=[^\\s])`;
const sentenceEnd = new RegExp(`${spacedEnd}|${unspacedEnd}`, 'gu');
/** A full stop after these ends no sentence: titles, initials, common abbreviations, list numbers. */
const abbreviation =
  /(?:(?:^|[\s(“"])(?:\p{Lu}|mr|mrs|ms|dr|prof|st|vs|no|fig|cf|e\.g|i\.e|approx|jr|sr)|^\s*\d{1,3})\.$/iu;

function breaksOfLine(line: string, offset: number): readonly Span[] {
  const breaks: Span[] = [];
  let from = 0;
  const push = (start: number, end: number): void => {
    for (let cut = cutIn(line, from, start); cut !== null; cut = cutIn(line, from, start)) {
      breaks.push({ start: offset + cut.start, end: offset + cut.end });
      from = cut.end;
    }
    if (end < line.length) breaks.push({ start: offset + start, end: offset + end });
    from = end;
  };
  for (const match of line.matchAll(sentenceEnd)) {
    const end = match.index + match[0].length;
    const start = end - (match.groups?.['space']?.length ?? 0);
    const isAbbreviation = match[0].trimEnd() === '.' && endsInAbbreviation(line, start);
    if (start > from && !isAbbreviation) push(start, end);
  }
  push(line.length, line.length);
  return breaks;
}

function endsInAbbreviation(line: string, end: number): boolean {
  const start = Math.max(0, end - 10);
  // A cut that starts inside the line must not look like the line's start.
  return abbreviation.test((start > 0 ? 'x' : '') + line.slice(start, end));
}

/** Where to cut a stretch that is too long to draw: at white space if there is some, never within a pair. */
function cutIn(line: string, from: number, to: number): Span | null {
  if (to - from <= longestLine) return null;
  const piece = line.slice(from + longestLine / 2, from + longestLine);
  const space = /(?<!\s)\s+(?=\S)/u.exec(piece);
  if (space !== null) {
    const start = from + longestLine / 2 + space.index;
    return { start, end: start + space[0].length };
  }
  const end = from + longestLine;
  const whole = /[\uDC00-\uDFFF]/u.test(line.charAt(end)) ? end - 1 : end;
  return { start: whole, end: whole };
}

/** False where a soft break would hide, or look like, a change of white space. */
function mayBreak(change: TextChange): boolean {
  const { removed, added } = change;
  const isBlank = (text: string): boolean => text !== '' && text.trim() === '';
  return !isBlank(removed) && !isBlank(added) && !/[\n\r]/u.test(removed + added);
}

function inside(spans: readonly Span[], start: number, end: number): readonly Span[] {
  const first = lastIndex(spans, (span) => span.start < start) + 1;
  return spans.slice(first, Math.max(first, lastIndex(spans, (span) => span.end <= end) + 1));
}

function withoutOverlap(spans: readonly Span[]): readonly Span[] {
  let end = -1;
  return [...spans]
    .sort((a, b) => a.start - b.start || a.end - b.end)
    .filter((span) => {
      const isFree = span.start > end;
      if (isFree) end = span.end;
      return isFree;
    });
}

/** Index of the last item that satisfies `holds`, in a list where those that do come first; -1 for none. */
export function lastIndex<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const item = items[middle];
    if (item !== undefined && holds(item)) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
