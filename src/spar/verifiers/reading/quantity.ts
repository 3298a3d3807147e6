import type { Span } from '../constraint';
import type { Limit } from '../limit';
import type { InstructionReading } from './instructionReading';

const numberWords: Readonly<Record<string, number>> = {
  a: 1,
  an: 1,
  one: 1,
  once: 1,
  two: 2,
  twice: 2,
  three: 3,
  thrice: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  eleven: 11,
  twelve: 12,
  thirteen: 13,
  fourteen: 14,
  fifteen: 15,
  sixteen: 16,
  seventeen: 17,
  eighteen: 18,
  nineteen: 19,
  twenty: 20,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
};

/** A number in digits or as a word, for use inside a larger pattern. */
export const numberPattern = `(?:\\d{1,3}(?:,\\d{3})+|\\d{1,7}|${Object.keys(numberWords)
  .filter((word) => !['a', 'an', 'once', 'twice', 'thrice', 'hundred'].includes(word))
  .join('|')})`;

export function numberOf(words: string): number | null {
  const text = words.toLowerCase().trim();
  if (/^[\d,]+$/u.test(text)) return Number(text.replaceAll(',', ''));
  return numberWords[text] ?? null;
}

/** A pattern's source with named groups, and how its groups bound a number. */
interface Form {
  readonly source: string;
  /** Found wherever the form is; far cheaper to look for. */
  readonly cue: RegExp;
  readonly limits: (first: number, second: number) => readonly Limit[];
}

const atLeast = (count: number): Limit => ({ relation: 'at least', count });
/** IFEval says every upper bound as `less than`. */
const lessThan = (count: number): Limit => ({ relation: 'less than', count });

/** `N` stands for the number, `M` for a second one, `U` for the unit; the first form that fits wins. */
const forms: readonly Form[] = [
  {
    source:
      'at least N,? (?:but|and) (?:no more than|not more than|at most|not exceeding|no longer than) M U',
    cue: /at least/i,
    limits: (low, high) => [atLeast(low), lessThan(high + 1)],
  },
  {
    source: 'at least N,? (?:but|and) (?:less than|fewer than|under|below) M U',
    cue: /at least/i,
    limits: (low, high) => [atLeast(low), lessThan(high)],
  },
  { source: 'between N and M U', cue: /between/i, limits: (low, high) => [atLeast(low), lessThan(high + 1)] },
  {
    source: '(?:exactly )?N ?(?:to|-|–|or) ?M U',
    cue: /[-–]|\b(?:to|or)\b|\d(?:to|or)/i,
    limits: (low, high) => [atLeast(low), lessThan(high + 1)],
  },
  {
    source:
      '(?:at least|no fewer than|no less than|not less than|(?:an? )?(?:absolute )?min(?:imum|\\.)?(?: of)?) (?:a total of )?N U',
    cue: /least|than|min/i,
    limits: (low) => [atLeast(low)],
  },
  {
    source:
      '(?:at most|no more than|not more than|(?:an? )?(?:absolute )?max(?:imum|\\.)?(?: of)?|up to) (?:a total of )?N U',
    cue: /most|than|max|up to/i,
    limits: (high) => [lessThan(high + 1)],
  },
  {
    source:
      "(?:(?:no|not|never|\\w+n['’]t)(?: \\w+){0,3} )(?:longer|more|exceed(?:s|ing)?|over|above|beyond)(?: than)? N U",
    cue: /longer|more|exceed|over|above|beyond/i,
    limits: (high) => [lessThan(high + 1)],
  },
  {
    source:
      "(?:(?:no|not|never|\\w+n['’]t|cannot)(?: \\w+){0,3} )(?:less|fewer|shorter|under|below|lower)(?: than)? N U",
    cue: /less|fewer|shorter|under|below|lower/i,
    limits: (low) => [atLeast(low)],
  },
  { source: 'limit(?:ed)? (?:\\w+ ){1,4}to N U', cue: /limit/i, limits: (high) => [lessThan(high + 1)] },
  { source: 'limit(?: is| of|:) N U', cue: /limit/i, limits: (high) => [lessThan(high + 1)] },
  {
    source: '(?:less than|fewer than|shorter than|under|below) (?:a total of )?N U',
    cue: /less|fewer|shorter|under|below/i,
    limits: (high) => [lessThan(high)],
  },
  {
    source: '(?:more than|longer than|over) N U',
    cue: /more|longer|over/i,
    limits: (low) => [atLeast(low + 1)],
  },
  { source: 'N ?\\+ U', cue: /\+/, limits: (low) => [atLeast(low)] },
  { source: 'N or more U', cue: /or more/i, limits: (low) => [atLeast(low)] },
  { source: 'N or (?:less|fewer) U', cue: /or (?:less|fewer)/i, limits: (high) => [lessThan(high + 1)] },
  {
    source: 'N U (?:or (?:more|longer|over|above)|at least|minimum|at minimum)',
    cue: /or (?:more|longer|over|above)|at least|minimum/i,
    limits: (low) => [atLeast(low)],
  },
  {
    source: 'N U (?:or (?:less|fewer|shorter|under|below)|at most|maximum|max)',
    cue: /or (?:less|fewer|shorter|under|below)|at most|max/i,
    limits: (high) => [lessThan(high + 1)],
  },
  {
    source: 'min(?:imum|\\.)? (?:\\w+ ){0,2}(?:is|of|should be|must be|:) N U',
    cue: /min/i,
    limits: (low) => [atLeast(low)],
  },
  {
    source: 'max(?:imum|\\.)? (?:\\w+ ){0,2}(?:is|of|should be|must be|:) N U',
    cue: /max/i,
    limits: (high) => [lessThan(high + 1)],
  },
  {
    source: '(?:keep|stay|be|answer|written|fit)(?: \\w+){0,2} within N U',
    cue: /within/i,
    limits: (high) => [lessThan(high + 1)],
  },
  { source: 'exactly N U', cue: /exactly/i, limits: (exact) => [atLeast(exact), lessThan(exact + 1)] },
];

