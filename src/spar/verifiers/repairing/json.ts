/** Texts that are one JSON value: the block that holds one, one with slips mended, or the whole as a JSON text. */
export function asJson(text: string): readonly string[] {
  const start = text.indexOf('```');
  const end = text.lastIndexOf('```');
  const block = text.slice(start + 3, end).replace(/^json/iu, '');
  if (end > start && text.length - (end - start) < 120 && isJson(block)) return [text.slice(start, end + 3)];
  const mended = text.replaceAll(/,(?=\s{0,200}[}\]])/gu, '');
  if (mended !== text && isJson(mended)) return [mended];
  return [JSON.stringify({ response: text.trim() }, null, 2)];
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.trim());
    return true;
  } catch {
    return false;
  }
}
