import { sortRows } from '../table/sortRows';
import { bins, type Sketches } from './sketches';

/** Two texts that may be similar: nothing is known until their Jaccard similarity is worked out. */
export interface Candidate {
  /** Sketch numbers; `leader` has the lower rank. */
  readonly text: number;
  readonly leader: number;
}

/** An estimate may fall so far short of the truth: two standard errors of 128 bins. */
const margin = 0.1;
/** So many are sorted by digits, which takes a moment of its own. */
const fewTexts = 1 << 14;
/** Leaders in one bucket beyond which a text is compared no further. */
const mostLeaders = 64;
/** Leaders that one text is paired with. */
const mostOfText = 4;

/**
 * Pairs of texts whose sketches agree in a band, and whose estimate comes near the threshold. Within a bucket each
 * text is compared with those of lower rank that were like none before them, so a bucket of a million texts after one
 * template takes time in its length, not in its square. The result depends on texts and ranks alone.
 *
 * @param ranks By sketch number, all different.
 */
export function* candidatesOf(
  sketches: Sketches,
  ranks: Uint32Array,
  threshold: number,
): Generator<Candidate, void, void> {
  const rows = rowsFor(threshold);
  const keys = new Float64Array(sketches.size);
  const order = Uint32Array.from(ranks.keys()).sort((a, b) => (ranks[a] ?? 0) - (ranks[b] ?? 0));
  const known = new Map<number, Set<number>>();
  for (let first = 0; first + rows <= bins; first += rows) {
    for (let at = 0; at < order.length; at += 1) keys[at] = sketches.band(order[at] ?? 0, first, rows);
    for (const bucket of bucketsOf(order, keys)) {
      const leaders: number[] = [];
      for (const text of bucket) {
        const leader = leaders.find((one) => sketches.estimate(one, text) >= threshold - margin);
        if (leader === undefined) {
          if (leaders.length < mostLeaders) leaders.push(text);
          continue;
        }
        const of = known.get(text) ?? new Set<number>();
        if (of.has(leader) || of.size >= mostOfText) continue;
        known.set(text, of.add(leader));
        yield { text, leader };
      }
    }
  }
}

/**
 * The texts that share a key, by rank; those alone with theirs are left out.
 *
 * @param keys In the same order.
 */
function* bucketsOf(order: Uint32Array, keys: Float64Array): Generator<Uint32Array, void, void> {
  // The sort is stable, so texts with the same key stay in order of rank.
  const all = order.map((_, place) => place);
  const places =
    all.length < fewTexts ? all.sort((a, b) => (keys[a] ?? 0) - (keys[b] ?? 0)) : sortRows(all, keys, false);
  const sorted = places.map((place) => order[place] ?? 0);
  for (let start = 0; start < sorted.length;) {
    let end = start + 1;
    const key = keys[places[start] ?? 0];
    while (end < sorted.length && keys[places[end] ?? 0] === key) end += 1;
    if (end - start > 1) yield sorted.subarray(start, end);
    start = end;
  }
}

/** Bins of a band: as many as still bring 99 % of the pairs at the threshold together in one band or more. */
export function rowsFor(threshold: number): number {
  for (let rows = 6; rows > 1; rows -= 1) {
    const bands = Math.floor(bins / rows);
    if (1 - (1 - threshold ** rows) ** bands >= 0.99) return rows;
  }
  return 1;
}