/** Patterns (flags `gi`) of every way to bound a number of `unit`, each with its meaning. */
export interface QuantityForm {
  readonly pattern: RegExp;
  readonly cue: RegExp;
  limits(groups: Readonly<Record<string, string | undefined>>): readonly Limit[];
}

export interface QuantityOptions {
  /** Source of a pattern for the thing counted. */
  readonly unit: string;
  /** Sources of what comes before and after; empty when left out. */
  readonly lead?: string;
  readonly tail?: string;
}

export function quantityForms({ unit, lead = '', tail = '' }: QuantityOptions): readonly QuantityForm[] {
  return forms.map((form) => ({
    pattern: new RegExp(
      `${lead}(?<![a-z\\d\\u00C0-\\u024F])${withUnit(form.source, unit)}${unit === '' ? '(?![a-z\\d])' : ''}${tail}`,
      'gi',
    ),
    cue: form.cue,
    limits: (groups) => limitsOf(form, groups),
  }));
}

/** `at least twice`, `3 to 5 times`, `once or less`, `only once`: what follows a word that is to be repeated. */
export function timesForms({ lead = '', tail = '' }: Omit<QuantityOptions, 'unit'>): readonly QuantityForm[] {
  const adverbs: readonly Form[] = [
    { source: '(?:at least|no less than) W', cue: /at least|no less/i, limits: (low) => [atLeast(low)] },
    {
      source: '(?:at most|no more than|not more than|only|just) W',
      cue: /most|more|only|just/i,
      limits: (high) => [lessThan(high + 1)],
    },
    { source: '(?:less than|fewer than) W', cue: /less|fewer/i, limits: (high) => [lessThan(high)] },
    { source: 'more than W', cue: /more/i, limits: (low) => [atLeast(low + 1)] },
    { source: 'W or more', cue: /or more/i, limits: (low) => [atLeast(low)] },
    { source: 'W or less', cue: /or less/i, limits: (high) => [lessThan(high + 1)] },
    { source: 'exactly W', cue: /exactly/i, limits: (exact) => [atLeast(exact), lessThan(exact + 1)] },
  ];
  return [
    ...quantityForms({ unit: 'times?', lead: `${lead}(?:for )?`, tail }),
    ...adverbs.map((form) => ({
      pattern: new RegExp(
        `${lead}(?:for )?(?<![a-z\\d\\u00C0-\\u024F])${form.source.replace('W', '(?<n>once|twice|thrice)')}${tail}`,
        'gi',
      ),
      cue: form.cue,
      limits: (groups: Readonly<Record<string, string | undefined>>) => limitsOf(form, groups),
    })),
  ];
}

export interface FoundLimits {
  readonly limits: readonly Limit[];
  readonly span: Span;
  readonly groups: Readonly<Record<string, string | undefined>>;
}

/** What the forms find, in text order; of two that overlap the one whose form comes first. */
export function findLimits(
  instruction: InstructionReading,
  quantities: readonly QuantityForm[],
): readonly FoundLimits[] {
  const found: FoundLimits[] = [];
  for (const form of quantities) {
    if (!form.cue.test(instruction.text)) continue;
    for (const { span, groups } of instruction.find(form.pattern)) {
      if (found.some((other) => other.span.start < span.end && span.start < other.span.end)) continue;
      const limits = form.limits(groups);
      if (limits.length > 0) found.push({ limits, span, groups });
    }
  }
  return found.sort((a, b) => a.span.start - b.span.start);
}

/** Without a unit the number stands alone: `the word count must be at least 60`. */
function withUnit(source: string, unit: string): string {
  const alone = unit === '' ? source.replaceAll(/ U\b|\(\?: U\)\?/gu, '') : source;
  return alone
    .replaceAll(/\bN\b/gu, () => `(?<n>${numberPattern})`)
    .replaceAll(/\bM\b/gu, () => `(?<m>${numberPattern})`)
    .replaceAll(/\bU\b/gu, () => `(?:${unit})(?![a-z\\d\\u00C0-\\u024F])`);
}

function limitsOf(form: Form, groups: Readonly<Record<string, string | undefined>>): readonly Limit[] {
  const first = numberOf(groups['n'] ?? '');
  const second = numberOf(groups['m'] ?? '0');
  if (first === null || second === null) return [];
  const limits = form.limits(first, second);
  // `1 or 2 sentences` bounds from above: there is always one.
  return first === 1 && second > 1 ? limits.slice(1) : limits;
}
