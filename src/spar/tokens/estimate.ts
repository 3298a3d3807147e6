import { commonStart, type TokenCounter, type TokenPair } from './tokenCounter';

/** Tokens that chat templates put around a turn: about as many in ChatML and in Llama 3's template. */
const tokensOfTurn = 5;

/**
 * Counts without a tokenizer: four ASCII letters, digits or spaces make a token, two letters of another alphabet, and
 * one ideograph or one other sign. For English prose that is within about 15 % of today's vocabularies of 100,000 tokens
 * and more; for code and rare scripts it can be far off.
 */
export const estimatedTokens: TokenCounter = {
  name: 'estimate',
  isExact: false,
  mostTokens: (pair) =>
    // No character counts for more than one token here.
    pair.prompt.reduce((sum, { content }) => sum + content.length + tokensOfTurn, 0) +
    Math.max(pair.chosen.length, pair.rejected.length) +
    tokensOfTurn,
  count: ({ prompt, chosen, rejected }: TokenPair) => {
    const shared = commonStart(chosen, rejected);
    const common = estimate(chosen, 0, shared);
    return {
      prompt: Math.ceil(
        prompt.reduce((sum, { content }) => sum + estimate(content, 0, content.length) + tokensOfTurn, 2),
      ),
      chosen: Math.ceil(common + estimate(chosen, shared, chosen.length)) + 1,
      rejected: Math.ceil(common + estimate(rejected, shared, rejected.length)) + 1,
      common: Math.floor(common),
    };
  },
  countText: (text) => Math.ceil(estimate(text, 0, text.length)),
};

function estimate(text: string, start: number, end: number): number {
  let quarters = 0;
  for (let at = start; at < end; at += 1) quarters += quartersOf(text.charCodeAt(at));
  return quarters / 4;
}

/** Quarters of a token that a UTF-16 unit counts for. */
function quartersOf(code: number): number {
  if (code < 0x80) return isWordOrSpace(code) ? 1 : 3;
  // Letters up to the end of Greek, Cyrillic, Hebrew and Arabic; then other alphabets; then ideographs and symbols.
  if (code < 0x900) return 2;
  if (code < 0x2000) return 4;
  if (code < 0x2e80) return 4;
  return code >= 0xd800 && code < 0xe000 ? 4 : 3;
}

function isWordOrSpace(code: number): boolean {
  return (
    code === 0x20 ||
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x41 && code <= 0x5a) ||
    (code >= 0x30 && code <= 0x39)
  );
}
