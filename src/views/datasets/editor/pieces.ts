import { textChanges } from '../../../spar/text/wordDiff';
import type { ChangePart, Piece } from './protocol';
import { visibleLine, visibleText } from './visibleText';

/** A stretch of a text, UTF-16 and half open, with what is broken there. */
export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

export interface MarkedPair {
  readonly rejected: string;
  readonly chosen: string;
  readonly inRejected: readonly Mark[];
  readonly inChosen: readonly Mark[];
  /** Pieces end after about this many characters. */
  readonly limit: number;
  /** Pieces name the change that they are of, unless the texts are too long to be compared as a whole. */
  readonly isNumbered?: boolean;
}

/** Both texts as one, with what was removed and added, and what is broken where. */
export function pairPieces(pair: MarkedPair): { readonly pieces: readonly Piece[]; readonly cut: number } {
  const { rejected, chosen, limit } = pair;
  const isLong = rejected.length + chosen.length > limit;
  const pieces: Piece[] = [];
  let shown = 0;
  const isVeryLong = isLong && Math.max(rejected.length, chosen.length) > compared;
  const { stretches, left } = isVeryLong
    ? stretchesOfLong(rejected, chosen)
    : { stretches: stretchesOf(rejected, chosen), left: 0 };
  let cut = left;
  for (const stretch of isLong ? stretches.flatMap(withGap) : stretches) {
    if (stretch.isGap === true) {
      const text = `[… ${stretch.text.length.toLocaleString('en')} characters that both share …]`;
      pieces.push({ kind: 'same', text, isGap: true });
      cut += stretch.text.length;
      continue;
    }
    for (const piece of splitAtMarks(stretch, pair)) {
      if (shown >= limit) {
        cut += piece.text.length;
        continue;
      }
      const kept = piece.text.slice(0, limit - shown).replace(/[\ud800-\udbff]$/u, '');
      pieces.push({ ...piece, text: visibleText(kept) });
      shown += Math.max(1, piece.text.length);
      cut += piece.text.length - kept.length;
    }
  }
  return { pieces, cut };
}

/** The first changes on one line, each with a few words before it. */
export function changeLine(rejected: string, chosen: string, length = 160): readonly ChangePart[] {
  const [before, after] = withoutCommonEnds(rejected, chosen);
  const parts: ChangePart[] = [];
  let used = 0;
  for (const { kind, text } of stretchesOf(before, after)) {
    if (used >= length) break;
    const line = kind === 'same' ? contextOf(text, parts.length === 0) : visibleLine(text, length - used);
    if (line === '') continue;
    parts.push({ kind, text: line });
    used += line.length;
  }
  return parts;
}

interface Stretch extends ChangePart {
  readonly isGap?: true;
  /** Index in `textChanges` of both texts, where they were compared as a whole. */
  readonly change?: number;
  /** Of the stretch in either text. */
  readonly rejectedStart: number;
  readonly chosenStart: number;
}

/** Characters of a long stretch that both texts share which are shown at each end of it. */
const shownOfShared = 1500;

/** In long texts what is shared would hide what differs. */
function withGap(stretch: Stretch): readonly Stretch[] {
  const { kind, text, rejectedStart, chosenStart } = stretch;
  if (kind !== 'same' || text.length <= 3 * shownOfShared) return [stretch];
  const part = (start: number, end: number): Stretch => ({
    kind,
    text: text.slice(start, end),
    rejectedStart: rejectedStart + start,
    chosenStart: chosenStart + start,
  });
  const end = text.length - shownOfShared;
  return [part(0, shownOfShared), { ...part(shownOfShared, end), isGap: true }, part(end, text.length)];
}

/** Characters of either text, beyond those that both begin and end with, that are compared unless all is wanted. */
const compared = 2_000_000;

/** As `stretchesOf`, but of very long texts with as many characters left out. */
function stretchesOfLong(
  rejected: string,
  chosen: string,
): { readonly stretches: readonly Stretch[]; readonly left: number } {
  const ends = commonEnds(rejected, chosen);
  const isCompared = Math.max(rejected.length, chosen.length) - ends.head - ends.tail <= compared;
  const head = wordsEnd(rejected, ends.head);
  const tail = rejected.length - wordStart(rejected, rejected.length - ends.tail);
  const middle = (text: string): string =>
    text.slice(head, isCompared ? text.length - tail : Math.min(text.length - tail, head + compared));
  const [before, after] = [middle(rejected), middle(chosen)];
  let found = stretchesOf(before, after);
  if (!isCompared) {
    // Where the parts end they differ for no other reason.
    const lastShared = found.findLastIndex(({ kind }) => kind === 'same');
    if (lastShared >= 0) found = found.slice(0, lastShared + 1);
  }
  const stretches: Stretch[] = [
    { kind: 'same', text: rejected.slice(0, head), rejectedStart: 0, chosenStart: 0 },
    ...found.map(({ kind, text, rejectedStart, chosenStart }) => ({
      kind,
      text,
      rejectedStart: rejectedStart + head,
      chosenStart: chosenStart + head,
    })),
    {
      kind: 'same',
      text: rejected.slice(rejected.length - tail),
      rejectedStart: rejected.length - tail,
      chosenStart: chosen.length - tail,
    },
  ];
  const length = (kind: ChangePart['kind']): number =>
    stretches.reduce((sum, { kind: other, text }) => (other === kind ? sum : sum + text.length), 0);
  const left = rejected.length - length('added') + (chosen.length - length('removed'));
  return { stretches: stretches.filter(({ text }) => text !== ''), left };
}

