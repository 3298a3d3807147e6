/**
 * A text with nothing in it that deceives the eye: control characters as pictures, and marks that reorder a
 * line (Unicode TR 9) by their number. Line ends and tabs stay.
 */
export function visibleText(text: string): string {
  return text.replace(deceiving, (character) => {
    const code = character.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? '\u2421' : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  });
}

/** On one line of at most `length` characters, runs of white space as one space. */
export function visibleLine(text: string, length: number): string {
  // More of a long text need not be looked at.
  const start = text.slice(0, length * 4);
  const line = visibleText(start.replace(/\s+/gu, ' ').trim());
  if (line.length <= length && start.length === text.length) return line;
  return `${line.slice(0, length - 1).replace(/[\ud800-\udbff]$/u, '')}…`;
}

const deceiving =
  /\r(?!\n)|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu;
