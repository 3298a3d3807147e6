/**
 * Text that came from outside, with nothing in it that a terminal would obey: control characters are shown
 * as pictures, marks that reorder lines by their number.
 */
export function harmless(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu,
    (character) => {
      const code = character.charCodeAt(0);
      if (code < 0x20) return String.fromCharCode(0x2400 + code);
      return code === 0x7f ? '\u2421' : `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
    },
  );
}

/** As `harmless`, on one line of at most `width` characters. */
export function harmlessLine(text: string, width: number): string {
  const line = harmless(text.replace(/\s+/gu, ' ').trim());
  return line.length <= width ? line : `${line.slice(0, width - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}