function stretchesOf(rejected: string, chosen: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  const add = (stretch: Stretch): void => {
    if (stretch.text !== '') stretches.push(stretch);
  };
  let from = 0;
  let chosenFrom = 0;
  textChanges(rejected, chosen).forEach(({ removed, added, ...places }, change) => {
    const { originalStart, originalEnd, refinedStart, refinedEnd } = places;
    const same = rejected.slice(from, originalStart);
    add({ kind: 'same', text: same, rejectedStart: from, chosenStart: chosenFrom });
    add({ kind: 'removed', text: removed, change, rejectedStart: originalStart, chosenStart: refinedStart });
    add({ kind: 'added', text: added, change, rejectedStart: originalEnd, chosenStart: refinedStart });
    from = originalEnd;
    chosenFrom = refinedEnd;
  });
  add({ kind: 'same', text: rejected.slice(from), rejectedStart: from, chosenStart: chosenFrom });
  return stretches;
}

function splitAtMarks(stretch: Stretch, pair: MarkedPair): readonly Piece[] {
  const { kind, text, change, rejectedStart, chosenStart } = stretch;
  const { inRejected, inChosen, isNumbered } = pair;
  const of = isNumbered === true && change !== undefined ? { change } : {};
  const ofRejected = kind === 'added' ? [] : within(inRejected, rejectedStart, text.length);
  const ofChosen = kind === 'removed' ? [] : within(inChosen, chosenStart, text.length);
  if (ofRejected.length + ofChosen.length === 0) return [{ kind, text, ...of }];
  const edges = new Set([0, text.length]);
  for (const { start, end } of [...ofRejected, ...ofChosen]) edges.add(start).add(end);
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(1).map((end, index) => {
    const start = sorted[index] ?? 0;
    const rejected = messageAt(ofRejected, start);
    const chosen = messageAt(ofChosen, start);
    return {
      kind,
      text: text.slice(start, end),
      ...of,
      ...(rejected === '' ? {} : { brokenInRejected: rejected }),
      ...(chosen === '' ? {} : { brokenInChosen: chosen }),
    };
  });
}

/** The marks' parts in a stretch, counted from its start. */
function within(marks: readonly Mark[], at: number, length: number): readonly Mark[] {
  return marks
    .map(({ start, end, message }) => ({
      start: Math.max(0, start - at),
      end: Math.min(length, end - at),
      message,
    }))
    .filter(({ start, end }) => end > start);
}

function messageAt(marks: readonly Mark[], at: number): string {
  const messages = marks.filter(({ start, end }) => start <= at && at < end).map(({ message }) => message);
  return [...new Set(messages)].slice(0, 3).join(' · ');
}

/** Characters on each side of a text that a row's line is made of. */
const looked = 4000;

/** Both texts from shortly before their first difference to shortly after their last, at most 4000 characters. */
function withoutCommonEnds(rejected: string, chosen: string): readonly [string, string] {
  const { head, tail } = commonEnds(rejected, chosen);
  const start = wordStart(rejected, Math.max(0, head - 60));
  const part = (text: string): string =>
    text.slice(start, Math.min(text.length - Math.max(0, tail - 60), start + looked));
  return [part(rejected), part(chosen)];
}

/** Characters that both texts begin and end with. */
function commonEnds(rejected: string, chosen: string): { readonly head: number; readonly tail: number } {
  const shorter = Math.min(rejected.length, chosen.length);
  let head = 0;
  while (head < shorter && rejected.charCodeAt(head) === chosen.charCodeAt(head)) head += 1;
  let tail = 0;
  while (
    tail < shorter - head &&
    rejected.charCodeAt(rejected.length - 1 - tail) === chosen.charCodeAt(chosen.length - 1 - tail)
  ) {
    tail += 1;
  }
  return { head, tail };
}

/** The end of the last white space before a place, so that no word is cut in two. */
function wordsEnd(text: string, at: number): number {
  if (at === text.length) return at;
  const before = text.slice(Math.max(0, at - 60), at);
  return at - (/\S*$/u.exec(before)?.[0].length ?? 0);
}

/** So that no word is cut in two: what is cut at one end of a word differs as a whole. */
function wordStart(text: string, at: number): number {
  if (at === 0) return 0;
  const space = text.slice(at, at + 60).search(/\s/u);
  return space < 0 ? at : at + space;
}

function contextOf(text: string, isFirst: boolean): string {
  const line = text.replace(/\s+/gu, ' ');
  if (line.length <= 40) return visibleText(line);
  const end = line.slice(-18).replace(/^[\udc00-\udfff]/u, '');
  if (isFirst) return visibleText(`…${end}`);
  return visibleText(`${line.slice(0, 14).replace(/[\ud800-\udbff]$/u, '')}…${end}`);
}
