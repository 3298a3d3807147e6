import { valueRange, votesToSettle, type Tally, type ValueRange } from '../refiner/votes';
import { compareTieBreaks, type TieBreak } from './order';
import { randomFrom } from './seeds';
import type { Selection, StopPolicy } from './settings';

/** One candidate of a level as a contest sees it. */
export interface Standing {
  readonly tieBreak: TieBreak;
  /** Null where rules settled the value. */
  readonly tally: Tally | null;
  /** The settled value where `tally` is null, 0 to 1. */
  readonly settledValue: number;
}

/** What a level is to decide. */
export interface Contest {
  readonly gate: number;
  /** Whether the best of the level wins, or the first in order that passes. */
  readonly stop: StopPolicy;
  /** How many go on when none passes; 0 on the last level. */
  readonly survivors: number;
  /** Whether the order of those who go on matters (depth first). */
  readonly ordered: boolean;
  /** Whether a leader's next rival draws together with it: a round less to wait, for votes that may turn out moot. */
  readonly eager: boolean;
  /** Whether those who go on are drawn by value, which needs every value. */
  readonly selection: Selection;
}

/**
 * Votes to draw next, by index of the standings; empty when the level is decided. Draws only votes whose outcome can
 * still change who passes, who wins, or who goes on, so the result is the one that all votes would give.
 */
export function planDraws(standings: readonly Standing[], contest: Contest): ReadonlyMap<number, number> {
  const entries = standings.map((standing, index) => entryOf(standing, index));
  const first = firstDraws(entries, contest.gate);
  if (first.size > 0) return first;
  if (entries.some((entry) => entry.likely > contest.gate)) {
    // Where one is likely to pass, a vote matters only if it can still make another one the winner.
    const open = drawsThatDecide(
      entries.filter((entry) => entry.range.max > contest.gate),
      1,
      { ...contest, ordered: false },
    );
    if (open.size > 0 || entries.some((entry) => entry.range.min > contest.gate)) return open;
  }
  const unsettled = new Map(entries.map((entry) => [entry.index, votesLeft(entry, contest.gate)]));
  for (const [index, count] of unsettled) if (count === 0) unsettled.delete(index);
  // A node that will most likely fail need not be waited for: what decides who goes on is drawn with it.
  return withMost(unsettled, drawsForSurvivors(entries, contest));
}

/** A level of more candidates than this holds back a first vote; a smaller one would wait longer than it saves. */
const smallLevel = 3;

/**
 * The first votes of each: what can settle a node alone, or in a large level one fewer, since there the votes of a
 * sibling that passes often make the last one moot.
 */
function firstDraws(entries: readonly Entry[], gate: number): ReadonlyMap<number, number> {
  const heldBack = entries.length > smallLevel ? 1 : 0;
  const waiting = entries.filter((entry) => !hasVotes(entry));
  return new Map(waiting.map((entry) => [entry.index, Math.max(votesLeft(entry, gate) - heldBack, 1)]));
}

function votesLeft({ tally }: Entry, gate: number): number {
  return tally === null ? 0 : votesToSettle(tally, gate);
}

function drawsForSurvivors(entries: readonly Entry[], contest: Contest): ReadonlyMap<number, number> {
  if (contest.survivors === 0) return new Map();
  if (contest.selection === 'weighted') return drawsOf(entries.filter(isOpen));
  return drawsThatDecide(entries, contest.survivors, contest);
}

/** Who won, if any passed, else who goes on, best first. Call when `planDraws` is empty, or when votes have run out. */
export function decide(
  standings: readonly Standing[],
  contest: Contest,
  seed: number,
): { readonly winner: number | null; readonly survivors: readonly number[] } {
  const ranked = standings.map((standing, index) => entryOf(standing, index)).sort(byLikelyValue);
  const winner = ranked.find((entry) => entry.range.min > contest.gate);
  if (winner !== undefined) return { winner: winner.index, survivors: [] };
  const drawn = contest.selection === 'weighted' ? weightedOrder(ranked, randomFrom(seed)) : ranked;
  return { winner: null, survivors: drawn.slice(0, contest.survivors).map((entry) => entry.index) };
}

