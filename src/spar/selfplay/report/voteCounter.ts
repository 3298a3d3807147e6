import type { VoteAgreement } from './runReport';

const mostOutcomes = 100;

/** Counts how far the votes for single texts agreed. */
export class VoteCounter {
  private judged = 0;
  private unanimous = 0;
  private shares = 0;
  private unparsed = 0;
  private readonly outcomes = new Map<
    string,
    { yes: number; no: number; rejected: number; chosen: number }
  >();

  /** Rules and single votes agree with nobody. */
  add(
    side: 'rejected' | 'chosen',
    judgement: { readonly yes: number; readonly no: number; readonly unparsed: number } | null,
  ): void {
    if (judgement === null) return;
    const { yes, no, unparsed } = judgement;
    this.unparsed += unparsed;
    if (yes + no < 2) return;
    this.judged += 1;
    if (yes === 0 || no === 0) this.unanimous += 1;
    this.shares += Math.max(yes, no) / (yes + no);
    const key = `${yes} ${no}`;
    const known = this.outcomes.get(key) ?? { yes, no, rejected: 0, chosen: 0 };
    if (!this.outcomes.has(key) && this.outcomes.size >= 10_000) return;
    known[side] += 1;
    this.outcomes.set(key, known);
  }

  result(): VoteAgreement {
    const { judged, unanimous, unparsed } = this;
    const outcomes = [...this.outcomes.values()]
      .sort((a, b) => b.rejected + b.chosen - (a.rejected + a.chosen) || a.no - b.no || b.yes - a.yes)
      .slice(0, mostOutcomes);
    return { judged, unanimous, agreement: judged === 0 ? null : this.shares / judged, unparsed, outcomes };
  }
}
