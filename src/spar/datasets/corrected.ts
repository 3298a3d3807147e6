import { distance } from '../text/wordDiff';
import { wordsOf } from '../text/words';
import { interferenceOf } from '../verifiers/interference';
import { isCorrected, type Corrections } from './recordState';
import type { DatasetRecord } from './schema';
import { stepOf } from './steps';
import { namedConstraints } from './textEvidence';

type Metrics = DatasetRecord['metrics'];
type Votes = Pick<Metrics, 'value' | 'yes' | 'no' | 'notDrawn'>;

/**
 * A record with the corrections that changes and decisions made to its texts, and with the metrics of those texts:
 * lengths, distance and interference are measured anew, the last by the constraints that the evidence names; where the
 * instruction was corrected it is unknown, since those are of another one. Value and votes are those of later judgements;
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
    interference: interferenceAnew(record, state),
    distance: isOtherPair ? distance(rejected, chosen) : metrics.distance,
    lengths: {
      rejected: state.rejected === undefined ? metrics.lengths.rejected : lengthOf(rejected),
      chosen: state.chosen === undefined ? metrics.lengths.chosen : lengthOf(chosen),
    },
  };
}

function interferenceAnew(record: DatasetRecord, state: Corrections): number | null {
  if (state.instruction !== undefined) return null;
  if (!isCorrected(state)) return record.metrics.interference;
  return interferenceOf(record.rejected, record.chosen, namedConstraints(record)).share;
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
