import { createHash } from 'node:crypto';

/** Names a text by its content, white space at its ends apart. 16 characters, one a byte. */
export function textKey(text: string): string {
  return keyOf(text.trim());
}

/** As `textKey`, letter case and the length of white space apart too. */
export function instructionKey(text: string): string {
  return keyOf(text.trim().replace(/\s+/gu, ' ').toLowerCase());
}

/** 128 bits: no two texts of any dataset share a key but by intent. */
function keyOf(text: string): string {
  return createHash('sha256').update(text.normalize('NFC')).digest().toString('latin1', 0, 16);
}
