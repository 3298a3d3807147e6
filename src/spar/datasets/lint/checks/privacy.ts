import { findingFields, findingOf, mendTexts, type LintedRecord, type RecordCheck } from '../check';
import type { Finding, FindingCode } from '../finding';
import { accountsIn, emailsIn, phonesIn, replaced } from '../personalPatterns';
import { secretsIn, withoutSecrets } from '../secretPatterns';

/** Keys, tokens and passwords; what is found is masked in the message. */
export const secretCheck: RecordCheck = {
  codes: ['secret'],
  check: (linted) =>
    findingFields.flatMap((field) => {
      const found = secretsIn(linted[field]);
      if (found.length === 0) return [];
      const names = [...new Set(found.map(({ name, value }) => `${name} (${masked(value)})`))];
      const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
      return [
        findingOf('secret', linted, {
          field,
          message: `The ${field} text holds what looks like a secret: ${names.slice(0, 3).join(', ')}${more}.`,
          fix: mendTexts(linted, {
            title: 'Take the secret out of the texts',
            mend: withoutSecrets,
            isClean: (text) => secretsIn(text).length === 0,
          }),
        }),
      ];
    }),
};

interface PersonalKind {
  readonly code: FindingCode;
  readonly noun: readonly [one: string, several: string];
  readonly find: (text: string) => readonly string[];
  readonly placeholder: string;
}

const kinds: readonly PersonalKind[] = [
  {
    code: 'email-address',
    noun: ['e-mail address', 'e-mail addresses'],
    find: emailsIn,
    placeholder: 'name@example.com',
  },
  {
    code: 'phone-number',
    noun: ['phone number', 'phone numbers'],
    find: phonesIn,
    placeholder: '[phone number]',
  },
  {
    code: 'account-number',
    noun: ['account number', 'account numbers'],
    find: accountsIn,
    placeholder: '[account number]',
  },
];

/** Addresses and numbers that may be a person's; they are masked in the message. */
export const personalChecks: RecordCheck = {
  codes: ['email-address', 'phone-number', 'account-number'],
  check: (linted) => kinds.flatMap((kind) => findKind(kind, linted)),
};

function findKind({ code, noun, find, placeholder }: PersonalKind, linted: LintedRecord): readonly Finding[] {
  return findingFields.flatMap((field) => {
    const found = find(linted[field]);
    if (found.length === 0) return [];
    const shown = found.slice(0, 3).map(masked).join(', ');
    return [
      findingOf(code, linted, {
        field,
        message: `The ${field} text holds ${number(found.length, noun)}: ${shown}${found.length > 3 ? ' and more' : ''}.`,
        fix: mendTexts(linted, {
          title: `Put “${placeholder}” in its place`,
          mend: (text) => replaced(text, find, placeholder),
          isClean: (text) => find(text).length === 0,
        }),
      }),
    ];
  });
}

/** Enough to find it by, too little to use it. */
function masked(value: string): string {
  return `${value.slice(0, Math.min(4, Math.floor(value.length / 4))).replace(/[^\x20-\x7e]/gu, '?')}…`;
}

function number(count: number, [one, several]: PersonalKind['noun']): string {
  return `${count} ${count === 1 ? one : several}`;
}
