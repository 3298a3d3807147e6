import { counted, findingFields, findingOf, mendTexts, type LintedRecord, type RecordCheck } from '../check';
import type { Finding, FindingCode } from '../finding';
import { mojibakeRuns, withoutMojibake } from '../mojibake';

/** Damage from wrong encodings, and characters that no one sees. */
export const encodingChecks: RecordCheck = {
  codes: ['mojibake', 'replacement-character', 'lone-surrogate', 'control-character'],
  check: (linted) => damages.flatMap((damage) => findDamage(damage, linted)),
};

interface Damage {
  readonly code: FindingCode;
  readonly noun: string;
  /** Code points or texts that are found, each once a place. */
  readonly find: (text: string) => readonly string[];
  readonly fix: { readonly title: string; readonly mend: (text: string) => string } | null;
}

const control =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]|\r(?!\n)/gu;
const loneSurrogate = /\p{Surrogate}/gu;

const damages: readonly Damage[] = [
  {
    code: 'lone-surrogate',
    noun: 'lone surrogate',
    find: (text) => text.match(loneSurrogate) ?? [],
    fix: { title: 'Remove lone surrogates', mend: (text) => text.replace(loneSurrogate, '') },
  },
  {
    code: 'control-character',
    noun: 'control character',
    // Wrongly decoded text holds control codes as parts of its characters.
    find: (text) => withoutMojibake(text).match(control) ?? [],
    fix: {
      title: 'Remove control characters',
      mend: (text) => withoutMojibake(text).replace(control, (found) => (found === '\r' ? '\n' : '')),
    },
  },
  {
    code: 'mojibake',
    noun: 'place',
    find: mojibakeRuns,
    fix: { title: 'Decode as UTF-8', mend: withoutMojibake },
  },
  {
    code: 'replacement-character',
    noun: 'replacement character',
    find: (text) => text.match(/\ufffd/gu) ?? [],
    fix: null,
  },
];

function findDamage({ code, noun, find, fix }: Damage, linted: LintedRecord): readonly Finding[] {
  return findingFields.flatMap((field) => {
    const found = find(linted[field]);
    if (found.length === 0) return [];
    const cure =
      fix === null ? null : mendTexts(linted, { ...fix, isClean: (text) => find(text).length === 0 });
    const words = code === 'mojibake' ? 'where UTF-8 was read as Windows-1252' : '';
    const message = `The ${field} text has ${counted(found.length, noun)}${words === '' ? '' : ` ${words}`}: ${named(found)}.`;
    return [findingOf(code, linted, { field, message, fix: cure })];
  });
}

/** At most three of them, unseen characters by number. */
function named(found: readonly string[]): string {
  const different = [...new Set(found)];
  const words = different
    .slice(0, 3)
    .map((one) =>
      one.length === 1 && !/\p{L}/u.test(one)
        ? `U+${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
        : `“${one.slice(0, 12)}”`,
    );
  return different.length > 3 ? `${words.join(', ')} and more` : words.join(', ');
}
