/** Tags in which open models write their reasoning into the reply's own text. */
const opening = /<think(?:ing)?>/iu;
const closing = /<\/think(?:ing)?>/iu;
const leadingOpening = /^\s*<think(?:ing)?>/iu;
const closingAlone = /^[^\S\n]*<\/think(?:ing)?>[^\S\n]*$/imu;

/**
 * The reply's text without its reasoning: leading `<think>…</think>` blocks (an unclosed one goes to the
 * end), all before a lone `</think>` (chat templates that open the tag in the prompt), and blocks in
 * the middle.
 *
 * Where the prompt itself speaks of such tags, a tag inside the answer may be a quotation. Then only what
 * no quotation looks like is taken: a leading block, or a lone closing tag on a line of its own.
 */
export function withoutReasoning(text: string, promptHoldsTags: boolean): string {
  let rest = withoutLeadingBlocks(text);
  if (promptHoldsTags) {
    const lone = closingAlone.exec(rest);
    if (lone !== null && !opening.test(rest.slice(0, lone.index))) {
      rest = rest.slice(lone.index + lone[0].length);
    }
  } else {
    rest = withoutLoneClosing(rest).replace(/<think(?:ing)?>[\s\S]*?<\/think(?:ing)?>/giu, '');
  }
  return rest === text ? text : rest.trim();
}

/** True where a conversation speaks of reasoning tags. */
export function holdsReasoningTags(text: string): boolean {
  return opening.test(text) || closing.test(text);
}

function withoutLeadingBlocks(text: string): string {
  let rest = text;
  while (leadingOpening.test(rest)) {
    const end = closing.exec(rest);
    if (end === null) return '';
    rest = rest.slice(end.index + end[0].length);
  }
  return rest;
}

function withoutLoneClosing(text: string): string {
  const end = closing.exec(text);
  if (end === null) return text;
  const start = opening.exec(text);
  if (start !== null && start.index < end.index) return text;
  return withoutLeadingBlocks(text.slice(end.index + end[0].length));
}
