import { z } from 'zod';
import type { CheckResult } from '../constraint';
import type { DetectableVerifier, Found } from '../detectable';
import { count, limitSign, limitWords, relation, within, type Limit } from '../limit';
import { spansOf, verdict } from '../outcome';
import type { InstructionReading } from '../reading/instructionReading';
import { findLimits, quantityForms } from '../reading/quantity';
import { responseLanguage } from './language';
import { fewerCapitalWords, moreCapitalWords } from '../repairing/capitalWords';
import { capitalWords } from '../tokens';

const noArgs = z.object({});
type NoArgs = z.infer<typeof noArgs>;

export const englishLowercase: DetectableVerifier<NoArgs> = {
  type: 'change_case:english_lowercase',
  cue: /lower|small|capital|upper/i,
  args: noArgs,
  describe: () => 'all lowercase',
  check: (text) => {
    const capitals = spansOf(text, /[\p{Uppercase}\p{Lt}]+/gu);
    if (capitals.length > 0)
      return verdict(false, 'There are capital letters; all must be lowercase.', capitals);
    if (!/\p{Lowercase}/u.test(text)) return verdict(false, 'There is no lowercase letter.');
    return inEnglish(text);
  },
  detect: (instruction) => clauses(instruction, lowercaseRequests),
  repair: (text) => [text.toLowerCase()],
  repairNote: 'put in lowercase',
};

export const englishCapital: DetectableVerifier<NoArgs> = {
  type: 'change_case:english_capital',
  cue: /capital|caps|upper|lower/i,
  args: noArgs,
  describe: () => 'all capitals',
  check: (text) => {
    const small = spansOf(text, /[\p{Lowercase}\p{Lt}]+/gu);
    if (small.length > 0) return verdict(false, 'There are lowercase letters; all must be capitals.', small);
    if (!/\p{Uppercase}/u.test(text)) return verdict(false, 'There is no capital letter.');
    return inEnglish(text);
  },
  detect: (instruction) => clauses(instruction, capitalRequests),
  repair: (text) => [text.toUpperCase()],
  repairNote: 'put in capitals',
};

/** IFEval's two types of case ask for English as well. */
function inEnglish(text: string): CheckResult {
  return responseLanguage.check(text, { language: 'en' });
}

const frequencyArgs = z.object({ capital_frequency: count, capital_relation: relation });
type FrequencyArgs = z.infer<typeof frequencyArgs>;

export const capitalWordFrequency: DetectableVerifier<FrequencyArgs> = {
  type: 'change_case:capital_word_frequency',
  cue: /capital|caps|upper/i,
  args: frequencyArgs,
  describe: (args) => `${limitSign(limitOf(args))} words in capitals`,
  check: (text, args) => {
    const words = capitalWords(text);
    const limit = limitOf(args);
    return verdict(
      within(words.length, limit),
      `${words.length} words are all in capitals; it must be ${limitWords(limit)}.`,
      limit.relation === 'at least' ? [] : words,
    );
  },
  detect: (instruction) =>
    findLimits(instruction, capitalWordForms).flatMap(({ limits, span }) =>
      limits.map((limit) => ({
        args: { capital_frequency: limit.count, capital_relation: limit.relation },
        span,
      })),
    ),
  repair: (text, args) => {
    const limit = limitOf(args);
    const repaired =
      limit.relation === 'at least' ? moreCapitalWords(text, limit.count) : fewerCapitalWords(text, limit);
    return repaired === null ? [] : [repaired];
  },
  repairNote: 'changed the number of words in capitals',
};

function limitOf(args: FrequencyArgs): Limit {
  return { relation: args.capital_relation, count: args.capital_frequency };
}

function clauses(instruction: InstructionReading, patterns: readonly RegExp[]): readonly Found<NoArgs>[] {
  const found = patterns
    .flatMap((pattern) => instruction.find(pattern))
    .filter(({ span }) => {
      const before = instruction.before(span.start);
      return (
        !partOfText.test(before) &&
        !someWords.test(instruction.text.slice(span.start, span.end)) &&
        !/^ for (?!everything|all\b|(?:your|this|the (?:entire|whole|complete|full)))/i.test(
          instruction.text.slice(span.end),
        ) &&
        !/^[^.,;\n]{0,20}\b(?:words? or phrases|at (?:least|most) \S+ (?:times?|words?)|at (?:least|most) (?:once|twice))\b/i.test(
          instruction.text.slice(span.end),
        )
      );
    });
  const longest = [...found].sort((a, b) => b.span.end - b.span.start - (a.span.end - a.span.start))[0];
  return longest === undefined ? [] : [{ args: {}, span: longest.span }];
}

