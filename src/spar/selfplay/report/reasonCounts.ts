import type { ReasonCount } from './runReport';

/** Reasons beyond these are counted together: a server's words may differ with each request. */
const mostReasons = 50;

/** Counts how often something happened for a reason. */
export class ReasonCounts {
  private readonly counts = new Map<string, number>();
  private others = 0;

  add(reason: string, count = 1): void {
    const known = this.counts.get(reason);
    if (known === undefined && this.counts.size >= mostReasons) this.others += count;
    else this.counts.set(reason, (known ?? 0) + count);
  }

  /** The most frequent first, what was counted together last. */
  result(): readonly ReasonCount[] {
    const counts = [...this.counts].map(([reason, count]) => ({ reason, count }));
    counts.sort((a, b) => b.count - a.count);
    return this.others === 0 ? counts : [...counts, { reason: 'other reasons', count: this.others }];
  }
}
