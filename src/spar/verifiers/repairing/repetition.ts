/** The text with the request in front, word for word; a beginning that already tries to repeat it gives way to it. */
export function withPromptRepeated(text: string, prompt: string): readonly string[] {
  const body = text.trimStart();
  const echo = echoEnd(body, prompt);
  const rest = body
    .slice(echo)
    .replace(/^[\s"”'*_]+(?=\n)/u, '')
    .trimStart();
  return [rest === '' ? prompt : `${prompt}\n\n${rest}`];
}

/** Share of words in common from which a beginning counts as an attempt to repeat the request. */
const alike = 0.7;

/** End of the leading paragraphs that repeat the request with changes or gaps; 0 where none do. */
function echoEnd(text: string, prompt: string): number {
  const wanted = wordCounts(prompt);
  let best = { end: 0, share: alike };
  const limit = prompt.length * 2 + 200;
  for (const stop of text.slice(0, limit).matchAll(/\n\s*\n|\n|$/gu)) {
    const said = wordCounts(text.slice(0, stop.index));
    if ([...said.keys()].some((word) => !wanted.has(word) && !retelling.has(word))) continue;
    const share = overlap(said, wanted);
    if (share > best.share) best = { end: stop.index, share };
  }
  return best.end;
}

/** Words that tell a request again without answering it. */
const retelling: ReadonlySet<string> = new Set(
  'a an and are as ask asked be but can could for have i in is it like me my of on or please prompt question request sure that the this to want wants would you your yourself s'.split(
    ' ',
  ),
);

function wordCounts(text: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const match of text.toLowerCase().matchAll(/[\p{L}\p{N}]+/gu))
    counts.set(match[0], (counts.get(match[0]) ?? 0) + 1);
  return counts;
}

function overlap(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let common = 0;
  let total = 0;
  for (const [word, count] of a) {
    common += Math.min(count, b.get(word) ?? 0);
    total += count;
  }
  for (const count of b.values()) total += count;
  return total === 0 ? 0 : (2 * common) / total;
}
