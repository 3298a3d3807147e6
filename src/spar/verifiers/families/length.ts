import { z } from 'zod';
import type { Span } from '../constraint';
import type { DetectableVerifier, Found } from '../detectable';
import { count, largestAllowed, limitSign, limitWords, relation, within, type Limit } from '../limit';
import { counted, thereAre, verdict } from '../outcome';
import type { InstructionReading } from '../reading/instructionReading';
import { findLimits, numberOf, numberPattern, quantityForms } from '../reading/quantity';
import { withParagraphs } from '../repairing/dividers';
import { withFewerWords } from '../repairing/leaveOut';
import { withFirstWord } from '../repairing/paragraphs';
import { withShorterTurns } from '../repairing/shorter';
import { withSentenceCount } from '../repairing/sentenceCount';
import { sentencesOf } from '../sentences';
import { countWords } from '../tokens';

const wordArgs = z.object({ num_words: count, relation });
type WordArgs = z.infer<typeof wordArgs>;

export const numberOfWords: DetectableVerifier<WordArgs> = {
  type: 'length_constraints:number_words',
  cue: /word/i,
  args: wordArgs,
  describe: (args) => `${limitSign({ relation: args.relation, count: args.num_words })} words`,
  check: (text, args) => {
    const words = countWords(text);
    const limit: Limit = { relation: args.relation, count: args.num_words };
    return verdict(
      within(words, limit),
      `The response has ${counted(words, 'word')}; it must be ${limitWords(limit)}.`,
    );
  },
  repair: (text, args) => {
    const most = largestAllowed({ relation: args.relation, count: args.num_words });
    return most === null ? [] : withShorterTurns(text, countWords(text) - most);
  },
  repairNote: 'shortened turns of phrase',
  lastResort: (text, args) => {
    const most = largestAllowed({ relation: args.relation, count: args.num_words });
    return most === null ? [] : withFewerWords(text, countWords(text) - most);
  },
  lastResortNote: 'left out sentences',
  detect: (instruction) =>
    findLimits(instruction, wordForms)
      .filter(
        ({ span }) =>
          !ofPart(instruction, span) &&
          !isExact(instruction, span) &&
          !describedWords.test(instruction.text.slice(span.end)),
      )
      .flatMap(({ limits, span }) =>
        limits.map((limit) => ({ args: { num_words: limit.count, relation: limit.relation }, span })),
      ),
};

const sentenceArgs = z.object({ num_sentences: count, relation });
type SentenceArgs = z.infer<typeof sentenceArgs>;

export const numberOfSentences: DetectableVerifier<SentenceArgs> = {
  type: 'length_constraints:number_sentences',
  cue: /sentence/i,
  args: sentenceArgs,
  describe: (args) => `${limitSign({ relation: args.relation, count: args.num_sentences })} sentences`,
  check: (text, args) => {
    const sentences = sentencesOf(text).length;
    const limit: Limit = { relation: args.relation, count: args.num_sentences };
    return verdict(
      within(sentences, limit),
      `The response has ${counted(sentences, 'sentence')}; it must be ${limitWords(limit)}.`,
    );
  },
  detect: (instruction) =>
    findLimits(instruction, sentenceForms)
      .filter(({ span }) => !ofPart(instruction, span))
      .flatMap(({ limits, span }) =>
        limits.map((limit) => ({ args: { num_sentences: limit.count, relation: limit.relation }, span })),
      ),
  repair: (text, args) => withSentenceCount(text, { relation: args.relation, count: args.num_sentences }),
  repairNote: 'joined or divided sentences',
};

const paragraphArgs = z.object({ num_paragraphs: count });
type ParagraphArgs = z.infer<typeof paragraphArgs>;

