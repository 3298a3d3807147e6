import type { ChatReply } from '../models/chatModel';
import { holdsAnswerMarkers, unescapeMarkers } from './markers';

/** A refiner's reply, read. */
export type Refinement =
  | {
      readonly ok: true;
      /** What the refiner said before the answer. */
      readonly reflection: string;
      readonly text: string;
    }
  | { readonly ok: false; readonly reason: string };

/**
 * The answer between the last complete pair of `[[start]]` and `[[end]]`, with escapes undone. A pair that is only
 * mentioned within a sentence does not count beside one that is not.
 *
 * `sent` are the texts that the refiner was shown, as the person wrote them. Where they hold such markers, a refiner
 * may have repeated them without their backslash: then pairs are matched as nested brackets, and a marker without
 * a partner, or a second pair, makes the reply unusable rather than the answer short.
 */
export function parseRefinement(reply: ChatReply, sent: readonly string[]): Refinement {
  const markers = markersOf(reply.text);
  if (markers.length === 0) return { ok: false, reason: 'the reply has no [[start]] and [[end]] markers' };
  const last = markers.at(-1);
  const neverEnds = last?.kind === 'start' && (last.opensLine || reply.finishReason !== 'stop');
  const pair = holdsAnswerMarkers(sent)
    ? onlyBalancedPair(markers, reply.text)
    : lastPlainPair(markers, reply.text);
  if (neverEnds || pair === null) {
    const reason =
      reply.finishReason === 'length'
        ? 'the reply was cut at its token limit'
        : 'the reply has no complete [[start]] … [[end]] pair';
    return { ok: false, reason };
  }
  if (pair === 'ambiguous') {
    return {
      ok: false,
      reason: 'the reply repeats [[start]] or [[end]] from the response, so its answer has no clear end',
    };
  }
  const text = unescapeMarkers(reply.text.slice(pair.start.end, pair.end.start)).trim();
  if (text === '') return { ok: false, reason: 'the answer between the markers is empty' };
  return { ok: true, reflection: unescapeMarkers(reply.text.slice(0, pair.start.start)).trim(), text };
}

interface Marker {
  readonly kind: 'start' | 'end';
  readonly start: number;
  readonly end: number;
  /** Nothing but white space stands before it on its line. */
  readonly opensLine: boolean;
  /** Nothing but white space stands after it on its line. */
  readonly closesLine: boolean;
}

interface Pair {
  readonly start: Marker;
  readonly end: Marker;
}

function markersOf(text: string): readonly Marker[] {
  return [...text.matchAll(/\[\[[^\S\r\n]*(start|end)[^\S\r\n]*\]\]/giu)].map((match) => {
    const end = match.index + match[0].length;
    return {
      kind: match[1]?.toLowerCase() === 'start' ? 'start' : 'end',
      start: match.index,
      end,
      opensLine: isBlank(text, match.index - 1, -1),
      closesLine: isBlank(text, end, 1),
    };
  });
}

/** Whether the rest of a line from `at` in a direction is white space. */
function isBlank(text: string, at: number, step: 1 | -1): boolean {
  for (let index = at; index >= 0 && index < text.length; index += step) {
    const character = text.charAt(index);
    if (character === '\n' || character === '\r') return true;
    if (character.trim() !== '') return false;
  }
  return true;
}

/** A pair on one line with words of that line around it: `I put it between [[start]] and [[end]].` */
function isMention({ start, end }: Pair, text: string): boolean {
  const isOneLine = !/[\r\n]/u.test(text.slice(start.end, end.start));
  return isOneLine && !(start.opensLine && end.closesLine);
}

/** Of the pairs from a start to the first end after it, the last that is no mere mention; else the last. */
function lastPlainPair(markers: readonly Marker[], text: string): Pair | null {
  const pairs = markers.flatMap((start, index): readonly Pair[] => {
    const end = markers[index + 1];
    return start.kind === 'start' && end?.kind === 'end' ? [{ start, end }] : [];
  });
  return pairs.findLast((pair) => !isMention(pair, text)) ?? pairs.at(-1) ?? null;
}

/**
 * The outermost pair of balanced markers. Markers without a partner are ambiguous, and so are several such pairs
 * unless all but one are mere mentions: an answer that holds `[[end]] … [[start]]` looks like two.
 */
function onlyBalancedPair(markers: readonly Marker[], text: string): Pair | 'ambiguous' | null {
  const open: Marker[] = [];
  const pairs: Pair[] = [];
  for (const marker of markers) {
    if (marker.kind === 'start') {
      open.push(marker);
      continue;
    }
    const start = open.pop();
    if (start === undefined) return 'ambiguous';
    if (open.length === 0) pairs.push({ start, end: marker });
  }
  if (open.length > 0) return 'ambiguous';
  const [only, other] = pairs.length > 1 ? pairs.filter((pair) => !isMention(pair, text)) : pairs;
  return only === undefined || other !== undefined ? 'ambiguous' : only;
}
