import { distance } from '../../text/wordDiff';
import { checkConstraints } from '../../verifiers/check';
import { constraintsFromRow } from '../../verifiers/rows';
import type { Constraint, ConstraintCheck } from '../../verifiers/constraint';
import type { RowConstraints } from '../rowShapes';
import type { DatasetRecord } from '../schema';
import type { ImportedPair, SingleAnswer } from './rowPairs';

/** An answer and the place that it came from. */
export interface PlacedAnswer<Place> extends SingleAnswer {
  readonly place: Place;
}

export interface JoinedPair<Place> extends ImportedPair {
  /** Of the rejected side. */
  readonly place: Place;
  /** What code found, where it told the sides apart. */
  readonly evidence?: DatasetRecord['evidence'];
}

export interface Joined<Place> {
  readonly pairs: readonly JoinedPair<Place>[];
  /** Answers that found no partner. */
  readonly left: readonly PlacedAnswer<Place>[];
}

/** The first answer labelled good with the first labelled bad, the second with the second, and so on. */
export function joinLabelled<Place>(answers: readonly PlacedAnswer<Place>[]): Joined<Place> {
  const good = answers.filter(({ label }) => label === true);
  const bad = answers.filter(({ label }) => label === false);
  const count = Math.min(good.length, bad.length);
  const pairs = bad.slice(0, count).map(({ instruction, response, place }, index) => ({
    instruction,
    rejected: response,
    chosen: good[index]?.response ?? '',
    place,
  }));
  return { pairs, left: [...good.slice(count), ...bad.slice(count)] };
}

/**
 * Answers to one instruction of IFEval, told apart by code as its program does it: each that breaks a constraint is
 * rejected, and of those that break none the one with the least change is chosen.
 */
export function joinByConstraints<Place>(
  answers: readonly PlacedAnswer<Place>[],
  columns: RowConstraints,
): Joined<Place> {
  const { constraints, refused } = constraintsFromRow(columns.instructionIds, columns.kwargs);
  // What code can't check it can't prefer either.
  if (constraints.length === 0 || refused.length > 0) return { pairs: [], left: answers };
  const checked = answers.map((answer) => ({ answer, checks: checksOf(constraints, answer.response) }));
  const good = checked.filter(({ checks }) => checks.every(({ result }) => result.state === 'held'));
  const bad = checked.filter(({ checks }) => checks.some(({ result }) => result.state === 'broken'));
  const used = new Set<PlacedAnswer<Place>>();
  const pairs = bad.flatMap(({ answer: worse, checks }): readonly JoinedPair<Place>[] => {
    const [nearest] = good
      .map((better) => ({ better, far: distance(worse.response, better.answer.response) }))
      .sort((a, b) => a.far - b.far);
    if (nearest === undefined) return [];
    const { answer: better, checks: held } = nearest.better;
    used.add(worse).add(better);
    const { instruction, response: rejected, place } = worse;
    const path = [stepOf('0', worse.response, checks), stepOf('1', better.response, held)];
    return [{ instruction, rejected, chosen: better.response, place, evidence: { path } }];
  });
  return { pairs, left: answers.filter((answer) => !used.has(answer)) };
}

function checksOf(constraints: readonly Constraint[], text: string): readonly ConstraintCheck[] {
  return checkConstraints(constraints, text);
}

function stepOf(
  path: string,
  text: string,
  checks: readonly ConstraintCheck[],
): DatasetRecord['evidence']['path'][number] {
  const origin = path === '0' ? 'original' : 'sampled';
  return { path, origin, text, reflection: '', judgement: null, checks };
}
