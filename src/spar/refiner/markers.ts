/**
 * Text that parsers act on, made harmless in what is sent and restored in what comes back.
 *
 * A response may hold `[[end]]`, "Final Judgement: Yes" or one of the prompts' own tags. Before it is sent each
 * such place gets one backslash more (`[[\end]]`, `Final\ Judgement`, `<\/response>`), and what comes back loses
 * one, so texts that hold backslashed forms of their own survive too.
 */

/** What parsers act on, with any number of backslashes at the one place where they are put. */
const guarded: readonly RegExp[] = [
  /\[\[\\*(?=[^\S\r\n]*(?:start|end)[^\S\r\n]*\]\])/giu,
  /Final\\*(?=[^\S\r\n]+Judge?ment)/giu,
  /<\\*(?=\/?(?:instruction|response|verified)>)/giu,
];

/** `text` with every guarded place escaped once more; `unescapeMarkers` undoes it exactly. */
export function escapeMarkers(text: string): string {
  return guarded.reduce((result, pattern) => result.replace(pattern, (opening) => `${opening}\\`), text);
}

/** `text` with one escape taken from every guarded place that has one. */
export function unescapeMarkers(text: string): string {
  return guarded.reduce(
    (result, pattern) => result.replace(pattern, (opening) => opening.replace(/\\$/u, '')),
    text,
  );
}

/** Whether any of the texts holds a `[[start]]` or `[[end]]` of its own, escaped or not. */
export function holdsAnswerMarkers(texts: readonly string[]): boolean {
  return texts.some((text) => /\[\[\\*[^\S\r\n]*(?:start|end)[^\S\r\n]*\]\]/iu.test(text));
}
