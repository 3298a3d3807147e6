import { countWords } from '../tokens';

/** More words than these are not to be had from turns of phrase. */
const mostWords = 30;

/** A turn of phrase and what says the same in fewer words. */
const turns: readonly (readonly [RegExp, string])[] = [
  // `You can throw it, and you can catch it`: subject and verb need saying once.
  [
    /(?<=(?<![\p{L}])(?<subject>I|you|he|she|it|we|they) (?<verb>can|could|will|would|may|might|must|should|have|has|had|am|is|are|was|were) [^.!?;:\n]{3,120}(?:,? (?:and|but|or))) \k<subject> \k<verb>(?= \p{Ll})/giu,
    '',
  ],
  [/\bin order to\b/gu, 'to'],
  [/\bwhether or not\b/gu, 'whether'],
  [/\b(?:each and every|any and all)\b/gu, 'every'],
  [/(?<!\ban?) (?:very|really|quite|actually|basically|simply|truly|rather)(?= \p{Ll})/gu, ''],
];

/** The text with at least `surplus` words less by shorter turns of phrase alone; none where that is not enough. */
export function withShorterTurns(text: string, surplus: number): readonly string[] {
  if (surplus < 1 || surplus > mostWords) return [];
  const enough = countWords(text) - surplus;
  let shorter = text;
  for (const [pattern, turn] of turns) {
    for (const match of [...shorter.matchAll(pattern)].reverse()) {
      if (countWords(shorter) <= enough) return [shorter];
      // What an earlier turn took away may have been what this one leaned on.
      if (shorter.slice(match.index, match.index + match[0].length) !== match[0]) continue;
      shorter = shorter.slice(0, match.index) + turn + shorter.slice(match.index + match[0].length);
    }
  }
  return countWords(shorter) <= enough ? [shorter] : [];
}
