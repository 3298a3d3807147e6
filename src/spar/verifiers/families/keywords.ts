import { escaped } from '../pattern';
import { z } from 'zod';
import type { Span } from '../constraint';
import type { DetectableVerifier, Found } from '../detectable';
import { count, largestAllowed, limitSign, limitWords, relation, within, type Limit } from '../limit';
import { broken, counted, held, spansOf, verdict } from '../outcome';
import type { InstructionReading } from '../reading/instructionReading';
import { findLimits, quantityForms, timesForms } from '../reading/quantity';
import {
  aboutPlace,
  followedByTimes,
  isCounted,
  isOfPart,
  isPlainMention,
  lists,
  namedLists,
} from '../reading/requestedWords';
import { quotedList } from '../reading/wordList';
import { withoutWords } from '../repairing/forbidden';
import { withFewerUses, withoutSentencesAt } from '../repairing/leaveOut';
import { withKeywordLine, withKeywordList, withKeywords } from '../repairing/required';

const words = z.array(z.string().min(1)).min(1);

const existenceArgs = z.object({ keywords: words });
type ExistenceArgs = z.infer<typeof existenceArgs>;

/** As in IFEval, a keyword also counts inside a longer word, in any case. */
export const keywordExistence: DetectableVerifier<ExistenceArgs> = {
  type: 'keywords:existence',
  cue: /word|term|phrase|items|mention|include|use both/i,
  args: existenceArgs,
  describe: (args) => `includes ${quotedWords(args.keywords)}`,
  check: (text, args) => {
    const missing = args.keywords.filter((word) => !anywhere(word).test(text));
    return verdict(
      missing.length === 0,
      `${quotedWords(missing)} must appear and ${missing.length === 1 ? 'does' : 'do'} not.`,
    );
  },
  detect: (instruction) =>
    [
      ...lists(instruction, required),
      ...lists(instruction, requiredBefore),
      ...lists(instruction, requiredLabel),
      ...namedLists(instruction, requiredBehind),
      ...namedLists(instruction, requiredEnsured),
      ...lists(instruction, requiredQuoted, quotedList).filter(({ list }) =>
        isPlainMention(instruction, list),
      ),
    ].flatMap(({ span, list }) =>
      isOfPart(instruction, span.start) || isCounted(instruction, { start: span.start, end: list.end })
        ? []
        : [{ args: { keywords: [...list.words] }, span }],
    ),
  repair: (text, args) => withKeywords(text, args.keywords),
  lastResort: (text, args) => withKeywordList(text, args.keywords),
  repairNote: 'wrote the keywords as asked',
  lastResortNote: 'added a list of the missing keywords',
};

const forbiddenArgs = z.object({ forbidden_words: words });
type ForbiddenArgs = z.infer<typeof forbiddenArgs>;

