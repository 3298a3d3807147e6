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
    } else if (isEqualButSpaces(chosen, rejected)) {
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

/** Compares up to the first difference; a pair's answers mostly differ early. */
function isEqualButSpaces(a: string, b: string): boolean {
  let [i, j] = [0, 0];
  for (;;) {
    while (i < a.length && isSpace(a.charCodeAt(i))) i += 1;
    while (j < b.length && isSpace(b.charCodeAt(j))) j += 1;
    if (i === a.length || j === b.length) return i === a.length && j === b.length;
    if (a.charCodeAt(i) !== b.charCodeAt(j)) return false;
    i += 1;
    j += 1;
  }
}

function isSpace(code: number): boolean {
  return (
    code === 0x20 || (code >= 0x09 && code <= 0x0d) || (code >= 0x80 && /\s/u.test(String.fromCharCode(code)))
  );
}
