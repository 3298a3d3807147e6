import type { Span } from '../constraint';
import type { InstructionReading } from './instructionReading';
import { wordList, type WordList } from './wordList';

export interface FoundList {
  readonly span: { readonly start: number; readonly end: number };
  readonly list: WordList;
}

export function lists(
  instruction: InstructionReading,
  pattern: RegExp,
  read: (text: string, at: number) => WordList | null = wordList,
): readonly FoundList[] {
  return instruction.find(pattern).flatMap(({ span }) => {
    const list = read(instruction.text, span.end);
    return list === null ? [] : [{ span: { start: span.start, end: list.end }, list }];
  });
}

/** Words that stand between the noun and what is said of them: `the words a and b must appear`. */
export function namedLists(instruction: InstructionReading, pattern: RegExp): readonly FoundList[] {
  return instruction.find(pattern).flatMap(({ span, groups }) => {
    const words = groups['words'] ?? '';
    const list = /\b(?:not|never)\b|n['’]t\b/i.test(words) ? null : wordList(words, 0);
    return list === null ? [] : [{ span, list: { words: list.words, end: span.end } }];
  });
}

/** Not a mark, a place, or a replacement: `include "P.S." at the end`, `mention "he" as the author`. */
export function isPlainMention(instruction: InstructionReading, list: WordList): boolean {
  return (
    list.words.every((word) => !/[[\]<>*]|^p\. ?(?:p\. ?)?s/i.test(word)) &&
    !aboutPlace(instruction.text, list.end) &&
    !/^["'”’]?\s*(?:as|instead|when|if|rather|before|after|only|where|whenever|for|to)\b/i.test(
      instruction.text.slice(list.end, list.end + 40),
    )
  );
}

/** `A name that includes the word x`: asked of a part of the response. */
export function isOfPart(instruction: InstructionReading, start: number): boolean {
  return /\b(?:name|title|slogan|headline|tagline|username|password|caption|subject line|nickname|sentences?)\b[^.;!?]*\b(?:that|which)\b[^.;!?,]*$/i.test(
    instruction.before(start),
  );
}

/** A number of times is asked for, behind the words or before them: `at least 3 times, use the word x`. */
export function isCounted(instruction: InstructionReading, { start, end }: Span): boolean {
  return (
    followedByTimes(instruction.text, end) ||
    /\b(?:times|twice),? $/i.test(instruction.before(start).slice(-20))
  );
}

export function followedByTimes(text: string, at: number): boolean {
  const rest = text.slice(at, at + 90);
  const counted = String.raw`(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several) (?:or (?:more|fewer|less) )?times?|twice|thrice|(?:each|every) time`;
  return new RegExp(
    `^["'”’]?(?:(?!\\b(?:and|but)\\b)[^.;!?\\n"“]){0,45}?(?:\\b(?:${counted})\\b|\\b(?:more than|at most|only|no more than|exactly) once\\b|\\bonce or (?:less|more|twice)\\b)`,
    'i',
  ).test(rest);
}

/** `do not use "x" in the title`: a part of the text only. */
export function aboutPlace(text: string, at: number): boolean {
  return /^["'”’]?\s*(?:in|at|on) (?:the )?(?:title|first|last|beginning|start|end|subject|heading|opening|closing)\b/i.test(
    text.slice(at, at + 60),
  );
}
