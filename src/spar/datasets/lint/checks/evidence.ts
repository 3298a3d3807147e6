import type { Check } from '../../steps';
import { checkedAnew, textEvidence } from '../../textEvidence';
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
    if (interference !== null && interference > thresholds.interference) {
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

/** Results on a text as it is now: those on record, else checked anew. */
function checksOf({ record, state }: LintedRecord, field: 'rejected' | 'chosen'): readonly Check[] {
  const { checks } = textEvidence(record, state, field);
  return checks.length > 0 || state.instruction !== undefined ? checks : checkedAnew(record, record[field]);
}

/** Nothing on record speaks against the rejected answer, though it was looked at. */
function isUnfounded(linted: LintedRecord): boolean {
  const { judgement } = textEvidence(linted.record, linted.state, 'rejected');
  if (judgement === null) return false;
  const isVoted = judgement.by === 'votes' && judgement.no === 0 && judgement.yes > 0;
  const isRuled = judgement.by === 'rules' && judgement.value !== null && judgement.value > 0;
  return (
    (isVoted || isRuled) && !checksOf(linted, 'rejected').some(({ result }) => result.state === 'broken')
  );
}

function shortened(text: string, most = 80): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