/** The clause itself counts words, so it is about some of them. */
const someWords = /\bwords? (?:or phrases )?(?:with|in|of)\b|\bat least\b|\btimes\b|\bphrases\b/i;

/** Words before the clause which say that it is about a part of the response only. */
const partOfText =
  /\b(?:title|heading|headings|headers?|subject|first|last|keywords?|name of|each|every|some|few|sentence|username|variable|section (?:titles?|names?)|at least|at most|times|highlight|phrases?|acronyms?)\b(?:(?!\b(?:and|but|then|also)\b)[^.,;:])*$|\bwords?\b(?:(?!\b(?:and|but|then|also)\b)[^.,;:])*$/i;

const whole = '(?:entire |whole |complete |full |final |all )*';
const subject = `(?:(?:in )?(?:your|the|this|my|every(?:thing)?(?: in)?(?: your)?) ${whole}(?:response|answer|reply|output|text|message|poem|song|story|essay|letter|lyrics)(?:(?!,? (?:but|and)\\b)[^.\\n]){0,60}? )?`;
const english = '(?:in English,? (?:language )?(?:and )?)?';
const lower = '(?:lowercase|lower case|lower-case|lowercased|small)';
const upper = '(?:capital|uppercase|upper case|upper-case)';
const whatsoever = '(?: (?:whatsoever|at all|anywhere))?';

const everything =
  '(?:everything|it all|all of it|the whole thing|(?:your|the) (?:entire|whole|complete) (?:response|answer|reply|text|output))';

const lowercaseRequests: readonly RegExp[] = [
  `${subject}${english}(?:(?:with )?all (?:the |of the )?letters )?(?:(?:all )?(?:in|using|use|uses|only use|only using|only|be|is|contain|contains|with|and|,) )(?:in )?(?:only )?(?:all |entirely |completely |only )*(?:in )?(?:the )?${lower}(?: English)?(?: letters?| characters?| words)?(?: only)?\\b(?:,? (?:and |with )?(?:no|without) (?:capital(?: letter)?s?|capitali[sz]ations?|uppercase)(?: letters?)?${whatsoever})?`,
  `${subject}${english}(?:there (?:should|must) be |contain |contains |have |has |with |use |using |and )?(?:no|without(?: any)?|(?:not?|don['’]?t|never) (?:use|contain|include)(?: any)?|avoid(?: using)?(?: any)?) (?:capital|uppercase|upper case) letters?(?: (?:are|is|should be|may be|can be) (?:allowed|used|permitted))?${whatsoever}`,
  `no capital letters?(?: (?:are|is) (?:allowed|used))?${whatsoever}`,
  `(?:the use of )?(?:capital|uppercase|upper case) letters (?:are|is) (?:not (?:allowed|permitted)|forbidden|prohibited)`,
  `(?:not|n['’]t) be any (?:capital|uppercase|upper case) letters?`,
  `not allowed to use (?:any )?(?:capital|uppercase|upper case) letters?`,
  `(?:avoid|refrain from) using (?:any )?(?:${upper}) letters?${whatsoever}`,
  `(?:be |make (?:it|everything) )?(?:entirely|all|completely|only) ${lower}(?: letters?)?(?=[.,;!)]|$)`,
  `(?:all|every) (?:the )?letters? (?:should|must) be ${lower}`,
  `(?:do not|don['’]?t|never) capitali[sz]e (?:anything|any (?:letters?|words?)|a single (?:letter|word))`,
  `not a single letter in (?:your|the) (?:entire |whole )?(?:response|answer|reply) is capitali[sz]ed(?: whatsoever)?`,
  `lowercase letters(?:,)? (?:only )?(?=(?:.{0,30}no capital))`,
].map((source) => new RegExp(`(?<![a-z\\d\\u00C0-\\u024F])${source}`, 'gi'));

