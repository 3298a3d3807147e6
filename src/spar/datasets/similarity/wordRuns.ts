/** Words in a row: 8 are seldom shared by accident, and most prompts have them. */
export const runLength = 8;

/** Words of a text below which nothing is compared. */
const leastWords = 4;

/**
 * Calls `take` with a 53-bit hash of each run of eight words, in order, letter case and punctuation apart; of a shorter
 * text with that of all its words, if they are four or more. Where a script has no spaces each character is a word.
 *
 * @returns The number of words.
 */
export function forEachRun(text: string, take: (hash: number) => void): number {
  const words = text.toLowerCase().match(word) ?? [];
  if (words.length < leastWords) return words.length;
  const length = Math.min(runLength, words.length);
  const hashes = Int32Array.from(words, hashOf);
  for (let at = 0; at + length <= hashes.length; at += 1) {
    // 53 bits in two parts, so that no accident joins two runs.
    let [low, high] = [length, 0x9e3779b1];
    for (let next = at; next < at + length; next += 1) {
      low = Math.imul(low ^ (hashes[next] ?? 0), 0x01000193);
      high = Math.imul(high + (hashes[next] ?? 0), 0x85ebca6b) ^ (high >>> 13);
    }
    take((low >>> 0) * 0x200000 + (high >>> 11));
  }
  return hashes.length;
}

const word =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|[\p{L}\p{N}]+/gu;

function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return hash ^ (hash >>> 13);
}
