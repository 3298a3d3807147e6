import type { ConstraintCheck, Span } from '../../spar/verifiers/constraint';
import { literalMarkdown } from '../markdown';
import { inOrder, oneLine, signOf } from '../refinements/checkMarks';

/** What code found of a response, as the words of all surfaces are made from it. */
export interface CheckedWords {
  readonly checks: readonly ConstraintCheck[];
  /** Parts of the instruction that no constraint covers. */
  readonly unchecked: readonly Span[];
  readonly instruction: { readonly text: string };
}

/** `2 of 5 broken`, `5 constraints hold`; for an instruction without any, that there is nothing to check. */
export function countWords(checks: readonly ConstraintCheck[]): string {
  const { broken, unknown } = countsOf(checks);
  const all = checks.length;
  if (all === 0) return 'nothing to check by rules';
  if (broken > 0) return `${broken} of ${all} broken`;
  if (unknown > 0) return `${all - unknown} of ${all} hold`;
  return all === 1 ? '1 constraint holds' : `${all} constraints hold`;
}

/** The same as a sentence. */
export function countSentence(checks: readonly ConstraintCheck[]): string {
  const { broken, unknown } = countsOf(checks);
  const all = checks.length;
  if (all === 0) return 'The instruction holds no constraint that rules can check.';
  const constraints = all === 1 ? '1 constraint' : `${all} constraints`;
  const rest = unknown === 0 ? '' : ` Of ${unknown} code can’t tell.`;
  if (broken > 0) return `${broken} of ${constraints} ${broken === 1 ? 'is' : 'are'} broken.${rest}`;
  if (unknown > 0)
    return `${all - unknown} of ${constraints} ${all - unknown === 1 ? 'holds' : 'hold'}.${rest}`;
  return all === 1 ? 'The 1 constraint holds.' : `All ${all} constraints hold.`;
}

function countsOf(checks: readonly ConstraintCheck[]): { readonly broken: number; readonly unknown: number } {
  const count = (state: ConstraintCheck['result']['state']): number =>
    checks.filter((check) => check.result.state === state).length;
  return { broken: count('broken'), unknown: count('unknown') };
}

/** Most lines of a list; a hover is no page. */
const mostLines = 20;

/** The constraints with their marks, and once what code did not check, as harmless Markdown. */
export function constraintList(item: CheckedWords): string {
  const { checks } = item;
  const lines = inOrder(checks)
    .slice(0, mostLines)
    .map((check) => {
      const { constraint, result } = check;
      const label = `- ${signOf(check)} ${word(constraint.text)}`;
      return result.state === 'held' ? label : `${label}: ${word(result.message)}`;
    });
  const more = checks.length > mostLines ? [`- ${checks.length - mostLines} more`] : [];
  const parts = [`**${countSentence(checks)}**`, [...lines, ...more].join('\n')];
  return [...parts, uncheckedWords(uncheckedParts(item))].filter((part) => part !== '').join('\n\n');
}

/** Characters of an unchecked part that are quoted. */
const longestPart = 120;
const mostParts = 5;

/** The parts of the instruction that no constraint covers, each on one line. */
export function uncheckedParts({
  instruction,
  unchecked,
}: {
  readonly instruction: { readonly text: string };
  readonly unchecked: readonly Span[];
}): readonly { readonly text: string; readonly span: Span }[] {
  return unchecked.flatMap((span) => {
    const text = oneLine(instruction.text.slice(span.start, span.end), longestPart);
    return text === '' ? [] : [{ text, span }];
  });
}

function uncheckedWords(parts: readonly { readonly text: string }[]): string {
  if (parts.length === 0) return '';
  const quoted = parts.slice(0, mostParts).map(({ text }) => `“${word(text)}”`);
  const more = parts.length > mostParts ? `, and ${parts.length - mostParts} more` : '';
  return `Not checked by code: ${quoted.join(', ')}${more}`;
}

function word(text: string): string {
  return literalMarkdown(text.replace(/[\s\u2028\u2029]+/gu, ' ').replace(/\p{Cs}/gu, '\uFFFD'));
}
