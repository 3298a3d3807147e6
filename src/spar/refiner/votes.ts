/** Votes of one node, counted; and what the missing ones could still make of them. */
export interface Tally {
  readonly yes: number;
  readonly no: number;
  /** Votes of N that have not been drawn. */
  readonly missing: number;
  /** Further votes that may be asked to break a tie. */
  readonly tieBreaks: number;
}

/** Lowest and highest value that a node can end with, 0 to 1. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
}

/** Yes among the parsed votes, 0 to 1; null before the first. */
export function valueOf(tally: Pick<Tally, 'yes' | 'no'>): number | null {
  const parsed = tally.yes + tally.no;
  return parsed === 0 ? null : tally.yes / parsed;
}

/**
 * Where the value can end once all votes are in. A missing vote may come out as Yes, as No, or unparsed (then it
 * leaves the count), and a final tie is put to one vote after the other while tie-breaks last.
 */
export function valueRange({ yes, no, missing, tieBreaks }: Tally): ValueRange {
  const all = yes + no + missing;
  if (all === 0) return { min: 0, max: 0 };
  const range = { min: yes / all, max: (yes + missing) / all };
  // The fewest votes that can end in a tie are the ones that a tie-break moves farthest.
  const tied = Math.max(yes, no, 1);
  if (tieBreaks === 0 || 2 * tied > all) return range;
  const tieBroken = 2 * tied + 1;
  return { min: Math.min(range.min, tied / tieBroken), max: Math.max(range.max, (tied + 1) / tieBroken) };
}

/** Whether no outcome of the missing votes can move the value across the gate (strictly above passes). */
export function isSettled(tally: Tally, gate: number): boolean {
  const { min, max } = valueRange(tally);
  return min > gate || max <= gate;
}

/**
 * How many votes to draw next so that the node can settle: the fewest that settle it if they all agree. Before the
 * first vote in either direction; after it in the direction that leads, so that a gate near 1 takes two rounds.
 */
export function votesToSettle(tally: Tally, gate: number): number {
  if (isSettled(tally, gate)) return 0;
  for (let count = 1; count <= tally.missing; count += 1) {
    const allYes = { ...tally, yes: tally.yes + count, missing: tally.missing - count };
    const allNo = { ...tally, no: tally.no + count, missing: tally.missing - count };
    const first = tally.yes + tally.no === 0;
    const yesLeads = tally.yes > tally.no;
    if ((first || yesLeads) && isSettled(allYes, gate)) return count;
    if ((first || !yesLeads) && isSettled(allNo, gate)) return count;
  }
  return tally.missing > 0 ? tally.missing : 1;
}
