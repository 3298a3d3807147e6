import type { ItemStatus } from '../itemResult';
import { ReasonCounts } from './reasonCounts';
import type { ReasonCount } from './runReport';

/** From rows to accepted pairs. What is left after a step is what was left before it less what fell out. */
export interface Funnel {
  /** The first holds all rows; nothing fell out before it. */
  readonly steps: readonly FunnelStep[];
}

export interface FunnelStep {
  readonly id: StepId;
  /** Rows that came so far. */
  readonly count: number;
  /** What fell out on the way from the step before. */
  readonly out: readonly FallenOut[];
}

export type StepId =
  | 'rows'
  | 'usable'
  | 'done'
  | 'unguarded'
  | 'evolved'
  | 'answered'
  | 'failing'
  | 'searched'
  | 'pair'
  | 'accepted';

export interface FallenOut {
  readonly what: 'refused' | 'not-done' | Exclude<Review, 'accepted'> | ItemStatus;
  readonly count: number;
  /** The most frequent first; empty where the name says it all. */
  readonly reasons: readonly ReasonCount[];
}

/** Of an item that is done, what says where it fell out. */
export interface FunnelItem {
  readonly status: ItemStatus;
  readonly reason: string;
  /** Answers that were drawn. */
  readonly drawn: number;
  /** Answers that failed. */
  readonly failing: number;
  /** Of its pairs; of an item without any it says nothing. */
  readonly review: Review;
}

/** What became of a pair, or of the best one of an item's. */
export type Review = 'accepted' | 'rejected' | 'waiting' | 'deleted';

export interface FunnelShape {
  /** Usable rows; null until the input was read to its end. */
  readonly total: number | null;
  /** Usable rows that are known to be there. */
  readonly atLeast: number;
  readonly isGuarded: boolean;
  readonly isEvolved: boolean;
  readonly isSearched: boolean;
}

const order: readonly StepId[] = [
  'rows',
  'usable',
  'done',
  'unguarded',
  'evolved',
  'answered',
  'failing',
  'searched',
  'pair',
  'accepted',
];

/** Sorts rows into the ends of the funnel: each of them into exactly one. */
export class FunnelCounts {
  private readonly out = new Map<StepId, Map<FallenOut['what'], { count: number; reasons: ReasonCounts }>>();
  private items = 0;
  private refused = 0;
  private judged = 0;

  addRefused(reason: string, count: number): void {
    this.refused += count;
    this.fall('usable', { what: 'refused', reason }, count);
  }

  addItem(item: FunnelItem): void {
    this.items += 1;
    const step = stepOf(item);
    // Where a run does not search, these are what it is for.
    if (item.status === 'judged') this.judged += 1;
    else if (item.status !== 'solved') this.fall(step, { what: item.status, reason: reasonOf(item) });
    else if (item.review !== 'accepted') this.fall('accepted', { what: item.review, reason: null });
  }

  result({ total, atLeast, isGuarded, isEvolved, isSearched }: FunnelShape): Funnel {
    const usable = Math.max(total ?? 0, atLeast, this.items);
    if (usable > this.items) this.fall('done', { what: 'not-done', reason: null }, usable - this.items);
    if (isSearched && this.judged > 0) this.fall('searched', { what: 'judged', reason: null }, this.judged);
    const optional: Partial<Record<StepId, boolean>> = {
      done: usable > this.items,
      unguarded: isGuarded,
      evolved: isEvolved,
      searched: isSearched,
      pair: isSearched,
      accepted: isSearched,
    };
    let count = usable + this.refused;
    const steps: FunnelStep[] = [];
    for (const id of order) {
      const out = this.fallen(id);
      // What fell out is never left out, whatever the settings say.
      if (out.length === 0 && optional[id] === false) continue;
      count -= out.reduce((sum, each) => sum + each.count, 0);
      steps.push({ id, count, out });
    }
    return { steps };
  }

  private fall(
    step: StepId,
    { what, reason }: { readonly what: FallenOut['what']; readonly reason: string | null },
    count = 1,
  ): void {
    const ends = this.out.get(step) ?? new Map<FallenOut['what'], { count: number; reasons: ReasonCounts }>();
    const end = ends.get(what) ?? { count: 0, reasons: new ReasonCounts() };
    end.count += count;
    if (reason !== null) end.reasons.add(reason, count);
    this.out.set(step, ends.set(what, end));
  }

  private fallen(step: StepId): readonly FallenOut[] {
    const ends = [...(this.out.get(step) ?? [])];
    const all = ends.map(([what, { count, reasons }]) => ({ what, count, reasons: reasons.result() }));
    return all.sort((a, b) => b.count - a.count);
  }
}

/** The step that an item did not reach; of one with a pair, the last. */
function stepOf({ status, drawn, failing }: FunnelItem): StepId {
  switch (status) {
    case 'held-back':
      return 'unguarded';
    case 'dropped':
      return 'evolved';
    case 'no-failing-answer':
      return 'failing';
    case 'judged':
      return 'searched';
    case 'unsolved':
      return 'pair';
    case 'undetermined':
      return failing > 0 ? 'pair' : 'failing';
    case 'failed':
      return failing > 0 ? 'searched' : drawn > 0 ? 'failing' : 'answered';
    case 'solved':
      return 'accepted';
  }
}

/** An evaluation prompt by its file: each prompt for itself would be a reason of its own. */
function reasonOf({ status, reason }: FunnelItem): string {
  if (status !== 'held-back') return reason;
  const found = /: ([^:]{1,200}):\d+: /u.exec(reason.slice(0, 500));
  return found?.[1] === undefined ? reason : `overlaps ${found[1]}`;
}
