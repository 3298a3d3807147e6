/** A word of a text, with its half-open range of UTF-16 offsets. */
export interface Word {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Scripts that put no space between words: Thai, Lao, Khmer, Myanmar, Han, Hiragana, Katakana. */
const unspacedScript =
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;

/** Runs of characters that are not white space; where a script has no spaces, the words of `Intl.Segmenter`. */
export function wordsOf(text: string): readonly Word[] {
  const words: Word[] = [];
  let segmenter: Intl.Segmenter | undefined;
  for (const match of text.matchAll(/\S+/gu)) {
    const run = match[0];
    if (unspacedScript.test(run)) {
      segmenter ??= new Intl.Segmenter('und', { granularity: 'word' });
      for (const part of segmenter.segment(run)) {
        const start = match.index + part.index;
        words.push({ text: part.segment, start, end: start + part.segment.length });
      }
    } else {
      words.push({ text: run, start: match.index, end: match.index + run.length });
    }
  }
  return words;
}
