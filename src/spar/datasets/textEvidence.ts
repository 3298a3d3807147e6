import { checkConstraints } from '../verifiers/check';
import type { Constraint } from '../verifiers/constraint';
import type { Corrections } from './recordState';
import type { DatasetRecord } from './schema';
import { stepOf, type Check, type Step } from './steps';

/** What speaks for and against a text of a pair as it stands. */
export interface TextEvidence {
  /** Null where nothing is on record about this very text. */
  readonly judgement: Step['judgement'];
  readonly checks: readonly Check[];
}

/**
 * Later judgements and their checks, where there are any; else the step that had the text. A text that was corrected
 * has no such step: rules check it anew by the constraints that the evidence names, as far as they know them.
 * Where the instruction was corrected nothing is known, since all that was said is about another one.
 *
 * @param record As it stands, see `correctedRecord`.
 */
export function textEvidence(
  record: DatasetRecord,
  state: Corrections,
  field: 'rejected' | 'chosen',
): TextEvidence {
  const again = state.judgements?.[field];
  if (again === undefined) return evidenceOfText(record, state, field);
  // A judge of votes alone checks nothing.
  if (again.checks.length > 0) return again;
  return { ...again, checks: evidenceOfText(record, state, field).checks };
}

function evidenceOfText(
  record: DatasetRecord,
  state: Corrections,
  field: 'rejected' | 'chosen',
): TextEvidence {
  if (state.instruction !== undefined) return nothing;
  const step = stepOf(record, field);
  if (step !== null) return step;
  return state[field] === undefined
    ? nothing
    : { judgement: null, checks: checkedAnew(record, record[field]) };
}

/** By the constraints that the evidence names; those that code does not know are left out. */
export function checkedAnew(record: DatasetRecord, text: string): readonly Check[] {
  return checkConstraints(namedConstraints(record), text).map(({ constraint, result }) => ({
    constraint: { ...constraint },
    result,
  }));
}

/** What the evidence says that the texts were checked for. */
export function namedConstraints({ evidence }: Pick<DatasetRecord, 'evidence'>): readonly Constraint[] {
  const checks = evidence.path.find((step) => step.checks.length > 0)?.checks ?? [];
  return checks.map(({ constraint }) => constraintOf(constraint));
}

const nothing: TextEvidence = { judgement: null, checks: [] };

/** `source` is for showing only, and from a file it may be any text. */
function constraintOf({ id, type, args, text, span }: Check['constraint']): Constraint {
  return { id, type, args, text, span };
}
