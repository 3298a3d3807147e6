import { percent, type LintedRecord, type SetCheck } from '../check';
import type { Finding } from '../finding';
import type { LintThresholds } from '../options';

/** Fewer pairs say nothing about a set. */
const fewestPairs = 20;
/** A mean difference below this share of the length is no bias, however often it points one way. */
const smallestDifference = 0.05;

/** Whether chosen answers are systematically longer or shorter than rejected ones, in characters. */
export class LengthBias implements SetCheck {
  private pairs = 0;
  private longer = 0;
  private shorter = 0;
  private chosen = 0;
  private rejected = 0;
  private squares = 0;

  constructor(private readonly thresholds: LintThresholds) {}

  add({ chosen, rejected }: LintedRecord): void {
    this.pairs += 1;
    if (chosen.length > rejected.length) this.longer += 1;
    if (chosen.length < rejected.length) this.shorter += 1;
    this.chosen += chosen.length;
    this.rejected += rejected.length;
    this.squares += chosen.length ** 2 + rejected.length ** 2;
  }

  finish(): Promise<readonly Finding[]> {
    const { pairs, longer, shorter } = this;
    const differing = longer + shorter;
    if (differing < fewestPairs) return Promise.resolve([]);
    const share = Math.max(longer, shorter) / differing;
    const mean = (this.chosen + this.rejected) / (2 * pairs);
    const difference = (this.chosen - this.rejected) / pairs;
    const correlation = this.correlation(mean, difference);
    const isLopsided =
      share >= this.thresholds.lengthShare && Math.abs(difference) >= smallestDifference * mean;
    if (!isLopsided && Math.abs(correlation) < this.thresholds.lengthCorrelation) return Promise.resolve([]);
    const word = difference >= 0 ? 'longer' : 'shorter';
    const count = difference >= 0 ? longer : shorter;
    return Promise.resolve([
      {
        code: 'length-bias',
        severity: 'warning',
        record: null,
        line: 1,
        message: `The chosen answer is the ${word} one in ${percent(count / differing)} of ${differing} pairs of different length, by ${Math.abs(Math.round(difference))} characters on average (${percent(Math.abs(difference) / mean)}); being chosen and length correlate at ${correlation.toFixed(2)}.`,
      },
    ]);
  }

  /** Of length with being chosen, over all answers (point-biserial), -1 to 1. */
  private correlation(mean: number, difference: number): number {
    const variance = this.squares / (2 * this.pairs) - mean ** 2;
    return variance <= 0 ? 0 : difference / 2 / Math.sqrt(variance);
  }
}
