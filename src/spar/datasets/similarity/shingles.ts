/** Characters of a shingle: long enough to mean something in prose, short enough for instructions of one line. */
export const shingleLength = 5;

/**
 * Calls `take` with a 32-bit hash of each shingle: five characters in a row, letter case, punctuation and the length
 * of white space apart. A text with fewer characters is one shingle; one without letters and digits has none.
 */
export function forEachShingle(text: string, take: (hash: number) => void): void {
  const folded = fold(text);
  if (folded.length === 0) return;
  if (folded.length < shingleLength) {
    take(hashOf(folded, 0, folded.length));
    return;
  }
  for (let at = 0; at + shingleLength <= folded.length; at += 1) take(hashOf(folded, at, shingleLength));
}

/** The shingles' hashes, each once, sorted. */
export function shinglesOf(text: string): Uint32Array {
  const hashes: number[] = [];
  forEachShingle(text, (hash) => hashes.push(hash));
  const sorted = Uint32Array.from(hashes).sort();
  let kept = 0;
  for (let at = 0; at < sorted.length; at += 1) {
    const hash = sorted[at] ?? 0;
    if (at > 0 && hash === sorted[kept - 1]) continue;
    sorted[kept] = hash;
    kept += 1;
  }
  return sorted.slice(0, kept);
}

/** Shared shingles over all shingles, 0 to 1; 0 where one side has none. */
export function jaccard(a: Uint32Array, b: Uint32Array): number {
  let shared = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [x, y] = [a[i] ?? 0, b[j] ?? 0];
    if (x === y) shared += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
  }
  const all = a.length + b.length - shared;
  return all === 0 ? 0 : shared / all;
}

/** UTF-16 units, letters in lower case, a single space for each run of anything but letters and digits. */
function fold(text: string): Uint16Array {
  const plain = /[^\u0000-\u007f]/u.test(text) ? text.normalize('NFKC').toLowerCase() : text;
  const units = new Uint16Array(plain.length);
  let length = 0;
  let isGap = true;
  for (let at = 0; at < plain.length; at += 1) {
    const code = plain.charCodeAt(at);
    const kept = code < 0x80 ? asciiFold[code] : isOtherSpace(code) ? 0 : code;
    if (kept !== undefined && kept !== 0) {
      units[length] = kept;
      length += 1;
      isGap = false;
    } else if (!isGap) {
      units[length] = 0x20;
      length += 1;
      isGap = true;
    }
  }
  return units.subarray(0, isGap && length > 0 ? length - 1 : length);
}

/** Lower-case letters and digits as they are, capitals lowered, all else 0. */
const asciiFold = Uint8Array.from({ length: 0x80 }, (_, code) => {
  const character = String.fromCharCode(code).toLowerCase();
  return /[a-z0-9]/u.test(character) ? character.charCodeAt(0) : 0;
});

/** No-break space, general punctuation and CJK punctuation. */
function isOtherSpace(code: number): boolean {
  return (
    code === 0xa0 ||
    (code >= 0x2000 && code <= 0x206f) ||
    (code >= 0x3000 && code <= 0x3003) ||
    code === 0xff0c
  );
}

/** FNV-1a over units, then MurmurHash3's last mixing step, which spreads the bits evenly. */
function hashOf(units: Uint16Array, start: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < start + length; at += 1) hash = Math.imul(hash ^ (units[at] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
