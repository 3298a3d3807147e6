import { z } from 'zod';
import type { Span } from '../constraint';
import type { DetectableVerifier, Found } from '../detectable';
import { verdict } from '../outcome';
import type { InstructionReading } from '../reading/instructionReading';
import { withPromptRepeated } from '../repairing/repetition';
import { withTwoResponses } from '../repairing/dividers';

const repeatArgs = z.object({ prompt_to_repeat: z.string().trim().min(1) });
type RepeatArgs = z.infer<typeof repeatArgs>;

/** In any case, as in IFEval. */
export const repeatPrompt: DetectableVerifier<RepeatArgs> = {
  type: 'combination:repeat_prompt',
  cue: /repeat/i,
  args: repeatArgs,
  single: true,
  describe: () => 'repeats the request first',
  check: (text, args) =>
    verdict(
      text.trim().toLowerCase().startsWith(args.prompt_to_repeat.trim().toLowerCase()),
      'The response must begin with the request, word for word.',
    ),
  detect: (instruction) => repeatedPart(instruction),
  repair: (text, args) => withPromptRepeated(text, args.prompt_to_repeat.trim()),
  repairNote: 'put the request first, word for word',
};

const noArgs = z.object({});
type NoArgs = z.infer<typeof noArgs>;

export const twoResponses: DetectableVerifier<NoArgs> = {
  type: 'combination:two_responses',
  cue: /\*{6}|aster/i,
  args: noArgs,
  describe: () => 'two responses, ****** between',
  check: (text) => {
    const parts = text.split('******');
    const inner = parts.some(
      (part, index) => part.trim() === '' && index !== 0 && index !== parts.length - 1,
    );
    const said = parts.map((part) => part.trim()).filter((part) => part !== '');
    if (inner) return verdict(false, 'There is an empty part between two dividers ******.');
    if (said.length !== 2)
      return verdict(
        false,
        `Two responses with ****** between them are asked for; there ${said.length === 1 ? 'is' : 'are'} ${said.length}.`,
      );
    return verdict(said[0] !== said[1], 'The two responses are the same.');
  },
  detect: (instruction) =>
    instruction
      .find(
        /(?:separate[sd]?|put|insert|place|separating|separator|divided?|dividing|break[^.\n]{0,60}|following|with|using|by)\b[^.\n]{0,60}?(?:(?:exactly )?(?:6|six) asteri(?:sk|x)s?(?: symbols?)?s?|\*{6})(?: symbols?)?[:,]?(?: ?\(?\*{6,7}\)?)?/gi,
      )
      .slice(0, 1)
      .map(({ span }) => ({ args: {}, span })),
  repair: (text) => withTwoResponses(text),
  repairNote: 'put ****** between the two responses',
};

/** The part of the instruction that is to be repeated; nothing where its bounds are not plain. */
function repeatedPart(instruction: InstructionReading): readonly Found<RepeatArgs>[] {
  const { text } = instruction;
  const request = instruction.find(repeatRequest)[0];
  if (request === undefined) return [];
  const paragraph = paragraphOf(text, request.span.start);
  const clause = text.slice(request.span.start, paragraph.end);
  if (partial.test(clause)) return [];
  const named = /\brepeat\s+["“](?<quote>[^"“”]{8,})["”]/i.exec(clause)?.groups?.['quote'];
  const before = text.slice(0, sentenceStart(text, request.span.start)).trim();
  const after = text.slice(paragraph.end).trim();
  const prompt = named ?? (before === '' || /\b(?:below|following)\b/i.test(clause) ? after : before);
  if (
    prompt.trim() === '' ||
    (named === undefined && before !== '' && prompt === after && before.length > 200)
  )
    return [];
  const span: Span = {
    start: request.span.start,
    end: prompt === after ? paragraph.end : text.trimEnd().length,
  };
  return [{ args: { prompt_to_repeat: prompt.trim() }, span }];
}

const repeatRequest =
  /(?:^|(?<=[\n.?!"”)]\s*))(?:(?:before (?:you )?(?:giv(?:e|ing)|answer(?:ing)?|respond(?:ing)?|writ(?:e|ing))[^.\n]{0,60}?,? ?|for the (?:following|above) (?:request|question|prompt),? ?)?(?:(?:first|please|just|you need to|you must|now|then|let's|let us|start by|begin by)[,:]? ){0,4}repeat(?:ing)?) (?:exactly )?(?:only )?(?:(?:the|this|my|all|exact|entire|whole|full|original|first|user'?s?|input|following|above)\s)*(?:request|prompt|sentence|question|text|query|instruction|message|line|paragraph|["“])/gi;
/** Requests for a part that is counted in sentences or lines, which nothing marks in the text. */
const partial =
  /\bonly (?:contains?|includes?|repeat)\b[^.\n]*\b(?:sentences?|lines?|words?|part)\b|\bfirst (?:two|three|four|five|\d+|few) (?:sentences?|lines?|words?|paragraphs?)\b|\b(?:second|third|last) (?:sentence|line|paragraph)\b/i;

function paragraphOf(text: string, at: number): Span {
  const start = text.lastIndexOf('\n\n', at) + 2;
  const found = text.indexOf('\n\n', at);
  return { start: start === 1 ? 0 : start, end: found === -1 ? text.length : found };
}

function sentenceStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && /\s/u.test(text.charAt(start - 1))) start -= 1;
  return start;
}
