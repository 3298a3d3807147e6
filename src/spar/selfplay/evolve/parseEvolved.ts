import { refusalIn } from '../../datasets/lint/checks/refusal';
import type { ChatReply } from '../../models/chatModel';
import { holdsAnswerMarkers, unescapeMarkers } from '../../refiner/markers';
import { maxTextLength, textProblem } from '../../text/textProblem';
import { wordsOf } from '../../text/words';

/** Why an evolved instruction is of no use. */
export type EvolveDrop =
  /** Hardly a word that the seed has not. */
  | 'adds-nothing'
  /** The seed again, letter case and punctuation apart. */
  | 'equals-seed'
  /** Not exactly one answer between the markers, or a refusal in it. */
  | 'unparsable'
  /** Holds what parsers act on, or what is no text. */
  | 'unsafe'
  /** Cut at the token limit, or longer than constraints could make it. */
  | 'too-long';

export type ParsedEvolved =
  { readonly ok: true; readonly instruction: string } | { readonly ok: false; readonly reason: EvolveDrop };

/** In this order, for counts and reports. */
export const evolveDrops: readonly EvolveDrop[] = [
  'adds-nothing',
  'equals-seed',
  'unparsable',
  'unsafe',
  'too-long',
];

/** Words besides those of the seed that the shortest constraint has ("Use no commas."). */
const leastNewWords = 3;

/** No four constraints take more characters. */
const mostAdded = 4000;

/**
 * The new instruction of a reply: what stands between the only pair of markers, with escapes undone. Never throws.
 *
 * @param seed The text that was to be made harder; of a conversation the user's last turn.
 */
export function parseEvolved(reply: ChatReply, seed: string): ParsedEvolved {
  const inside = betweenMarkers(reply.text);
  if (reply.finishReason === 'length' && inside === null) return drop('too-long');
  if (inside === null) return drop('unparsable');
  const instruction = unescapeMarkers(inside).trim();
  if (instruction === '') return drop('unparsable');
  if (instruction.length > Math.min(maxTextLength, seed.length + mostAdded)) return drop('too-long');
  if (isUnsafe(instruction)) return drop('unsafe');
  if (refusalIn(instruction, seed) !== null) return drop('unparsable');
  const [own, before] = [plainWords(instruction), plainWords(seed)];
  if (own.join(' ') === before.join(' ')) return drop('equals-seed');
  if (newWords(own, before) < leastNewWords) return drop('adds-nothing');
  return { ok: true, instruction };
}

/** Null unless the reply has one `[[start]]` and, after it, one `[[end]]`. */
function betweenMarkers(text: string): string | null {
  const [start, end, another] = [...text.matchAll(/\[\[[^\S\r\n]*(start|end)[^\S\r\n]*\]\]/giu)];
  if (start === undefined || end === undefined || another !== undefined) return null;
  if (start[1]?.toLowerCase() !== 'start' || end[1]?.toLowerCase() !== 'end') return null;
  return text.slice(start.index + start[0].length, end.index);
}

/** Though all of it is escaped when it is sent, an instruction that plays with the protocol has no place in a set. */
function isUnsafe(text: string): boolean {
  return (
    holdsAnswerMarkers([text]) ||
    /final[^\p{L}\p{N}]{0,40}judge?ment/iu.test(text) ||
    /<\\*\/?(?:instruction|response|verified)\b/iu.test(text) ||
    /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\p{Cs}]/u.test(text) ||
    textProblem(text) !== null
  );
}

/** Words in lower case without punctuation; characters alone where a script has no spaces. */
function plainWords(text: string): readonly string[] {
  return wordsOf(text.normalize('NFKC').toLowerCase()).flatMap(({ text: word }) => {
    const plain = word.replace(/[^\p{L}\p{M}\p{N}]+/gu, '');
    return plain === '' ? [] : [plain];
  });
}

/** Words that are there more often than before. */
function newWords(words: readonly string[], before: readonly string[]): number {
  const left = new Map<string, number>();
  for (const word of before) left.set(word, (left.get(word) ?? 0) + 1);
  let found = 0;
  for (const word of words) {
    const count = left.get(word) ?? 0;
    if (count === 0) found += 1;
    else left.set(word, count - 1);
  }
  return found;
}

function drop(reason: EvolveDrop): ParsedEvolved {
  return { ok: false, reason };
}
