import { z } from 'zod';
import type { CheckResult } from '../constraint';
import { broken, counted, held } from '../outcome';
import { sentencesOf } from '../sentences';
import { countWords } from '../tokens';
import {
  areInOrder,
  bounds,
  boundsSign,
  boundsWords,
  isBounded,
  isWithin,
  outOfOrder,
  unbounded,
  type Bounds,
} from './bounds';
import { message, ownType } from './ownVerifier';
import { estimateTokens } from './tokenEstimate';

const args = z
  .strictObject({
    unit: z.enum(['words', 'characters', 'sentences', 'paragraphs', 'tokens']),
    ...bounds,
    message,
  })
  .refine(isBounded, unbounded)
  .refine(areInOrder, outOfOrder);

/** How long a response is. Tokens are estimated: near a bound the result is unknown, since each model cuts in its own way. */
export const length = ownType<z.infer<typeof args>>({
  type: 'custom:length',
  args,
  describe: ({ unit, ...given }) => `${boundsSign(given)} ${unit}`,
  check: (text, { unit, ...given }) => {
    if (unit === 'tokens') return checkTokens(text, given);
    const count = counts[unit](text);
    return isWithin(count, given) ? held : broken(finding(counted(count, unit.slice(0, -1)), given));
  },
});

const counts = {
  words: countWords,
  /** Of Unicode, so that an emoji of one code point is one. */
  characters: (text: string) => {
    let count = 0;
    for (let index = 0; index < text.length; index += (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1)
      count += 1;
    return count;
  },
  sentences: (text: string) => sentencesOf(text).length,
  /** Parts with at least one blank line between them. */
  paragraphs: (text: string) => text.split(/\n[^\S\n]*\n/u).filter((part) => part.trim() !== '').length,
} as const;

function checkTokens(text: string, given: Bounds): CheckResult {
  const { least, most } = estimateTokens(text);
  const { min = 0, max = Number.POSITIVE_INFINITY } = given;
  if (least >= min && most <= max) return held;
  if (most < min || least > max)
    return broken(finding(`about ${least} to ${most} tokens (estimated)`, given));
  const said = `about ${least} to ${most} tokens long (estimated)`;
  return {
    state: 'unknown',
    message: `The response is ${said}, too near to the bound (${boundsWords(given)}) to tell; count with the tokenizer of your model.`,
  };
}

function finding(size: string, given: Bounds): string {
  return `The response has ${size}; it must have ${boundsWords(given)}.`;
}
