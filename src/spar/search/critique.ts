import type { Judgement } from './events';
import { ruleCritique, ruleFindings, type CheckFinding } from './ruleJudge';

/** As much of a judgement as the choice of its critique takes; votes in draw order. */
export type Criticism = Pick<Judgement, 'by' | 'yes' | 'no' | 'critique'> & {
  readonly votes: readonly Pick<Judgement['votes'][number], 'verdict' | 'text'>[];
};

/**
 * The critique that the refiner works from: what code found broken first, whoever else speaks. An audit does not: whether
 * a node was drawn for one must not change what grows below it. Where a high gate fails a node whose majority is Yes, the critique kept
 * would praise what is to be mended: then the first No speaks.
 */
export function critiqueFor(checks: readonly CheckFinding[], judgement: Criticism | null): string {
  const findings = judgement?.by === 'rules' ? null : ruleFindings(checks);
  const critique = judgement === null ? ruleCritique(checks) : critiqueOf(checks, judgement);
  return findings === null ? critique : `${findings}\n\n${critique}`;
}

function critiqueOf(checks: readonly CheckFinding[], judgement: Criticism): string {
  const dissent = judgement.votes.find((vote) => vote.verdict === 'no');
  if (judgement.by === 'votes' && judgement.yes >= judgement.no && dissent !== undefined) return dissent.text;
  return judgement.critique === '' ? ruleCritique(checks) : judgement.critique;
}

/** Labels of what holds, which the judge is told to leave out; none where anything is broken. */
export function verifiedIn(checks: readonly CheckFinding[]): readonly string[] {
  if (checks.some(({ result }) => result.state === 'broken')) return [];
  return checks.flatMap(({ constraint, result }) => (result.state === 'held' ? [constraint.text] : []));
}
