/**
 * The text in plain double quotation marks; other quotation marks around the whole give way to them. Where a line of
 * Markdown begins or ends the text, the mark stands on its own line: right before a bullet it would unmake it.
 */
export function wrappedInQuotes(text: string): string {
  const body = text.trim();
  const inner =
    /^[“„«](?<inner>[^“”„«»]*)[”“»]$/u.exec(body)?.groups?.['inner'] ??
    /^'(?<inner>[^"]*)'$/u.exec(body)?.groups?.['inner'];
  const isOdd = inner === undefined && body.split('"').length % 2 === 0;
  const wrapped = inner ?? body;
  const lastLine = wrapped.slice(wrapped.lastIndexOf('\n') + 1);
  const opening = isOdd && body.startsWith('"') ? '' : `"${isBlock(wrapped) ? '\n' : ''}`;
  const closing = isOdd && opening !== '' && body.endsWith('"') ? '' : `${isBlock(lastLine) ? '\n' : ''}"`;
  return `${opening}${wrapped}${closing}`;
}

/** It begins as a bullet, a numbered item, a heading, a quotation, a table or a rule. */
function isBlock(line: string): boolean {
  return (
    /^[ \t]*(?:[-*+•] ?(?![*-])|\d{1,3}[.)]\s|#{1,6}\s|>|\||```|(?:\*{3}|-{3,}|_{3})[ \t]*(?:\n|$))/u.test(
      line,
    ) && !/^[ \t]*\*[^\s*][^\n]*\*/u.test(line)
  );
}
