import { addUsage, noUsage, type Usage } from '../models/chatModel';
import { costOf, type Price } from '../models/usage';
import { stages, type ItemStatus, type ItemSummary, type Stage } from './itemResult';

/** What the items of a run came to so far. Plain data. */
export interface RunTotals {
  readonly finished: number;
  readonly statuses: Readonly<Partial<Record<ItemStatus, number>>>;
  readonly answers: { readonly drawn: number; readonly failing: number; readonly passing: number };
  readonly pairs: number;
  /** Of them, accepted by the policy. */
  readonly accepted: number;
  readonly nodes: number;
  readonly examples: number;
  /** How often items failed or were dropped for a reason, the most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** Reasons beyond these are counted together: a server's words may differ with each request. */
const mostReasons = 50;

/** Sums over items; of an item that is tried again the last result counts. */
export class TotalsFold {
  private finished = 0;
  private pairs = 0;
  private accepted = 0;
  private nodes = 0;
  private examples = 0;
  private readonly statuses = new Map<ItemStatus, number>();
  private readonly answers = { drawn: 0, failing: 0, passing: 0 };
  private readonly reasons = new Map<string, number>();

  add(summary: ItemSummary): void {
    this.fold(summary, 1);
  }

  /** Takes back what was added of an item. */
  remove(summary: ItemSummary): void {
    this.fold(summary, -1);
  }

  get totals(): RunTotals {
    const reasons = [...this.reasons].filter(([, count]) => count > 0).sort((a, b) => b[1] - a[1]);
    return {
      finished: this.finished,
      statuses: Object.fromEntries([...this.statuses].filter(([, count]) => count > 0)),
      answers: { ...this.answers },
      pairs: this.pairs,
      accepted: this.accepted,
      nodes: this.nodes,
      examples: this.examples,
      reasons: reasons.map(([reason, count]) => ({ reason, count })),
    };
  }

  private fold(summary: ItemSummary, sign: 1 | -1): void {
    const { status, answers, pairs } = summary;
    this.finished += sign;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + sign);
    this.answers.drawn += sign * answers.drawn;
    this.answers.failing += sign * answers.failing;
    this.answers.passing += sign * answers.passing;
    this.pairs += sign * pairs.length;
    this.accepted += sign * pairs.filter(({ accepted }) => accepted).length;
    this.nodes += sign * summary.nodes;
    this.examples += sign * summary.examples;
    if (status !== 'failed' && status !== 'dropped') return;
    const isKnown = this.reasons.has(summary.reason) || this.reasons.size < mostReasons;
    const reason = isKnown ? summary.reason : 'other reasons';
    this.reasons.set(reason, (this.reasons.get(reason) ?? 0) + sign);
  }
}

/** What was paid for, by stage. */
export type Spent = Readonly<Partial<Record<Stage, Usage>>>;

export function totalUsage(spent: Spent): Usage {
  return stages.reduce((sum, stage) => addUsage(sum, spent[stage] ?? noUsage), noUsage);
}

/** Of two notes of what was paid for so far the later one, stage by stage: notes may reach the disk in any order. */
export function laterSpent(a: Spent, b: Spent): Spent {
  const weight = (usage: Usage | undefined): number =>
    usage === undefined ? -1 : usage.requests + usage.promptTokens + usage.completionTokens;
  const later = stages.flatMap((stage) => {
    const usage = weight(b[stage]) > weight(a[stage]) ? b[stage] : a[stage];
    return usage === undefined ? [] : [[stage, usage] as const];
  });
  return Object.fromEntries(later);
}

export function withUsage(spent: Spent, stage: Stage, usage: Usage): Spent {
  return { ...spent, [stage]: addUsage(spent[stage] ?? noUsage, usage) };
}

/** In the price's currency; null without a price. */
export function totalCost(spent: Spent, price: Price | null): number | null {
  return price === null ? null : costOf(totalUsage(spent), price);
}
