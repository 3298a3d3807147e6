/**
 * Tells lines that can't hold a text from those that might, by their bytes: JSON in UTF-8, whatever the case, whatever
 * is escaped. It passes over no line whose texts, in lower case, hold `lowered`.
 */
export interface TextPattern {
  /** Over bytes as Latin-1; null where every line might. */
  readonly bytes: RegExp | null;
  /** Each line with one of these might: escapes, and characters that only lower case makes plain letters. */
  readonly markers: readonly Buffer[];
  /** Whether a text that holds the pattern, and not from within an escape on, surely holds `lowered`, and no other does but for markers. */
  readonly isWhole: boolean;
}

export function textPattern(lowered: string): TextPattern {
  const runs = runsOf(lowered);
  const longest = runs.reduce<readonly string[]>((best, run) => (run.length > best.length ? run : best), []);
  if (longest.length === 0) return { bytes: null, markers: [], isWhole: false };
  const run = longest.slice(0, mostCharacters);
  const markers = [Buffer.from('\\u')];
  if (run.includes('k')) markers.push(Buffer.from('\u212a', 'utf8'));
  if (run.includes('i')) markers.push(Buffer.from('\u0130', 'utf8'));
  const isWhole = runs.length === 1 && run.length === longest.length;
  return { bytes: new RegExp(run.map(alternatives).join(''), 'g'), markers, isWhole };
}

/** Where a pattern or a marker is in bytes that are whole lines; asked for with places that ascend. */
export class TextHits {
  private readonly text: string;
  private readonly markers: number[];
  private hit = -1;

  constructor(
    private readonly bytes: Buffer,
    private readonly pattern: TextPattern,
  ) {
    this.text = pattern.bytes === null ? '' : bytes.toString('latin1');
    this.markers = pattern.markers.map(() => -1);
  }

  /** The first place of the pattern from `from` on, or infinity. */
  hitFrom(from: number): number {
    if (this.hit < from) {
      const { bytes } = this.pattern;
      if (bytes === null) this.hit = from;
      else {
        bytes.lastIndex = from;
        this.hit = bytes.exec(this.text)?.index ?? Number.POSITIVE_INFINITY;
      }
    }
    return this.hit;
  }

  /** The first marker from `from` on, or infinity. */
  markerFrom(from: number): number {
    let first = Number.POSITIVE_INFINITY;
    for (let index = 0; index < this.markers.length; index += 1) {
      let place = this.markers[index] ?? -1;
      if (place < from) {
        const found = this.bytes.indexOf(this.pattern.markers[index] ?? '', from);
        place = found === -1 ? Number.POSITIVE_INFINITY : found;
        this.markers[index] = place;
      }
      if (place < first) first = place;
    }
    return first;
  }
}

/** Calls `take` with where each line begins and ends that might hold the text, of bytes that are whole lines. */
export function eachCandidate(
  bytes: Buffer,
  pattern: TextPattern,
  take: (start: number, end: number, hits: TextHits) => void,
): void {
  const hits = new TextHits(bytes, pattern);
  for (let from = 0; from < bytes.length;) {
    const place = Math.min(hits.hitFrom(from), hits.markerFrom(from));
    if (place >= bytes.length) return;
    // `from` begins a line, so what is found before it is the end of an earlier one.
    const start = Math.max(from, bytes.lastIndexOf(10, place) + 1);
    const found = bytes.indexOf(10, place);
    const end = found === -1 ? bytes.length : found;
    take(start, end, hits);
    from = end + 1;
  }
}

const mostCharacters = 200;

/** Runs of characters that a line holds as they are, but for their case and short escapes. */
function runsOf(lowered: string): readonly (readonly string[])[] {
  const runs: string[][] = [[]];
  for (const character of lowered) {
    if (isFragile(character)) runs.push([]);
    else runs.at(-1)?.push(character);
  }
  return runs;
}

/**
 * Written as a code only; or what lower case makes of a capital sigma, or of an I with a dot, depends on its neighbours
 * or is two characters. A text may be cut between the halves of a pair.
 */
function isFragile(character: string): boolean {
  return /[\u0000-\u0007\u000b\u000e-\u001f\u007f\u0307\u03c2\u03c3]|\p{Surrogate}/u.test(character);
}

/** The bytes of a character and of those that lower case turns into it, as a pattern over Latin-1. */
function alternatives(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // Some writers escape a slash.
  if (character === '/') return `\\x5c?\\x2f`;
  if (code < 0x20 || character === '"' || character === '\\')
    return escaped(JSON.stringify(character).slice(1, -1));
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
