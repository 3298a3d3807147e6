import type { ConstraintCheck, Span } from '../../spar/verifiers/constraint';
import { literalMarkdown } from '../markdown';

/** What code found of a response, as the words of all surfaces are made from it. */
export interface CheckedWords {
  readonly checks: readonly ConstraintCheck[];
  /** Parts of the instruction that no constraint covers. */
  readonly unchecked: readonly Span[];
  readonly instruction: string;
}

/** `2 of 5 broken`, `5 constraints hold`; for an instruction without any, that there is nothing to check. */
export function countWords(checks: readonly ConstraintCheck[]): string {
  const broken = checks.filter((check) => check.result.state === 'broken').length;
  if (checks.length === 0) return 'nothing to check by rules';
  if (broken > 0) return `${broken} of ${checks.length} broken`;
  return checks.length === 1 ? '1 constraint holds' : `${checks.length} constraints hold`;
}

/** The same as a sentence. */
export function countSentence(checks: readonly ConstraintCheck[]): string {
  const broken = checks.filter((check) => check.result.state === 'broken').length;
  if (checks.length === 0) return 'The instruction holds no constraint that rules can check.';
  if (broken === 0) return checks.length === 1 ? 'The 1 constraint holds.' : `All ${checks.length} hold.`;
  return `${broken} of ${checks.length} ${checks.length === 1 ? 'constraint is' : 'constraints are'} broken.`;
}

/** Most lines of a list; a hover is no page. */
const mostLines = 20;

/** The constraints with their marks, and once what code did not check, as harmless Markdown. */
export function constraintList({ checks, unchecked, instruction }: CheckedWords): string {
  const lines = checks.slice(0, mostLines).map(({ constraint, result }) => {
    const label = word(constraint.text);
    return result.state === 'held' ? `- ✓ ${label}` : `- ✗ **${label}**: ${word(result.message)}`;
  });
  const more = checks.length > mostLines ? [`- ${checks.length - mostLines} more`] : [];
  const parts = [`**${countSentence(checks)}**`, [...lines, ...more].join('\n')];
  return [...parts, uncheckedWords(instruction, unchecked)].filter((part) => part !== '').join('\n\n');
}

/** Characters of an unchecked part that are quoted. */
const longestPart = 120;
const mostParts = 5;

function uncheckedWords(instruction: string, unchecked: readonly Span[]): string {
  if (unchecked.length === 0) return '';
  const parts = unchecked.slice(0, mostParts).map(({ start, end }) => {
    const text = instruction.slice(start, end).replace(/\s+/gu, ' ').trim();
    return `“${word(text.length > longestPart ? `${text.slice(0, longestPart)}…` : text)}”`;
  });
  const more = unchecked.length > mostParts ? `, and ${unchecked.length - mostParts} more` : '';
  return `Not checked by code: ${parts.join(', ')}${more}`;
}

function word(text: string): string {
  return literalMarkdown(text.replace(/[\s\u2028\u2029]+/gu, ' ').replace(/\p{Cs}/gu, '\uFFFD'));
}
