import { harmlessLine } from './paint';

/** A file's name, fit to be typed where it holds what shells take for more. */
export function quoted(text: string): string {
  const safe = harmlessLine(text, 400);
  return /^[\w./:@%+=,~-]+$/u.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
