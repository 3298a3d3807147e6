/**
 * Longest instruction or response taken, in UTF-16 units. No model's context holds more, and diffs and
 * verifiers stay quick below it.
 */
export const maxTextLength = 1_000_000;

/** Why a text from a file or an editor can't be used as it is. */
export type TextProblem = 'empty' | 'too-large' | 'binary';

/** The first thing wrong with the text; null for usable text. */
export function textProblem(text: string): TextProblem | null {
  if (text.length > maxTextLength) return 'too-large';
  if (isBinary(text)) return 'binary';
  return text.trim() === '' ? 'empty' : null;
}

/** Characters looked at from the beginning of a text: binary files show themselves early. */
const binarySample = 8192;

/**
 * True where the text's beginning holds a NUL, or more than a tenth of it is control characters or bytes
 * that no text encoding could decode.
 */
export function isBinary(text: string): boolean {
  const sample = text.slice(0, binarySample);
  if (sample.includes('\0')) return true;
  const strange = sample.match(/[\u0001-\u0008\u000e-\u001a\u001c-\u001f\u007f\ufffd]/g)?.length ?? 0;
  return strange * 10 > sample.length;
}
