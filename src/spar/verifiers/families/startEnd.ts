import { z } from 'zod';
import type { DetectableVerifier } from '../detectable';
import { verdict } from '../outcome';
import type { InstructionReading } from '../reading/instructionReading';
import { endingVariants } from '../repairing/ending';
import { wrappedInQuotes } from '../repairing/quotes';

const endArgs = z.object({ end_phrase: z.string().min(1) });
type EndArgs = z.infer<typeof endArgs>;

/** In any case; double quotation marks after the phrase don't count, as in IFEval. */
export const endChecker: DetectableVerifier<EndArgs> = {
  type: 'startend:end_checker',
  cue: /\b(?:end|finish|conclud|clos|last|final)/i,
  args: endArgs,
  single: true,
  describe: (args) => `ends with “${shortened(args.end_phrase)}”`,
  check: (text, args) => {
    const ending = text.trim().replace(/^"+/u, '');
    const holds = withoutEndQuotes(ending).toLowerCase().endsWith(args.end_phrase.trim().toLowerCase());
    const body = text.trimEnd();
    return verdict(holds, `The response must end with “${args.end_phrase.trim()}”.`, [
      { start: body.lastIndexOf('\n') + 1, end: body.length },
    ]);
  },
  detect: (instruction) =>
    instruction.find(endRequest).flatMap(({ span }) => {
      if (
        isStatement(instruction.text.slice(span.start, span.end)) ||
        /\b(?:each|every|title|first|paragraph|sentences?|sections?|lines?|stanzas?|verses?|chapter|scene)\b(?:(?!\b(?:and|but|then|also)\b)[^,;:])*$/i.test(
          instruction.before(span.start),
        )
      )
        return [];
      const phrase = phraseAt(instruction, span.end);
      return phrase === null || !/[\p{L}\p{N}]/u.test(phrase.text)
        ? []
        : [{ args: { end_phrase: phrase.text }, span: { start: span.start, end: phrase.end } }];
    }),
  repair: (text, args) => endingVariants(text, args.end_phrase.trim()),
  repairNote: 'added the ending',
};

const noArgs = z.object({});
type NoArgs = z.infer<typeof noArgs>;

export const quotation: DetectableVerifier<NoArgs> = {
  type: 'startend:quotation',
  cue: /quot/i,
  args: noArgs,
  describe: () => 'in double quotation marks',
  check: (text) => {
    const trimmed = text.trim();
    return verdict(
      trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"'),
      'The whole response must stand in double quotation marks.',
    );
  },
  detect: (instruction) =>
    instruction
      .find(quotationRequest)
      .filter(
        ({ span }) =>
          !/\b(?:title|each|every|name|keyword|phrase|first|last|sentence)\b(?:(?!\b(?:and|but|then|also)\b)[^.,;:])*$/i.test(
            instruction.before(span.start),
          ),
      )
      .map(({ span }) => ({ args: {}, span })),
  repair: (text) => [wrappedInQuotes(text)],
  repairNote: 'put in double quotation marks',
};

/** `The article ends with …`: nothing is asked for. */
function isStatement(clause: string): boolean {
  return /^(?:the|this) [a-z ]{1,20}(?:ends|finishes|concludes|closes)\b/i.test(clause);
}

function withoutEndQuotes(text: string): string {
  let end = text.length;
  while (end > 0 && text[end - 1] === '"') end -= 1;
  return text.slice(0, end);
}

function shortened(phrase: string): string {
  const text = phrase.trim();
  return text.length <= 28 ? text : `${text.slice(0, 27).trimEnd()}…`;
}

/** The phrase in quotation marks, on its own line, or up to the end of the line where it is announced as exact. */
function phraseAt(
  instruction: InstructionReading,
  at: number,
): { readonly text: string; readonly end: number } | null {
  const rest = instruction.text.slice(at, at + 600);
  const inQuotes =
    /^[\s:,]*(?:["“”](?<double>[^"“”\n]+)["“”]|'(?<single>(?:[^'\n]|(?<=\p{L})'(?=\p{L}))+)')/u.exec(rest);
  if (inQuotes !== null) {
    const text = (inQuotes.groups?.['double'] ?? inQuotes.groups?.['single'] ?? '').trim();
    return text === '' ? null : { text, end: at + inQuotes[0].length };
  }
  const announced =
    /^\s*:\s*(?<phrase>[^\n"“”]+)/u.exec(rest) ??
    /^(?<=phrase|question|words|sentence)\s+(?<phrase>\p{Lu}[^\n"“”]+)/u.exec(rest);
  const line = announced?.groups?.['phrase'];
  if (announced === null || line === undefined) return barePhrase(instruction, at);
  return lineOf(line, at + announced[0].length - line.length);
}

/** `End with the exact phrase Is there anything else?`, where the announcement is already behind. */
function barePhrase(
  instruction: InstructionReading,
  at: number,
): { readonly text: string; readonly end: number } | null {
  if (!/(?:phrase|question|words|sentence)\s*$/i.test(instruction.text.slice(0, at))) return null;
  const line = /^\s+(?<phrase>\p{Lu}[^\n"“”]+)/u.exec(instruction.text.slice(at, at + 600));
  const text = line?.groups?.['phrase'];
  return line === null || text === undefined ? null : lineOf(text, at + line[0].length - text.length);
}

function lineOf(line: string, start: number): { readonly text: string; readonly end: number } | null {
  // What follows on the same line speaks about the phrase again.
  const follow =
    /(?<=[?!])\s+(?=\p{Lu}\p{Ll})|(?<=[.?!])\s+(?:No|Do not|Don't|Nothing|There should|Make sure|Please|And)\b/u.exec(
      line,
    );
  const text = (follow === null ? line : line.slice(0, follow.index)).trim().replace(/(?<=[?!])\.$/u, '');
  return text === '' ? null : { text, end: start + text.length };
}

const response =
  '(?:(?:your|the|this|my) (?:entire |whole |complete |final |full )*(?:response|answer|reply|output|text|letter|email|poem|song|essay|story|limerick|post|message|article|rap|speech|summary|blog post)|it)';
const exact =
  '(?:(?:the |this |these )?(?:exactly(?=:)|exact(?:ly)?(?: the)? (?:same )?|following |exact following )*(?:phrase|words?|sentence|question|text|line|statement)?(?: of)?(?: exactly)?(?: like)?(?: this)?)';
const endRequest = new RegExp(
  `\\b(?:(?:end|finish|conclude|close)(?: off)?(?: ${response})? (?:with|by saying|by)|${response} (?:should |must |has to |needs to |shall )?(?:ends?|finish(?:es)?|concludes?|closes?) (?:with|by saying)|(?:ending|finishing|concluding) (?:it )?with|(?:the )?very (?:end|last (?:sentence|line|words?)) of ${response} (?:should|must) (?:be|read|say)(?: exactly)?(?: like| as)?|(?:the|your) (?:very )?last (?:sentence|line|words?)(?: of ${response})? (?:should|must|has to|needs to) (?:be|read|say)|(?:the|your) final (?:sentence|line|words?)(?: of ${response})? (?:should|must|has to|needs to) (?:be|read|say)|at the (?:very )?end of ${response},? (?:please )?(?:write|add|put|say|include|place))(?: ${exact})?(?=\\s*[:,]?\\s*["'“”a-z\\u00C0-\\u024F]|\\s*:)`,
  'gi',
);
const quotationRequest =
  /\b(?:(?:wrap|wrapped|put|enclose|enclosed|surround|surrounded|place|placing|wrapping) (?:(?:your|the|this|my|its) (?:entire |whole |complete |full |final )*(?:one-sentence )?(?:response|answer|reply|output|email|text|letter|story|poem|post|essay|message|thing) |it )?(?:is |be )?(?:with|in|within|inside|between)|(?:response|answer|reply|output) (?:should|must) be (?:wrapped |enclosed |surrounded |put )?(?:with|in|within|by)) (?:a pair of )?double (?:quotation marks?|quotes?|quotation|quote marks?)|\b(?:with|put|place|use|add) (?:double )?(?:quotation marks?|quotes?) around (?:your|the) (?:entire |whole |one-sentence |complete )+(?:response|answer|reply|output|email|text)|\buse (?:a pair of )?double (?:quotation marks?|quotes?) to (?:wrap|enclose|surround) (?:your|the|this) (?:entire |whole |complete |full )*(?:response|answer|reply|output|email|text|letter|story|poem|post|essay|message)|\b(?:your|the|this) (?:entire |whole |complete |full )*(?:response|answer|reply|output|text) (?:must|should|has to|needs to) be (?:inside|between|within|enclosed by|surrounded by) double (?:quotation marks?|quotes?)|\b(?:start|begin) and (?:end|finish) (?:your|the|this) (?:entire |whole |complete |full )*(?:response|answer|reply|output|text) with (?:a )?double (?:quotation marks?|quotes?)|\b(?:your|the|this) (?:entire |whole |complete |full )*(?:response|answer|reply|output|text) (?:must|should|has to|needs to) (?:start|begin) and (?:end|finish) with (?:a )?double (?:quotation marks?|quotes?)/gi;
