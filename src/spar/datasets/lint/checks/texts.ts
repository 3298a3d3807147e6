import { findingFields, findingOf, rejectPair, type RecordCheck } from '../check';
import type { Finding } from '../finding';

/** Blank texts, and pairs whose answers are the same. */
export const textChecks: RecordCheck = {
  codes: ['empty-text', 'equal-texts', 'equal-but-spaces'],
  check: (linted) => {
    const findings: Finding[] = findingFields
      .filter((field) => linted[field].trim() === '')
      .map((field) =>
        findingOf('empty-text', linted, {
          field,
          message: `The ${fieldWords[field]} is blank.`,
          fix: rejectPair(linted, `Lint: the ${fieldWords[field]} is blank.`),
        }),
      );
    const { rejected, chosen } = linted;
    if (chosen === rejected) {
      findings.push(
        findingOf('equal-texts', linted, {
          field: 'chosen',
          message: 'Chosen and rejected are the same text.',
          fix: rejectPair(linted, 'Lint: chosen and rejected are the same text.'),
        }),
      );
    } else if (withoutSpaces(chosen) === withoutSpaces(rejected)) {
      findings.push(
        findingOf('equal-but-spaces', linted, {
          field: 'chosen',
          message: 'Chosen and rejected differ in white space only.',
        }),
      );
    }
    return findings;
  },
};

const fieldWords = {
  instruction: 'instruction',
  rejected: 'rejected answer',
  chosen: 'chosen answer',
} as const;

function withoutSpaces(text: string): string {
  return text.replace(/\s+/gu, '');
}