/** Whole words only, in any case. */
export const forbiddenWords: DetectableVerifier<ForbiddenArgs> = {
  type: 'keywords:forbidden_words',
  cue: /word|term|phrase|["“'‘]/i,
  args: forbiddenArgs,
  describe: (args) => `without ${quotedWords(args.forbidden_words)}`,
  check: (text, args) => {
    const spans = args.forbidden_words.flatMap((word) => spansOf(text, whole(word)));
    const used = args.forbidden_words.filter((word) => whole(word).test(text));
    if (used.length === 0) return held;
    return broken(
      `${quotedWords(used)} must not appear; found ${counted(spans.length, 'time')}.`,
      [...spans].sort((a, b) => a.start - b.start),
    );
  },
  detect: (instruction) =>
    [
      ...lists(instruction, forbidden),
      ...namedLists(instruction, forbiddenBehind),
      ...lists(instruction, forbiddenLabel),
      ...lists(instruction, forbiddenQuoted, quotedList),
    ].flatMap(({ span, list }) =>
      followedByTimes(instruction.text, list.end) || aboutPlace(instruction.text, list.end)
        ? []
        : [{ args: { forbidden_words: [...list.words] }, span }],
    ),
  repair: (text, args) => {
    const repaired = withoutWords(text, args.forbidden_words.map(whole));
    return repaired === null ? [] : [repaired];
  },
  repairNote: 'removed forbidden words',
  lastResort: (text, args) =>
    withoutSentencesAt(
      text,
      args.forbidden_words.flatMap((word) => spansOf(text, whole(word))),
    ),
  lastResortNote: 'left out sentences with forbidden words',
};

const frequencyArgs = z.object({ keyword: z.string().min(1), frequency: count, relation });
type FrequencyArgs = z.infer<typeof frequencyArgs>;

export const keywordFrequency: DetectableVerifier<FrequencyArgs> = {
  type: 'keywords:frequency',
  cue: /times?\b|once|twice|thrice|occurrence|instance|mentions|uses|repetition/i,
  args: frequencyArgs,
  describe: (args) =>
    `“${args.keyword}” ${limitSign({ relation: args.relation, count: args.frequency })} times`,
  check: (text, args) => {
    const spans = spansOf(text, anywhere(args.keyword.trim()));
    const limit: Limit = { relation: args.relation, count: args.frequency };
    return verdict(
      within(spans.length, limit),
      `“${args.keyword}” appears ${counted(spans.length, 'time')}; it must be ${limitWords(limit)}.`,
      largestAllowed(limit) === null ? [] : spans,
    );
  },
  detect: (instruction) =>
    findLimits(instruction, frequencyForms).flatMap(
      ({ limits, span, groups }): readonly Found<FrequencyArgs>[] => {
        const keyword = (groups['quoted'] ?? groups['bare'] ?? '').trim();
        if (
          keyword === '' ||
          (groups['lone'] !== undefined && isNamed(instruction, span.start)) ||
          /^(?:letter|word|following|count|limit|should|must|may|can|will|are|is|for|in|with|that|which|to|at|all|only|of|and|or)$/i.test(
            keyword,
          )
        )
          return [];
        return limits
          .filter(
            (limit) =>
              !(
                limit.relation === 'at least' &&
                limit.count === 1 &&
                limits.length === 1 &&
                /include|contain|use/i.test(groups['verb'] ?? '')
              ),
          )
          .map((limit) => negatedAt(instruction, span, limit))
          .map((limit) => ({ args: { keyword, frequency: limit.count, relation: limit.relation }, span }));
      },
    ),
  repair: (text, args) => {
    const most = largestAllowed({ relation: args.relation, count: args.frequency });
    const repaired = most === null ? null : withoutWords(text, [whole(args.keyword.trim())], most);
    return repaired === null ? [] : [repaired];
  },
  repairNote: 'removed repeated words',
  lastResort: (text, args) => {
    const most = largestAllowed({ relation: args.relation, count: args.frequency });
    const uses = spansOf(text, anywhere(args.keyword.trim()));
    if (most !== null) return withFewerUses(text, uses, most);
    // One use more is no repetition; more of them would be.
    return args.frequency - uses.length === 1 ? withKeywordLine(text, args.keyword.trim()) : [];
  },
  lastResortNote: 'changed how often the word is used',
};

const letterArgs = z.object({
  /** Letters count without regard to case. IFEval draws another letter at random where this is none; here the sign itself counts. */
  letter: z.string().regex(/^\S$/u, 'One letter or sign.'),
  let_frequency: count,
  let_relation: relation,
});
type LetterArgs = z.infer<typeof letterArgs>;

export const letterFrequency: DetectableVerifier<LetterArgs> = {
  type: 'keywords:letter_frequency',
  cue: /letter ["“‘']?[a-z]\b/i,
  args: letterArgs,
  describe: (args) => `letter “${args.letter}” ${limitSign(letterLimit(args))} times`,
  check: (text, args) => {
    const spans = spansOf(text, new RegExp(escaped(args.letter), 'giu'));
    return verdict(
      within(spans.length, letterLimit(args)),
      `The letter “${args.letter}” appears ${counted(spans.length, 'time')}; it must be ${limitWords(letterLimit(args))}.`,
      args.let_relation === 'at least' ? [] : spans,
    );
  },
  lastResort: (text, args) => {
    const most = largestAllowed(letterLimit(args));
    return most === null
      ? []
      : withFewerUses(text, spansOf(text, new RegExp(escaped(args.letter), 'giu')), most);
  },
  lastResortNote: 'left out sentences with the letter',
  detect: (instruction) => [
    ...findLimits(instruction, letterForms).flatMap(({ limits, span, groups }) =>
      limits
        .map((limit) => negatedAt(instruction, span, limit))
        .map((limit) => ({
          args: {
            letter: (groups['letter'] ?? '').toLowerCase(),
            let_frequency: limit.count,
            let_relation: limit.relation,
          },
          span,
        })),
    ),
    ...instruction
      .find(noLetter)
      .filter(({ span }) => !followedByTimes(instruction.text, span.end))
      .map(({ span, groups }) => ({
        args: {
          letter: (groups['letter'] ?? '').toLowerCase(),
          let_frequency: 1,
          let_relation: 'less than' as const,
        },
        span,
      })),
  ],
};

/** `Do not use it more than twice`, `it should not appear 3 or more times`: what is forbidden is bounded from above. */
function negatedAt(instruction: InstructionReading, span: Span, limit: Limit): Limit {
  if (limit.relation !== 'at least') return limit;
  const clause = instruction.before(span.start).slice(-40) + instruction.text.slice(span.start, span.end);
  const isNegated = /\b(?:not|never|cannot|avoid|refrain from|without)\b|n['’]t\b/i.test(
    clause.replaceAll(/\bnot? (?:more|less|fewer)\b|\b(?:don['’]t|do not|never) (?:forget|fail)\b/gi, ''),
  );
  const isOver = /\b(?:more than|over)\b|\bor more\b/i.test(clause);
  return isNegated && isOver ? { relation: 'less than', count: limit.count } : limit;
}

/** A noun stands before the quoted word, so another form reads it. */
function isNamed(instruction: InstructionReading, at: number): boolean {
  return /\b(?:letters?|words?|key ?words?|terms?|names?|phrases?|and|or|,)\s*$/i.test(
    instruction.before(at),
  );
}

function letterLimit(args: LetterArgs): Limit {
  return { relation: args.let_relation, count: args.let_frequency };
}

function quotedWords(list: readonly string[]): string {
  return list.map((word) => `“${word}”`).join(', ');
}

function anywhere(word: string): RegExp {
  return new RegExp(escaped(word), 'giu');
}

/**
 * The word in any case, between Python's `\b`, which knows letters and digits of every script. Plain letters are given
 * in each case, since a pattern that folds case takes milliseconds to compile where it names classes of characters.
 */
function whole(word: string): RegExp {
  const inWord = '[\\p{L}\\p{N}_]';
  const start = /^[\p{L}\p{N}_]/u.test(word) ? `(?<!${inWord})` : `(?<=${inWord})`;
  const end = /[\p{L}\p{N}_]$/u.test(word) ? `(?!${inWord})` : `(?=${inWord})`;
  const source = `${start}${inAnyCase(word)}${end}`;
  return new RegExp(source, isPlain(word) ? 'gu' : 'giu');
}

function isPlain(word: string): boolean {
  return /^[\x20-\x7E]*$/u.test(word);
}

function inAnyCase(word: string): string {
  if (!isPlain(word)) return escaped(word);
  // Two signs outside ASCII fold to plain letters.
  const folding: Readonly<Record<string, string>> = { k: '\u212A', s: '\u017F' };
  return escaped(word).replaceAll(/[a-z]/giu, (char) => {
    const lower = char.toLowerCase();
    return `[${lower}${lower.toUpperCase()}${folding[lower] ?? ''}]`;
  });
}

const nouns =
  '(?:key ?words?|words?(?! (?:processor|count|limit|order|choice|list|length|search|game|play|problem|cloud)s?\\b)|terms?|phrases?)';
const required = new RegExp(
  `(?<!(?:\\b(?:not|never|cannot|avoid|without|from|no)\\b|n['’]t\\b)(?! (?:forget|fail)\\b)[^.\\n]{0,25}|\\bsentences? (?:that|which|to) |\\b(?:begin|start|end|finish|clos|conclud|search|puzzle|list)\\w* )\\b(?:(?:please )?(?:include|includes|including|contain|contains|containing|incorporate|mention|use(?! of)|using|add|(?:(?:should|must) have|with|work(?=[^.\\n]{1,60} into\\b))(?= (?:the |these |both |following |all )*(?:key ?words?|words)[ :]))) (?:(?:the|these|all|all of|both|following|of|each|keyword|your|my|this|two|three|four|five|items) )*(?:following )?(?:${nouns}(?: below)?(?: in (?:your|the) (?:entire )?(?:response|reply|answer|text|output)(?=:))?(?=\\s*[:"'“‘\`[]|\\s+[a-z\\u00C0-\\u024F])(?:\\s*:)?|items:)`,
  'gi',
);
const requiredBefore = new RegExp(
  `(?:the )?following ${nouns} (?:should|must|need to|have to) (?:be (?:included|used|mentioned)|appear)(?: in (?:your|the) (?:response|answer|text))?:`,
  'gi',
);
const named = '(?<words>[^.:;\\n]{1,120}?)';
const requiredBehind = new RegExp(
  `\\b(?:both|all)?(?: of)?(?: ?the)? ${nouns},? ${named},? (?:should|must|need to|have to|needs to|has to) (?:all |both )?(?:be (?:included|used|mentioned|present|(?=in (?:your|the) (?:response|answer|reply|text)))|appear)(?= ?(?:[.,;!\\n]|$|in (?:your|the)|somewhere))`,
  'gi',
);
const requiredEnsured = new RegExp(
  `\\b(?:ensure|make sure|be sure)(?: that)? (?:(?:both|all) (?:of )?)?the ${nouns} ${named} (?:appears?|(?:is|are) (?:used|included|mentioned))(?= ?(?:[.,;!\\n]|$|in (?:your|the) (?:response|answer|text|reply)|somewhere))`,
  'gi',
);
const forbiddenBehind = new RegExp(
  `\\bthe (?:use of (?:the )?)?${nouns} ${named} (?:(?:should|must|may|can) ?not (?:be (?:included|used|mentioned)|appear)|(?:do(?:es)? not|do(?:es)?n['’]t) appear|(?:is|are) (?:not allowed|forbidden|banned|prohibited|off limits))(?= ?(?:[.,;!\\n]|$|in (?:your|the) (?:response|answer|text|reply)|anywhere))`,
  'gi',
);
const negation =
  "(?:do not|don['’]?t|leave out|leaving out|omit|does not|doesn't|should not|shouldn't|must not|mustn't|cannot|can't|can not|may not|not|never|avoid|without|refrain from|stay away from|steer clear of|exclude)(?: (?:allowed|permitted|supposed) to)?";
const using =
  '(?: (?:to )?(?:include|including|use|using|mention|mentioning|say|saying|contain|containing|have|having|write|writing|the use of|be|any|either|any of|utter|uttering|employ))*';
const forbidden = new RegExp(
  `\\b${negation}${using}(?: (?:any|either|any of|of))?(?: (?:the|these|this|following|specific|forbidden|of the|single))*\\s+${nouns}(?: in (?:your|the) (?:entire )?(?:response|reply|answer|text|output)(?=:))?(?=\\s*[:"'“‘\`[]|\\s+[a-z\\u00C0-\\u024F])(?:\\s*:)?`,
  'gi',
);
const forbiddenLabel =
  /\b(?:the following (?:key ?words?|words?|terms?|phrases?) (?:are|is) (?:not allowed|forbidden|banned|prohibited|off limits|not to be used)(?: in (?:your|the) \w+)?:|(?:forbidden|banned|prohibited|words? to avoid|do[- ]not[- ]use)(?: key ?words?| words?| terms?| phrases?)?:)/gi;
const requiredLabel =
  /\b(?:(?:required|mandatory) (?:key ?words?|words?|terms?|phrases?)|(?:key ?words?|words?|terms?|phrases?) to (?:include|use|mention)):/gi;
/** A verb and quoted words, no more. */
const requiredQuoted = new RegExp(
  `(?<!(?:\\b(?:not|never|avoid|without|from|no|to not)\\b|n['’]t\\b)[^.\\n]{0,25})\\b(?:(?:mention|include)(?: both)?|use both)(?=\\s*["“'‘][a-z\\d\\u00C0-\\u024F])`,
  'gi',
);
const forbiddenQuoted = new RegExp(
  `\\b${negation}${using}(?=\\s*["'“‘])|\\bneither(?=\\s*["“‘'][^"”’'\\n]{1,60}["”’'] nor [^.\\n]{1,60}\\b(?:appear|be (?:used|included|mentioned)))`,
  'gi',
);

const keyword = '(?:["“‘\'](?<quoted>[^"“”\'‘’\\n]{1,60})["”’\']|(?<bare>[a-z\\d\\u00C0-\\u024F-]{1,40}))';
const verbs = '(?:(?<verb>include|includes|contain|contains|mention|use|uses|using|say|repeat)s? )?';
const appears =
  "(?: (?:should|must|has to|needs to|to|shall|is to|will|can|may)(?: ?not)?(?: only)?| (?:does not|(?:does|should|must|ca)n['’]t|may not))?(?: (?:appear|appears|appearing|show up|shows up|be used|be mentioned|occur|occurs|be included|is used|be present|be repeated))?(?: in (?:your|the) (?:entire )?(?:response|answer|reply|text))?";
const frequencyForms = [
  ...timesForms({
    lead: `${verbs}(?:the )?(?:key ?word|word|term|name|phrase)s? ${keyword}${appears} `,
    tail: '(?! (?:a|per|each|in each|in every)\\b)',
  }),
  ...quantityForms({
    unit: `(?:occurrences?|instances?|mentions|uses|repetitions) of (?:the )?(?:(?:key ?word|word|term|name|phrase) )?${keyword}`,
  }),
  ...timesForms({
    lead: `\\blimit (?:the )?(?:use|usage|number) of (?:the )?(?:key ?word|word|term|phrase) ${keyword} to `,
  }),
  ...timesForms({
    lead: `(?:(?<verb>include|mention|use) )?["“](?<quoted>(?<lone>[^"“”\\n]{2,40}))["”]${appears} `,
    tail: '(?! (?:a|per|each|in each|in every)\\b)',
  }),
];
const letter = '["“‘\']?(?<letter>[a-z])(?![a-z\\d\\u00C0-\\u024F])["”’\']?';
const letterForms = [
  ...timesForms({ lead: `(?:include |use |contain |have )?(?:the )?letter ${letter}${appears} ` }),
  ...quantityForms({ unit: `(?:occurrences of )?(?:the )?letter ${letter}s?` }),
];
const noLetter = new RegExp(
  `\\b${negation}${using}(?: any)?(?: the)? letter ${letter}(?: (?:anywhere|whatsoever|at all))?(?: in (?:your|the) (?:entire |whole )?(?:response|answer|reply))?`,
  'gi',
);