export const numberOfParagraphs: DetectableVerifier<ParagraphArgs> = {
  type: 'length_constraints:number_paragraphs',
  cue: /\*{3}|aster/i,
  args: paragraphArgs,
  single: true,
  describe: (args) => `${counted(args.num_paragraphs, 'part')}, *** between`,
  check: (text, args) => {
    const parts = text.split(/\s?\*\*\*\s?/u);
    const empty = parts.map((part) => part.trim() === '');
    if (empty.some((isEmpty, index) => isEmpty && index !== 0 && index !== parts.length - 1)) {
      return verdict(false, 'There is an empty part between two dividers ***.');
    }
    const found = empty.filter((isEmpty) => !isEmpty).length;
    // A text with nothing in it counts once at most in the official program, and never as asked.
    return verdict(
      found === args.num_paragraphs,
      `${thereAre(found, 'part')} with *** between; there must be ${args.num_paragraphs}.`,
    );
  },
  detect: (instruction) => {
    const found = dividedInto(instruction);
    return found.length > 0 ? found : templateParts(instruction);
  },
  repair: (text, args) => withParagraphs(text, args.num_paragraphs),
  repairNote: 'put *** between the parts',
};

const firstWordArgs = z.object({
  num_paragraphs: count,
  nth_paragraph: z.number().int().min(1),
  first_word: z.string().min(1),
});
type FirstWordArgs = z.infer<typeof firstWordArgs>;

export const nthParagraphFirstWord: DetectableVerifier<FirstWordArgs> = {
  type: 'length_constraints:nth_paragraph_first_word',
  cue: /paragraph/i,
  args: firstWordArgs,
  single: true,
  describe: (args) => `${args.num_paragraphs} paragraphs, no. ${args.nth_paragraph}: “${args.first_word}”`,
  check: (text, args) => {
    const paragraphs = text.split('\n\n');
    const found = paragraphs.filter((paragraph) => paragraph.trim() !== '').length;
    const nth = args.nth_paragraph <= found ? (paragraphs[args.nth_paragraph - 1]?.trim() ?? '') : '';
    if (found !== args.num_paragraphs)
      return verdict(false, `${thereAre(found, 'paragraph')}; there must be ${args.num_paragraphs}.`);
    return verdict(
      firstWordOf(nth) === args.first_word.toLowerCase(),
      `Paragraph ${args.nth_paragraph} must start with the word “${args.first_word}”.`,
    );
  },
  detect: (instruction) => {
    const total = instruction.find(paragraphTotal)[0];
    const word = instruction.find(firstWordRequest)[0];
    const number = numberOf(total?.groups['n'] ?? '');
    if (total === undefined || word === undefined || number === null) return [];
    const nth = ordinalOf(
      word.groups['nth'] ??
        word.groups['index'] ??
        word.groups['nthLater'] ??
        word.groups['indexLater'] ??
        word.groups['nthOf'] ??
        word.groups['indexOf'] ??
        '',
      number,
    );
    const first = word.groups['word'] ?? word.groups['wordLater'] ?? word.groups['wordOf'];
    if (nth === null || first === undefined || nth > number) return [];
    const span = {
      start: Math.min(total.span.start, word.span.start),
      end: Math.max(total.span.end, word.span.end),
    };
    return [{ args: { num_paragraphs: number, nth_paragraph: nth, first_word: first.toLowerCase() }, span }];
  },
  repair: (text, args) =>
    withFirstWord(text, { total: args.num_paragraphs, nth: args.nth_paragraph, word: args.first_word }),
  repairNote: 'arranged the paragraphs',
};

