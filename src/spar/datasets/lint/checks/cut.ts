import { cutPair } from '../../../tokens/cut';
import type { TokenPair } from '../../../tokens/tokenCounter';
import { findingOf, type LintedRecord, type RecordCheck } from '../check';

/** Pairs that a trainer's cutoff makes equal, or cuts at all. */
export const cutCheck: RecordCheck = {
  codes: ['equal-after-cut', 'cut-short'],
  check: (linted, { profile, tokens }) => {
    const { cutoff, title, option } = profile;
    if (cutoff === null || linted.chosen === linted.rejected) return [];
    const pair = pairOf(linted);
    if (tokens.mostTokens(pair) <= cutoff) return [];
    const counts = tokens.count(pair);
    const cut = cutPair(counts, profile);
    if (!cut.isCut) return [];
    const about = tokens.isExact ? '' : 'about ';
    const longer = Math.max(counts.chosen, counts.rejected);
    const length = `Prompt and longer answer take ${about}${counts.prompt + longer} tokens${tokens.isExact ? '' : ' (estimated; give the model’s tokenizer for exact counts)'}`;
    if (cut.isEqual) {
      return [
        findingOf('equal-after-cut', linted, {
          field: 'chosen',
          // An estimate can be wrong, so it fails no build.
          severity: tokens.isExact ? 'error' : 'warning',
          message: `${length}; ${title} keeps ${cut.answer} of each answer (${option} ${cutoff}), and those are the same: the answers first differ after ${about}${counts.common}.`,
        }),
      ];
    }
    return [
      findingOf('cut-short', linted, {
        message: `${length}; ${title} keeps ${cutoff} (${option}): ${about}${cut.prompt} of the prompt’s ${counts.prompt} and ${cut.answer} of the longer answer’s ${longer}.`,
      }),
    ];
  },
};

function pairOf({ record, rejected, chosen }: LintedRecord): TokenPair {
  const { instruction } = record;
  return {
    prompt: typeof instruction === 'string' ? [{ role: 'user', content: instruction }] : instruction,
    chosen,
    rejected,
  };
}
