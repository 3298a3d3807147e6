import { distance } from '../../text/wordDiff';
import { wordsOf } from '../../text/words';
import type { CuratedRecord } from '../curated';
import type { DatasetRecord } from '../schema';

type Step = DatasetRecord['evidence']['path'][number];

/** What is known of a pair as it stands. */
export interface PairMeasures {
  readonly rejectedWords: number;
  readonly chosenWords: number;
  readonly distance: number;
  /** Of the texts that were searched: null where they were corrected since. */
  readonly value: number | null;
  readonly interference: number | null;
  /** Steps whose text is the pair's; null where the search did not say, or where the text was corrected since. */
  readonly rejectedStep: Step | null;
  readonly chosenStep: Step | null;
}

export function pairMeasures({ record, state }: CuratedRecord): PairMeasures {
  const { metrics, evidence, rejected, chosen } = record;
  const first = evidence.path[0] ?? null;
  const last = evidence.path.at(-1) ?? null;
  const isCorrected = state.rejected !== undefined || state.chosen !== undefined;
  return {
    rejectedWords: state.rejected === undefined ? metrics.lengths.rejected.words : wordsOf(rejected).length,
    chosenWords: state.chosen === undefined ? metrics.lengths.chosen.words : wordsOf(chosen).length,
    distance: isCorrected ? distance(rejected, chosen) : metrics.distance,
    value: isCorrected || state.instruction !== undefined ? null : metrics.value,
    interference: isCorrected ? null : metrics.interference,
    rejectedStep: first?.text === rejected ? first : null,
    chosenStep: last?.text === chosen ? last : null,
  };
}
