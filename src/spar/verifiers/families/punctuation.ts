import { z } from 'zod';
import type { DetectableVerifier } from '../detectable';
import { spansOf, thereAre, verdict } from '../outcome';
import { withoutCommas } from '../repairing/commas';

const noArgs = z.object({});
type NoArgs = z.infer<typeof noArgs>;

export const noComma: DetectableVerifier<NoArgs> = {
  type: 'punctuation:no_comma',
  cue: /comma/i,
  args: noArgs,
  describe: () => 'no comma',
  check: (text) => {
    const commas = spansOf(text, /,/gu);
    return verdict(commas.length === 0, `${thereAre(commas.length, 'comma')}; none is allowed.`, commas);
  },
  detect: (instruction) =>
    [...instruction.find(request), ...instruction.find(ban)]
      .filter(
        ({ span }) =>
          !/\b(?:there (?:is|are|was|were)|text|sentence|paragraph) (?:has |have )?$/i.test(
            instruction.before(span.start),
          ),
      )
      .map(({ span }) => ({ args: {}, span })),
  repair: (text) => {
    const repaired = withoutCommas(text);
    return repaired === null ? [] : [repaired];
  },
  repairNote: 'removed the commas',
};

/** The comma as subject: `Commas are not allowed`; or `free of commas`, and `No commas.` as a sentence. */
const ban =
  /\bcommas? (?:are|is|should be|must be) (?:strictly )?(?:not (?:allowed|permitted|to be used)|forbidden|prohibited|banned|avoided)\b|\bno commas? (?:is|are|should be|may be|must be|can be) (?:allowed|used|permitted|included|present)\b|\b(?:there (?:should|must|may) be|use) no commas?\b|\b(?:make sure|ensure)(?: that)? there (?:are|is) no commas?\b|\b(?:do not|don['’]?t) want (?:you to use )?(?:any )?commas\b|\bnot to use (?:any )?commas\b|(?<=^\W*(?:please )?(?:write|compose|make|create|give me|produce) (?:an? )?)comma-free\b|(?<=\bbe |(?:^|[.!?:\n])\s*)comma-free(?= ?(?:[.,;!\n]|$|please|and\b))|\b(?:free of|stay away from|steer clear of) (?:any |all )?commas\b|(?<=(?:^|[.!?:;,\n]|please|and)\s*)(?:leave out|omit|skip|do without) (?:all (?:of )?(?:the )?|any |the )?commas\b(?! (?:from|in|when|where|before|after|between|around))|(?<=(?:^|[.!?:\n]|\d\.)\s*)no commas?(?= ?(?:[.,;!\n]|$|please|allowed|at all|anywhere))(?: (?:allowed|at all|anywhere|please))?/gi;

const request =
  /(?:(?:(?:please|make sure (?:that )?(?:you|to)|be sure to|you) )?(?:do not|don['’]?t|doesn't|doesn’t|does not|must not|mustn't|should not|shouldn't|shall not|may not|are not allowed to|cannot|can not|can't|never|refrain from|avoid|without|not)(?: (?:use|using|include|including|contain|containing|have|having|put|putting|add|adding|insert|write|writing|the use of|the usage of|be|there be|it|any use of))*(?: (?:any|a|a single|even one|one|the))?|(?<=\b(?:with|using|use|contains?|and|should have|must have|has|have|,|include|be) )(?:no|zero)) commas?\b(?! (?:between|before|after|around|inside|splices?|separated|unless|except|as|rules?|usage|errors?|mistakes?|when|if|in (?:the|this|that) (?:following|list|sentence|title|first|last)))(?: (?:at all|whatsoever|anywhere))?(?: (?:in|throughout|within) (?:your|the|this|my|its)(?: (?:entire|whole|complete|full|final))? (?:response|answer|reply|output|text|\w+))?/gi;
