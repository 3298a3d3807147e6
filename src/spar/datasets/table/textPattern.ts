/**
 * Tells lines that can't hold a text from those that might, by their bytes: JSON in UTF-8, whatever the case, whatever
 * is escaped. It passes over no line whose texts, in lower case, hold `lowered`.
 */
export interface TextPattern {
  /** Over bytes as Latin-1; null where every line might. */
  readonly bytes: RegExp | null;
  /** Each line with one of these might: escapes, and characters that only lower case makes plain letters. */
  readonly markers: readonly Buffer[];
}

export function textPattern(lowered: string): TextPattern {
  const runs = runsOf(lowered);
  const longest = runs.reduce<readonly string[]>((best, run) => (run.length > best.length ? run : best), []);
  if (longest.length === 0) return { bytes: null, markers: [] };
  const run = longest.slice(0, mostCharacters);
  const markers = [Buffer.from('\\u')];
  if (run.includes('k')) markers.push(Buffer.from('\u212a', 'utf8'));
  if (run.includes('i')) markers.push(Buffer.from('\u0130', 'utf8'));
  return { bytes: new RegExp(run.map(alternatives).join(''), 'g'), markers };
}

/** Where lines that might hold the text begin and end in `bytes`, which are whole lines. */
export function* candidates(
  bytes: Buffer,
  pattern: TextPattern,
): Generator<readonly [start: number, end: number], void, void> {
  const text = pattern.bytes === null ? '' : bytes.toString('latin1');
  const next = pattern.markers.map((marker) => bytes.indexOf(marker));
  for (let from = 0; from < bytes.length;) {
    let hit = pattern.bytes === null ? from : firstMatch(pattern.bytes, text, from);
    pattern.markers.forEach((marker, index) => {
      const known = next[index] ?? -1;
      const place = known !== -1 && known < from ? bytes.indexOf(marker, from) : known;
      next[index] = place;
      if (place !== -1 && (hit === -1 || place < hit)) hit = place;
    });
    if (hit === -1) return;
    // `from` begins a line, so what is found before it is the end of an earlier one.
    const start = Math.max(from, bytes.lastIndexOf(10, hit) + 1);
    const end = bytes.indexOf(10, hit);
    yield [start, end === -1 ? bytes.length : end];
    if (end === -1) return;
    from = end + 1;
  }
}

const mostCharacters = 40;

function firstMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? -1;
}

/** Runs of characters that a line holds as they are, but for their case. */
function runsOf(lowered: string): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  for (const character of lowered) {
    if (isFragile(character)) runs.push([]);
    else runs.at(-1)?.push(character);
  }
  return runs;
}

/**
 * JSON escapes some, some writers escape a slash, and what lower case makes of a capital sigma, or of an I with a
 * dot, depends on its neighbours or is two characters. A text may be cut between the halves of a pair.
 */
function isFragile(character: string): boolean {
  return /["\\/\u0000-\u001f\u007f\u0307\u03c2\u03c3]|\p{Surrogate}/u.test(character);
}

/** The bytes of a character and of those that lower case turns into it, as a pattern over Latin-1. */
function alternatives(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) {
    const upper = character.toUpperCase();
    return upper === character ? escaped(character) : `[${character}${upper}]`;
  }
  const all = [character, ...(sourcesOf().get(character) ?? [])];
  return `(?:${all.map((one) => escaped(Buffer.from(one, 'utf8').toString('latin1'))).join('|')})`;
}

function escaped(latin: string): string {
  return Array.from(latin, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`).join('');
}

let sources: ReadonlyMap<string, readonly string[]> | null = null;

/** What lower case turns into a character. */
function sourcesOf(): ReadonlyMap<string, readonly string[]> {
  if (sources !== null) return sources;
  const found = new Map<string, string[]>();
  for (let code = 0x80; code < 0x1_ffff; code += 1) {
    const character = String.fromCodePoint(code);
    const lower = character.toLowerCase();
    if (lower === character) continue;
    for (const part of lower) found.set(part, [...(found.get(part) ?? []), character]);
  }
  sources = found;
  return found;
}