/** A number of parts and how they are to be divided, close together. */
function dividedInto(instruction: InstructionReading): readonly Found<ParagraphArgs>[] {
  return instruction
    .find(dividerRequest)
    .flatMap(({ span }): readonly Found<ParagraphArgs>[] => {
      const near = instruction.text.slice(
        Math.max(0, span.start - 260),
        sentenceEnd(instruction.text, span.end),
      );
      const numbers = [...near.matchAll(partCount)];
      const divider = span.start - Math.max(0, span.start - 260);
      const last = numbers.filter(({ index }) => index <= divider).at(-1) ?? numbers[0];
      const exact = numberOf(last?.groups?.['n'] ?? last?.groups?.['m'] ?? '');
      if (
        last === undefined ||
        exact === null ||
        /at least|at most|more than|less than/i.test(near.slice(Math.max(0, last.index - 12), last.index))
      )
        return [];
      const at = Math.max(0, span.start - 260) + last.index;
      return [
        {
          args: { num_paragraphs: exact },
          span: { start: Math.min(span.start, at), end: Math.max(span.end, at + last[0].length) },
        },
      ];
    })
    .slice(0, 1);
}

/** Of the sentence that holds the offset, at most 60 characters on. */
function sentenceEnd(text: string, offset: number): number {
  const rest = text.slice(offset, offset + 60);
  const end = /[.!?\n]/u.exec(rest);
  return offset + (end === null ? rest.length : end.index);
}

/** A template whose parts stand between lines of `***`, and which leaves no part to be thought of. */
function templateParts(instruction: InstructionReading): readonly Found<ParagraphArgs>[] {
  const { text } = instruction;
  const dividers = [...text.matchAll(/^\*\*\*[ \t]*$/gmu)];
  const first = dividers[0];
  const last = dividers.at(-1);
  if (
    first === undefined ||
    last === undefined ||
    !/\b(?:format|separat|divid|template)/i.test(text.slice(0, first.index))
  )
    return [];
  if (/^\s*(?:\.\.\.|…)\s*$/mu.test(text)) return [];
  return [
    { args: { num_paragraphs: dividers.length + 1 }, span: { start: first.index, end: last.index + 3 } },
  ];
}

