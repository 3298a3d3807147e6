import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import { stateSigns } from '../../spar/verifiers/outcome';

type State = ConstraintCheck['result']['state'];

/** A line has room for this many marks, and a mark beside others for this many characters. */
const mostMarks = 4;
const longestMark = 26;

/** In this order they are shown: what stands against a text goes first. */
const states: readonly State[] = ['broken', 'unknown', 'held'];

/** Each checked constraint with its sign, the broken ones first; behind the fourth only how many more there are. */
export function checkMarks(checks: readonly ConstraintCheck[]): string {
  const ordered = inOrder(checks);
  const marks = ordered
    .slice(0, mostMarks)
    .map((check) => `${shortText(check, ordered.length)} ${stateSigns[check.result.state]}`);
  const rest = ordered.slice(mostMarks);
  const more = states.flatMap((state) => {
    const count = rest.filter((check) => check.result.state === state).length;
    return count === 0 ? [] : [`${count} more ${stateSigns[state]}`];
  });
  return [...marks, ...more].join('  ');
}

/** The same for a screen reader, which has no word for a sign. */
export function checkWords(checks: readonly ConstraintCheck[]): string {
  return inOrder(checks)
    .slice(0, 12)
    .map(({ constraint, result }) => `${oneLine(constraint.text, 80)} ${result.state}`)
    .join(', ');
}

/** All of them, for a tooltip. */
export function inOrder(checks: readonly ConstraintCheck[]): readonly ConstraintCheck[] {
  return states.flatMap((state) => checks.filter((check) => check.result.state === state));
}

export function signOf({ result }: ConstraintCheck): string {
  return stateSigns[result.state];
}

function shortText({ constraint }: ConstraintCheck, count: number): string {
  return oneLine(constraint.text, count === 1 ? 80 : longestMark);
}

/** A text on one line, cut where it is longer; never inside a surrogate pair. */
export function oneLine(text: string, longest: number): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  return line.length <= longest
    ? line
    : `${line.slice(0, longest - 1).replace(/(?:[\uD800-\uDBFF]|\s)$/u, '')}…`;
}
