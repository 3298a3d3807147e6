/** Texts that are one JSON value: the block that holds one, one with slips mended, or the whole as a JSON text. */
export function asJson(text: string): readonly string[] {
  const fenced = /```(?:json)?\s*\n(?<block>[\s\S]*?)\n\s*```/iu.exec(text);
  const block = fenced?.groups?.['block'];
  if (fenced !== null && block !== undefined && isJson(block) && text.length - fenced[0].length < 120)
    return [fenced[0]];
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
