import type { DetectableVerifier } from './detectable';
import { capitalWordFrequency, englishCapital, englishLowercase } from './families/changeCase';
import { repeatPrompt, twoResponses } from './families/combination';
import { placeholders, postscript } from './families/content';
import {
  bulletLists,
  constrainedResponse,
  highlights,
  jsonFormat,
  multipleSections,
  title,
} from './families/format';
import { forbiddenWords, keywordExistence, keywordFrequency, letterFrequency } from './families/keywords';
import { responseLanguage } from './families/language';
import {
  nthParagraphFirstWord,
  numberOfParagraphs,
  numberOfSentences,
  numberOfWords,
} from './families/length';
import { noComma } from './families/punctuation';
import { endChecker, quotation } from './families/startEnd';
import { jsonSchema } from './own/jsonSchema';
import { length } from './own/length';
import { parsesAs } from './own/parsesAs';
import { regex } from './own/regex';
import { wordList } from './own/wordList';

/**
 * Every constraint type that code knows, in the order in which repairs are made: first what decides which words are
 * there, then how they are arranged, then marks and case, then what wraps the whole.
 */
export const verifiers: readonly DetectableVerifier[] = [
  forbiddenWords,
  keywordFrequency,
  keywordExistence,
  letterFrequency,
  constrainedResponse,
  title,
  bulletLists,
  multipleSections,
  numberOfParagraphs,
  twoResponses,
  nthParagraphFirstWord,
  highlights,
  placeholders,
  postscript,
  numberOfWords,
  noComma,
  numberOfSentences,
  repeatPrompt,
  endChecker,
  capitalWordFrequency,
  englishLowercase,
  englishCapital,
  quotation,
  jsonFormat,
  responseLanguage,
  // A person's own: nothing reads or repairs them, but no repair may break them.
  regex,
  wordList,
  length,
  parsesAs,
  jsonSchema,
];

const byType: ReadonlyMap<string, DetectableVerifier> = new Map(
  verifiers.map((verifier) => [verifier.type, verifier]),
);

/** Undefined for a type that code does not know. */
export function verifierOf(type: string): DetectableVerifier | undefined {
  return byType.get(type);
}