const capitalRequests: readonly RegExp[] = [
  `${subject}${english}(?:in |use |using |be |is |with |contain |and |, )?(?:only |entirely )?(?:in )?(?:all|only|entirely|completely|fully)(?: use| in)? (?:${upper} letters?|caps|uppercase|capitals|upper case|capitali[sz]ed)(?: only)?\\b`,
  `${subject}(?:in )?${english}(?:in )?all ${upper}(?: letters?)?\\b`,
  `only use ${upper} letters?\\b`,
  `capitali[sz]e (?:all (?:of )?(?:your |the )?(?:words|letters)|every (?:single )?(?:letter|word)|(?:your|the) entire (?:response|answer|reply))`,
  `all (?:the )?letters in (?:your|the) (?:entire |whole )?(?:response|answer|reply) (?:should|must) be (?:capitali[sz]ed|uppercase|capital)`,
  `no lowercase letters(?: (?:are|is) allowed)?${whatsoever}`,
  `(?:avoid|refrain from|do not|don't|never|without) (?:use |using )?(?:any )?lowercase letters${whatsoever}`,
  `(?:in )?(?:in English,? (?:and )?)?(?:in )?(?:${upper}) letters only`,
  `lowercase letters (?:are|is) (?:not (?:allowed|permitted)|forbidden|prohibited)`,
  `\\b(?:your|the|this|whole|entire|complete) ${whole}(?:response|answer|reply|output|text) (?:is|must be|should be|has to be|needs to be)(?: written)? in (?:all )?(?:${upper}(?: letters?)?|caps|capitals)\\b`,
  `all (?:the )?letters (?:should|must) be (?:capitali[sz]ed|uppercase|capitals?)`,
  `(?:everything|all of it)(?: in (?:your|the) [a-z]+)? (?:in|using) uppercase(?: formatting| letters)?`,
  `(?:only )?(?:in|use|using) (?:${upper}(?: letters?)?|capitals|caps) only`,
  `${everything}(?: (?:must|should|has to|needs to) be)?(?: written)? (?:all |entirely |completely )?in (?:${upper}(?: letters?)?|capitals|caps)\\b`,
  `(?:in )?all-caps(?! words?)\\b`,
  `(?:write|answer|respond|reply)(?: only| entirely| completely)? in (?:${upper} letters|uppercase|upper case|capitals|caps)(?= ?(?:[.,;!\\n)]|$|please|and\\b))`,
  `with all (?:the )?letters capitali[sz]ed`,
  `every (?:single )?(?:letter|word) (?:should|must|has to) be (?:capitali[sz]ed|uppercase|in capitals)`,
].map(
  (source) =>
    new RegExp(`(?<![a-z\\d\\u00C0-\\u024F])${source}(?! (?:at least|for at least|should appear))`, 'gi'),
);

const inCapitals = `(?:with|(?:(?:must|should|have to|need to) be |are |be )?in|of|that are|written (?:entirely |fully |completely )?in) (?:all |only )?(?:${upper}(?: letters?)?|caps|capitals)`;
const capitalThings = `(?:words?|words? or phrases|phrases|terms|words and phrases) (?:(?:in|of) (?:the|your|this) \\w+ )?${inCapitals}`;
const gap = '(?:[^.\\n]{0,30}?)';
const capitalWordForms = [
  // Use all caps for at least 5 words; capitalize all letters of at least 5 words.
  ...quantityForms({
    unit: 'words?',
    lead: `(?:\\b(?:all )?(?:caps|capitals|${upper}(?: letters?)?) (?:for|in|on)|\\bcapitali[sz]e (?:all|every) (?:the )?letters? (?:of|in)) `,
  }),
  // Emphasize at least 5 words by writing them in all capital letters.
  ...quantityForms({
    unit: 'words?',
    tail: ` by (?:writing|putting|typing|setting) them (?:entirely )?in (?:all )?(?:${upper}(?: letters?)?|caps|capitals)`,
  }),
  // The number of words in all capital letters should be at least 5.
  ...quantityForms({
    unit: '',
    lead: `\\bnumber of (?:${capitalThings}|all-?caps words|all caps words)(?: (?:is|should be|must be|has to be|to|should|must))? (?=(?:at|no|not|less|fewer|more|under|below|over|between|up|exceed))`,
  }),
  {
    pattern: new RegExp(`\\blimit the number of (?:${capitalThings}|all-?caps words) to (?<n>\\d+)`, 'gi'),
    cue: /limit/i,
    limits: (groups: Readonly<Record<string, string | undefined>>): readonly Limit[] => [
      { relation: 'less than', count: Number(groups['n']) + 1 },
    ],
  },
  ...quantityForms({
    unit: `(?:such )?(?:${capitalThings}|(?:all-?caps?|all caps|all-capital|all-uppercase) words?|(?:fully )?capitali[sz]ed words|all ${upper} words|(?:upper-?case) words)`,
  }),
  ...quantityForms({
    unit: 'times?',
    lead: `(?:(?:use|include|have) )?(?:the )?(?:${capitalThings}|(?:all-?caps|all caps|all-capital) words)(?: \\([^)\\n]{0,40}\\))?(?:,)?${gap} `,
  }),
];
