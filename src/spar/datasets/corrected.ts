import { distance } from '../text/wordDiff';
import { wordsOf } from '../text/words';
import { isCorrected, type Corrections } from './recordState';
import type { DatasetRecord } from './schema';
import { stepOf } from './steps';

type Metrics = DatasetRecord['metrics'];
type Votes = Pick<Metrics, 'value' | 'yes' | 'no' | 'notDrawn'>;

/**
 * A record with the corrections that changes and decisions made to its texts, and with the metrics of those texts:
 * lengths and distance are measured anew, interference is unknown. Value and votes are those of later judgements;
 * without any, those of the step that had the chosen text, and unknown where no step did or the instruction was corrected. The evidence stays as it was found.
 */
export function correctedRecord(record: DatasetRecord, state: Corrections): DatasetRecord {
  const { instruction, rejected, chosen } = state;
  if (!isCorrected(state))
    return state.judgements === undefined ? record : { ...record, metrics: metricsOf(record, state) };
  const corrected = {
    ...record,
    ...(instruction === undefined ? {} : { instruction }),
    ...(rejected === undefined ? {} : { rejected }),
    ...(chosen === undefined ? {} : { chosen }),
  };
  return { ...corrected, metrics: metricsOf(corrected, state) };
}

function metricsOf(record: DatasetRecord, state: Corrections): Metrics {
  const { metrics, rejected, chosen } = record;
  const { value, yes, no, notDrawn } = votesOf(record, state);
  const isOtherPair = state.rejected !== undefined || state.chosen !== undefined;
  return {
    ...metrics,
    ...{ value, yes, no, notDrawn },
    interference: isCorrected(state) ? null : metrics.interference,
    distance: isOtherPair ? distance(rejected, chosen) : metrics.distance,
    lengths: {
      rejected: state.rejected === undefined ? metrics.lengths.rejected : lengthOf(rejected),
      chosen: state.chosen === undefined ? metrics.lengths.chosen : lengthOf(chosen),
    },
  };
}

function votesOf(record: DatasetRecord, state: Corrections): Votes {
  const { instruction, chosen, judgements } = state;
  if (judgements === undefined && instruction === undefined && chosen === undefined) return record.metrics;
  const step = instruction === undefined ? stepOf(record, 'chosen') : null;
  return judgements?.chosen.judgement ?? step?.judgement ?? { value: null, yes: 0, no: 0, notDrawn: 0 };
}

function lengthOf(text: string): { readonly characters: number; readonly words: number } {
  return { characters: text.length, words: wordsOf(text).length };
}
