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
 * The answer between the last complete pair of `[[start]]` and `[[end]]`, with escapes undone.
 *
 * `sent` are the texts that the refiner was shown, as the person wrote them. Where they hold such markers, a refiner
 * may have repeated them without their backslash: then pairs are matched as nested brackets, and a marker without
 * a partner makes the reply unusable rather than the answer short.
 */
export function parseRefinement(reply: ChatReply, sent: readonly string[]): Refinement {
  const markers = markersOf(reply.text);
  if (markers.length === 0) return { ok: false, reason: 'the reply has no [[start]] and [[end]] markers' };
  const pair = holdsAnswerMarkers(sent) ? lastBalancedPair(markers) : lastPlainPair(markers);
  if (pair === 'ambiguous') {
    return {
      ok: false,
      reason: 'the reply repeats [[start]] or [[end]] from the response, so its answer has no clear end',
    };
  }
  const cut = markers.at(-1)?.kind === 'start' && reply.finishReason === 'length';
  if (cut || pair === null) {
    const reason =
      reply.finishReason === 'length'
        ? 'the reply was cut at its token limit'
        : 'the reply has no complete [[start]] … [[end]] pair';
    return { ok: false, reason };
  }
  const text = unescapeMarkers(reply.text.slice(pair.start.end, pair.end.start)).trim();
  if (text === '') return { ok: false, reason: 'the answer between the markers is empty' };
  return { ok: true, reflection: unescapeMarkers(reply.text.slice(0, pair.start.start)).trim(), text };
}

interface Marker {
  readonly kind: 'start' | 'end';
  readonly start: number;
  readonly end: number;
}

interface Pair {
  readonly start: Marker;
  readonly end: Marker;
}

function markersOf(text: string): readonly Marker[] {
  return [...text.matchAll(/\[\[[^\S\r\n]*(start|end)[^\S\r\n]*\]\]/giu)].map((match) => ({
    kind: match[1]?.toLowerCase() === 'start' ? 'start' : 'end',
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** From the last start that has an end after it to the first such end. */
function lastPlainPair(markers: readonly Marker[]): Pair | null {
  const lastEnd = markers.findLastIndex((marker) => marker.kind === 'end');
  const startAt = markers.slice(0, Math.max(lastEnd, 0)).findLastIndex((marker) => marker.kind === 'start');
  const start = markers[startAt];
  const end = markers.slice(startAt + 1).find((marker) => marker.kind === 'end');
  return startAt === -1 || start === undefined || end === undefined ? null : { start, end };
}

/** The outermost pair of balanced markers that closes last. A start that never closes is skipped, a stray end is ambiguous. */
function lastBalancedPair(markers: readonly Marker[]): Pair | 'ambiguous' | null {
  const open: Marker[] = [];
  let last: Pair | null = null;
  for (const marker of markers) {
    if (marker.kind === 'start') {
      open.push(marker);
      continue;
    }
    const start = open.pop();
    if (start === undefined) return 'ambiguous';
    // Pairs close in order, so a later one stands behind the last or around it.
    last = { start, end: marker };
  }
  return last;
}