/** Who will most likely go on, once no candidate is likely to pass; null before that, or where it is left to chance. */
export function likelySurvivors(standings: readonly Standing[], contest: Contest): readonly number[] | null {
  if (contest.survivors === 0 || contest.selection === 'weighted') return null;
  const entries = standings.map((standing, index) => entryOf(standing, index));
  if (!entries.every((entry) => hasVotes(entry) && entry.likely <= contest.gate)) return null;
  return decide(standings, contest, 0).survivors;
}

interface Entry {
  readonly index: number;
  readonly tieBreak: TieBreak;
  readonly tally: Tally | null;
  readonly range: ValueRange;
  /** The value if the missing votes follow the majority so far. */
  readonly likely: number;
}

function entryOf(standing: Standing, index: number): Entry {
  const { tally, settledValue, tieBreak } = standing;
  if (tally === null) {
    const range = { min: settledValue, max: settledValue };
    return { index, tieBreak, tally, range, likely: settledValue };
  }
  const range = valueRange(tally);
  return { index, tieBreak, tally, range, likely: tally.yes > tally.no ? range.max : range.min };
}

/**
 * The draws that show the likely first `count` to be the real ones: a leader that may still fall draws, and with it the
 * first rival of equal prospects, which is next if it does; where none may fall, a rival that may still rise draws.
 * Where all are certain there is nothing left to draw.
 */
function drawsThatDecide(
  entries: readonly Entry[],
  count: number,
  { ordered, eager }: Pick<Contest, 'ordered' | 'eager'>,
): ReadonlyMap<number, number> {
  const ranked = [...entries].sort(byLikelyValue);
  const leaders = new Set<Entry>();
  const rivals = new Set<Entry>();
  ranked.slice(0, count).forEach((leader, rank) => {
    for (const rival of ranked.slice(ordered ? rank + 1 : count)) {
      if (isBeyond(leader, rival)) continue;
      if (leader.range.min < leader.likely) leaders.add(leader);
      else rivals.add(rival);
    }
  });
  if (leaders.size === 0) return drawsOf([...rivals]);
  const next = eager
    ? ranked.slice(count).find((entry) => isOpen(entry) && isEqualToOne(entry, leaders))
    : undefined;
  return drawsOf(next === undefined ? [...leaders] : [...leaders, next]);
}

function isEqualToOne(rival: Entry, leaders: ReadonlySet<Entry>): boolean {
  return [...leaders].some((leader) => leader.likely === rival.likely && !isBeyond(leader, rival));
}

/** The larger count of either for each index. */
function withMost(
  a: ReadonlyMap<number, number>,
  b: ReadonlyMap<number, number>,
): ReadonlyMap<number, number> {
  return new Map(
    [...a.keys(), ...b.keys()].map((index) => [index, Math.max(a.get(index) ?? 0, b.get(index) ?? 0)]),
  );
}

/** Whether the leader stays ahead of the rival whatever the missing votes say. */
function isBeyond(leader: Entry, rival: Entry): boolean {
  if (leader.range.min !== rival.range.max) return leader.range.min > rival.range.max;
  return compareTieBreaks(leader.tieBreak, rival.tieBreak) < 0;
}

function hasVotes({ tally }: Entry): boolean {
  return tally === null || tally.yes + tally.no > 0;
}

function isOpen(entry: Entry): boolean {
  return entry.range.min < entry.range.max;
}

/** All that a node still misses; a tie that is left asks one vote at a time. */
function drawsOf(entries: readonly Entry[]): ReadonlyMap<number, number> {
  return new Map(entries.map((entry) => [entry.index, Math.max(entry.tally?.missing ?? 0, 1)]));
}

function byLikelyValue(a: Entry, b: Entry): number {
  return b.likely - a.likely || compareTieBreaks(a.tieBreak, b.tieBreak);
}

/** Without replacement, with probability in proportion to value; those of value 0 come last, best first. */
function weightedOrder(ranked: readonly Entry[], random: () => number): readonly Entry[] {
  const left = [...ranked];
  const order: Entry[] = [];
  while (left.length > 0) {
    const total = left.reduce((sum, entry) => sum + entry.likely, 0);
    let point = random() * total;
    const found = total === 0 ? 0 : left.findIndex((entry) => (point -= entry.likely) < 0);
    order.push(...left.splice(Math.max(found, 0), 1));
  }
  return order;
}
