import { checkConstraints } from '../../../verifiers/check';
import type { Constraint, ConstraintCheck } from '../../../verifiers/constraint';
import type { DatasetRecord } from '../../schema';
import { findingOf, percent, type LintedRecord, type RecordCheck } from '../check';

/** What was verified and voted against what the pair claims. */
export const evidenceChecks: RecordCheck = {
  codes: ['broken-constraint', 'unfounded-rejection', 'interference'],
  check: (linted, { thresholds }) => {
    const findings = [];
    const broken = checksOf(linted, 'chosen').filter(({ result }) => result.state === 'broken');
    for (const { constraint, result } of broken) {
      const why = result.state === 'broken' ? ` ${result.message}` : '';
      findings.push(
        findingOf('broken-constraint', linted, {
          field: 'chosen',
          message: `The chosen answer breaks “${shortened(constraint.text)}”.${shortened(why, 300)}`,
        }),
      );
    }
    if (isUnfounded(linted)) {
      findings.push(
        findingOf('unfounded-rejection', linted, {
          field: 'rejected',
          message: 'The rejected answer breaks no verified constraint, and no vote says No.',
        }),
      );
    }
    const { interference } = linted.record.metrics;
    // It was measured on the text that was found, and says nothing about one that was edited since.
    if (interference !== null && interference > thresholds.interference && isAsFound(linted)) {
      findings.push(
        findingOf('interference', linted, {
          field: 'chosen',
          message: `${percent(interference)} of the changed words mended no broken constraint; at most ${percent(thresholds.interference)} is allowed.`,
        }),
      );
    }
    return findings;
  },
};

type Step = DatasetRecord['evidence']['path'][number];

/** Results on a text as it is now: those on record where it was checked, else checked anew. */
function checksOf({ record }: LintedRecord, field: 'rejected' | 'chosen'): readonly ConstraintCheck[] {
  const { path } = record.evidence;
  const text = record[field];
  const checked = path.find((step) => step.text === text && step.checks.length > 0);
  if (checked !== undefined)
    return checked.checks.map(({ constraint, result }) => ({ constraint: constraintOf(constraint), result }));
  const constraints = path
    .find(({ checks }) => checks.length > 0)
    ?.checks.map(({ constraint }) => constraintOf(constraint));
  return checkConstraints(constraints ?? [], text);
}

/** `source` is for showing only, and from a file it may be any text. */
function constraintOf({ id, type, args, text, span }: Step['checks'][number]['constraint']): Constraint {
  return { id, type, args, text, span };
}

/** Nothing on record speaks against the rejected answer, though it was looked at. */
function isUnfounded(linted: LintedRecord): boolean {
  const { record } = linted;
  const step = record.evidence.path.find(({ text }) => text === record.rejected);
  const judgement = step?.judgement ?? null;
  if (judgement === null) return false;
  const isVoted = judgement.by === 'votes' && judgement.no === 0 && judgement.yes > 0;
  const isRuled = judgement.by === 'rules' && judgement.value !== null && judgement.value > 0;
  return (
    (isVoted || isRuled) && !checksOf(linted, 'rejected').some(({ result }) => result.state === 'broken')
  );
}

function isAsFound({ state }: LintedRecord): boolean {
  return state.chosen === undefined && state.rejected === undefined;
}

function shortened(text: string, most = 80): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
