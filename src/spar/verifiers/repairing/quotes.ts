/** The text in plain double quotation marks; other quotation marks around the whole give way to them. */
export function wrappedInQuotes(text: string): string {
  const body = text.trim();
  const inner =
    /^[“„«](?<inner>[^“”„«»]*)[”“»]$/u.exec(body)?.groups?.['inner'] ??
    /^'(?<inner>[^"]*)'$/u.exec(body)?.groups?.['inner'];
  if (inner !== undefined) return `"${inner}"`;
  const isOdd = body.split('"').length % 2 === 0;
  if (isOdd && body.startsWith('"')) return `${body}"`;
  if (isOdd && body.endsWith('"')) return `"${body}`;
  return `"${body}"`;
}
