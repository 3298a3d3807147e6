/**
 * Text that parsers act on, made harmless in what is sent and restored in what comes back.
 *
 * A response may hold `[[end]]`, "Final Judgement: Yes" or one of the prompts' own tags. Before it is sent each
 * such place gets one backslash more (`[[\end]]`, `Final\ Judgement`, `<\/response>`), and what comes back loses
 * one, so texts that hold backslashed forms of their own survive too.
 */

/** Each pattern captures what stands before the backslashes, the backslashes, and what stands after them. */
const guarded: readonly RegExp[] = [
  /(\[\[)(\\*)([^\S\r\n]*(?:start|end)[^\S\r\n]*\]\])/giu,
  /(Final)(\\*)([^\S\r\n]+Judge?ment)/giu,
  /(<)(\\*)(\/?(?:instruction|response)>)/giu,
];

/** `text` with every guarded place escaped once more; `unescapeMarkers` undoes it exactly. */
export function escapeMarkers(text: string): string {
  return guarded.reduce(
    (result, pattern) =>
      result.replace(pattern, (_match, before: string, slashes: string, after: string) => {
        return `${before}${slashes}\\${after}`;
      }),
    text,
  );
}

/** `text` with one escape taken from every guarded place that has one. */
export function unescapeMarkers(text: string): string {
  return guarded.reduce(
    (result, pattern) =>
      result.replace(pattern, (_match, before: string, slashes: string, after: string) => {
        return `${before}${slashes.slice(1)}${after}`;
      }),
    text,
  );
}

/** Whether any of the texts holds a `[[start]]` or `[[end]]` of its own, escaped or not. */
export function holdsAnswerMarkers(texts: readonly string[]): boolean {
  return texts.some((text) => /\[\[\\*[^\S\r\n]*(?:start|end)[^\S\r\n]*\]\]/iu.test(text));
}