/** The first word as IFEval reads it: lowercase, without leading quotation marks, up to the first mark. */
export function firstWordOf(paragraph: string): string {
  const word = /^\S*/u.exec(paragraph.trim())?.[0] ?? '';
  return (/^[^.,?!'"]*/u.exec(word.replace(/^'+/u, '').replace(/^"+/u, ''))?.[0] ?? '').toLowerCase();
}

/** The clause bounds a part of the response (`each paragraph`, `a title of`), not the whole. */
function ofPart(instruction: InstructionReading, span: Span): boolean {
  const before = instruction.before(span.start);
  const after = instruction.text.slice(span.end, span.end + 30);
  return (
    /\b(?:each|every|per|title|headline|heading|lines?|verse|stanza|bullet points?|bullets|first|second|last|paragraphs? (?:of|with|should)|sections? (?:of|with|should)|sentences? (?:of|with|should)|subject|slogan|in which|highlight|rhyme|(?:caps|letters|capitals|uppercase) (?:for|in|on)|bold|itali[cs]i[sz]e|emphasi[sz]e|underline|capitali[sz]e|caps for|capitals for)\b(?:(?!\b(?:and|but|then|also)\b)[^,;:])*$|\blist (?:of )?$/i.test(
      before,
    ) ||
    /^\s*(?:each|every|per|long each|in (?:each|every)|for (?:each|every)|in the (?:title|first|last))\b/i.test(
      after,
    )
  );
}

/** IFEval asks for an exact number of sentences, as two bounds, but never of words: that is left to be judged. */
function isExact(instruction: InstructionReading, span: Span): boolean {
  return /^exactly \S+ \w+$/i.test(instruction.text.slice(span.start, span.end));
}

/** `20 words in all capital letters`, `5 words that rhyme`: not a length. */
const describedWords =
  /^\s*(?:or phrases\b|(?:in|of) (?:the|your|this) \w+ (?:must|should|have to|need to|are)\b[^.\n]{0,20}\b(?:caps|capitals?|uppercase|bold|italics?|quotes|brackets)\b|(?:must|should|have to|need to|are|be)\b[^.\n]{0,20}\b(?:caps|capitals?|uppercase)\b|(?:with|in|of|from|containing|written(?: \w+)? in|by \w+ \w+ in) (?:all |the |only |your )*(?:capital|caps|uppercase|upper|lower|italic|bold|letter|list|following|french|spanish|german|text)|that\b|which\b|starting\b|beginning\b|ending\b|rhyming\b)/i;

const whole = '(?: (?:in|of) (?:your|the|this|my) (?:entire |whole )?[a-z]+)?';
const linking =
  '(?: (?:of|is|should be|must be|has to be|needs to be|to be|should|must|may|can|cannot|can(?=not)))?';
const wordForms = [
  ...quantityForms({
    unit: '',
    lead: `\\b(?:word count|(?:total )?number of words)${whole}${linking} (?=(?:at|no|not|less|fewer|more|under|below|over|between|up|exceed))`,
  }),
  ...quantityForms({ unit: '(?:English )?words?' }),
];
const sentenceForms = [
  ...quantityForms({
    unit: '',
    lead: `\\b(?:sentence count|(?:total )?number of sentences)${whole}${linking} (?=(?:at|no|not|less|fewer|more|under|below|over|between|up|exceed))`,
  }),
  ...quantityForms({ unit: '(?:short |long |complete |full )*sentences?' }),
];

const dividerRequest =
  /(?:separate[sd]?|insert|put|place|between|separating|separator|divide[sd]?|divider|divided|using|with|use|by|following)\b(?:(?!\*{4})[^.\n]){0,90}?(?:(?<!\*)\*{3}(?!\*)(?![^\n*]{1,40}\*{3})|(?:3|three) ast?eri(?:sk|x)s?(?: symbols?| markers?)?(?::? ?\(?\*{3}\)?)?)/gi;
const partCount = new RegExp(
  `(?:(?:exactly |in )?(?<n>${numberPattern})[ -](?:short |long )?(?:paragraphs?|sections|parts|stanzas|verses|steps|chapters)(?! (?:should|must) be highlight)|first (?<m>${numberPattern}) steps)`,
  'gi',
);
const paragraphTotal = new RegExp(
  `(?:exactly |should be |contain |with |in |as |of |a |an |write |me |reply with |have |has |use |there are )+(?<n>${numberPattern})(?: short| long)?[ -]paragraphs?`,
  'gi',
);
const ordinals = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];
const nth = `(?:(?<nth>\\d+(?:st|nd|rd|th)|${ordinals.join('|')}|last|final) (?:paragraph|one(?= (?:must|should|has|needs|to|with|start|begin))) ?|paragraph +(?:number |no\\.? ?|# ?)?(?<index>\\d+) ?)`;
const firstWordRequest = new RegExp(
  `(?:the )?(?:very )?${nth}(?:must |should |has to |needs to |have to |to )?(?:starts?|begins?) with (?:the )?(?:exact )?(?:first )?(?:word )?(?:of )?(?!(?:a|an|your|one|some) )["“']?(?<word>[a-z\\d\\u00C0-\\u024F-]+)["”']?|(?:start|begin) (?:the )?(?:very )?${nth.replaceAll('<nth>', '<nthLater>').replaceAll('<index>', '<indexLater>')}with (?:the )?(?:word )?(?!(?:a|an|your|one|some) )["“']?(?<wordLater>[a-z\\d\\u00C0-\\u024F-]+)["”']?|first word (?:of|in) (?:the )?${nth.replaceAll('<nth>', '<nthOf>').replaceAll('<index>', '<indexOf>')}(?:must|should|has to|needs to) be (?:the word )?["“']?(?<wordOf>[a-z\\d\\u00C0-\\u024F-]+)["”']?`,
  'gi',
);

function ordinalOf(words: string, last: number): number | null {
  const text = words.toLowerCase();
  if (text === 'last' || text === 'final') return last;
  const index = ordinals.indexOf(text);
  if (index !== -1) return index + 1;
  const digits = /^\d+/u.exec(text);
  return digits === null ? null : Number(digits[0]);
}
