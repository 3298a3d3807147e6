/**
 * Runs in which every character is a byte of Windows-1252 (or Latin-1) and the bytes together are UTF-8: “Ã©” for “é”,
 * “â€™” for “’”. Honest text has such runs next to never, since a lead byte's sign must be followed by exactly as many
 * signs of continuation bytes.
 */
export function mojibakeRuns(text: string): readonly string[] {
  if (!suspect.test(text)) return [];
  return Array.from(text.matchAll(candidate), (match) => match[0]).filter((run) => decoded(run) !== null);
}

/** The text with these runs read as UTF-8. */
export function withoutMojibake(text: string): string {
  let mended = text;
  // Text can have gone through the wrong decoder more than once; each round makes it shorter.
  for (let round = 0; round < 4 && suspect.test(mended); round += 1) {
    const next = mended.replace(candidate, (run) => decoded(run) ?? run);
    if (next === mended) break;
    mended = next;
  }
  return mended;
}

/** What stands in Windows-1252 for the bytes 0x80 to 0x9F; five bytes have no character there and stay as they are. */
const high = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';

const continuation = `[\\u0080-\\u00bf${high.replace(/[\u0080-\u009f]/gu, '')}]`;

/** A lead byte's sign and as many continuations as it needs. */
const candidate = new RegExp(
  `[\\u00c2-\\u00df]${continuation}|[\\u00e0-\\u00ef]${continuation}{2}|[\\u00f0-\\u00f4]${continuation}{3}`,
  'gu',
);
const suspect = new RegExp(`[\\u00c2-\\u00f4]${continuation}`, 'u');

/** The run as UTF-8; null where its bytes are none, or where it may be meant as it stands. */
function decoded(run: string): string | null {
  const bytes = Uint8Array.from(run, byteOf);
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    // Of two-byte runs only letters, spaces and signs of Latin-1 are common damage; “Â»” ends French quotations.
    if (run.length === 2 && /[»«°]/u.test(run[1] ?? '') && /\s|^$/u.test(text)) return null;
    return text;
  } catch {
    return null;
  }
}

function byteOf(character: string): number {
  const at = high.indexOf(character);
  return at === -1 ? character.charCodeAt(0) : 0x80 + at;
}
