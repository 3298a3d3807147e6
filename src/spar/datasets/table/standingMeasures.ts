import { correctedRecord } from '../corrected';
import type { Corrections } from '../recordState';
import type { DatasetRecord } from '../schema';
import { textEvidence } from '../textEvidence';
import { textMeasures, type TextMeasures } from './recordFacts';

/** What a record's texts measure as they stand, with corrections and later judgements. */
export function standingMeasures(found: DatasetRecord, state: Corrections): TextMeasures {
  const record = correctedRecord(found, state);
  return textMeasures(record, textEvidence(record, state, 'chosen').checks);
}
