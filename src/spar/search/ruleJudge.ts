import type { CheckResult, Constraint, ConstraintCheck } from '../verifiers/constraint';
import type { Judgement } from './events';

/**
 * What code alone can say of a text: a broken constraint settles it at 0. Where none is broken code settles it only
 * if it covers the whole instruction, or if there is no model to ask; null means that votes must decide.
 */
export function judgeByRules(
  checks: readonly ConstraintCheck[],
  options: {
    /** Every part of the instruction is covered by a constraint. */
    readonly complete: boolean;
    /** Votes are wanted even where code verifies everything. */
    readonly askWhenVerified: boolean;
    readonly hasModel: boolean;
    /** N, for the count of votes not drawn. */
    readonly votes: number;
  },
): Judgement | null {
  const states = new Set(checks.map((check) => check.result.state));
  const isBroken = states.has('broken');
  const coversAll =
    !options.askWhenVerified && options.complete && states.has('held') && !states.has('unknown');
  if (!isBroken && options.hasModel && !coversAll) return null;
  return {
    by: 'rules',
    value: isBroken ? 0 : states.has('held') ? 1 : null,
    yes: 0,
    no: 0,
    notDrawn: options.hasModel ? options.votes : 0,
    unparsed: 0,
    critique: ruleCritique(checks),
    votes: [],
  };
}

/** What code said of one constraint, by its label. */
export interface CheckFinding {
  readonly constraint: Pick<Constraint, 'text'>;
  readonly result: CheckResult;
}

const openWords = { broken: 'Not met.', unknown: 'Not known.' } as const;

/** What code found broken, to go before what anybody else says of the text; null where nothing is. */
export function ruleFindings(checks: readonly CheckFinding[]): string | null {
  const broken = checks.flatMap(({ constraint, result }) =>
    result.state === 'broken' ? [`- ${constraint.text}: Not met. ${result.message}`] : [],
  );
  return broken.length === 0 ? null : `Code has checked these requirements:\n${broken.join('\n')}`;
}

/** The findings as a critique that a refiner can work from, in the form that a judge's reply has. */
export function ruleCritique(checks: readonly CheckFinding[]): string {
  if (checks.length === 0) return 'The instruction holds no requirement that code can check.';
  const findings = checks.map(({ constraint, result }, index) => {
    const finding = result.state === 'held' ? 'Met.' : `${openWords[result.state]} ${result.message}`;
    return `${String(index + 1)}. ${constraint.text}: ${finding}`;
  });
  const verdict = checks.some((check) => check.result.state === 'broken') ? 'No' : 'Yes';
  return `${findings.join('\n')}\n\nFinal Judgement (Yes or No): ${verdict}`;
}
