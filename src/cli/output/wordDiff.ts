import { textChanges } from '../../spar/text/wordDiff';
import { harmless, type Paint } from './paint';

/**
 * The refined text with what was removed and added, word by word: coloured, or in the marks of
 * `git diff --word-diff` (`[-removed-]`, `{+added+}`) where there is no colour.
 */
export function renderWordDiff(original: string, refined: string, paint: Paint): string {
  let text = '';
  let position = 0;
  for (const change of textChanges(original, refined)) {
    text += harmless(refined.slice(position, change.refinedStart));
    // White space alone can't be shown struck through; the text after it shows how it is now.
    text +=
      change.words === 0
        ? harmless(change.added)
        : removed(change.removed, paint) + added(change.added, paint);
    position = change.refinedEnd;
  }
  return text + harmless(refined.slice(position));
}

function removed(text: string, paint: Paint): string {
  if (text.trim() === '') return '';
  return marked(text, (words) => paint.ink('removed', paint.hasColour ? words : `[-${words}-]`));
}

function added(text: string, paint: Paint): string {
  return marked(text, (words) => paint.ink('added', paint.hasColour ? words : `{+${words}+}`));
}

/** Marks a stretch without the white space around it. */
function marked(text: string, mark: (words: string) => string): string {
  const words = text.trim();
  if (words === '') return harmless(text);
  const start = text.indexOf(words);
  return harmless(text.slice(0, start)) + mark(harmless(words)) + harmless(text.slice(start + words.length));
}
