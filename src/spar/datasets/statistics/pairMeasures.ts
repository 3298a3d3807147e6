import type { CuratedRecord } from '../curated';
import { stepOf, type Check } from '../steps';
import { textEvidence } from '../textEvidence';

/** What is known of a pair as it stands beside its metrics. */
export interface PairMeasures {
  /** False where value and votes are not known, because a text was corrected since. */
  readonly isJudged: boolean;
  readonly rejectedChecks: readonly Check[];
  readonly chosenChecks: readonly Check[];
  /** How the chosen text came to be; null where the search did not say, or where it was corrected since. */
  readonly origin: string | null;
}

export function pairMeasures({ record, state }: CuratedRecord): PairMeasures {
  const rejected = textEvidence(record, state, 'rejected');
  const chosen = textEvidence(record, state, 'chosen');
  const isAsFound = state.chosen === undefined && state.instruction === undefined;
  return {
    isJudged: isAsFound || chosen.judgement !== null,
    rejectedChecks: rejected.checks,
    chosenChecks: chosen.checks,
    origin: stepOf(record, 'chosen')?.origin ?? null,
  };
}
