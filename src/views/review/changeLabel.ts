import type { TextChange } from '../../spar/text/wordDiff';

/** Characters of a whole label, about; a side of a replacement gets half. */
const longestLabel = 44;

/** Names a change by whole words, for example `“story,” → “story”`, `added “P.S.”`, `removed “very”`. */
export function changeLabel(change: Pick<TextChange, 'removed' | 'added'>): string {
  const { removed, added } = change;
  if (removed === '') return `added ${quoted(added, longestLabel - 6)}`;
  if (added === '') return `removed ${quoted(removed, longestLabel - 8)}`;
  const half = longestLabel / 2 - 2;
  return `${quoted(removed, half)} → ${quoted(added, half)}`;
}

function quoted(text: string, longest: number): string {
  const isBlank = text.trim() === '';
  return `“${elided(isBlank ? visibleBlanks(text) : plainLabel(text.trim()), longest)}”`;
}

/**
 * A text of a model's on one line, harmless where icons, directions or control characters would be
 * understood: in lenses, titles and status texts.
 */
export function plainLabel(text: string): string {
  return text
    .slice(0, 4 * 1024)
    .replace(/\r\n|[\n\r\u2028\u2029]/gu, '⏎')
    .replace(/[\p{Cc}\p{Cs}\uFEFF\u061C\u200B-\u200F\u202A-\u202E\u2060-\u2069]/gu, '')
    .replace(/\s+/gu, ' ')
    .replace(/\$\(/gu, '$ (');
}

/** At most about `longest` characters, the middle left out; never cuts a character in half. */
export function elided(text: string, longest: number): string {
  const characters = Array.from(text);
  if (characters.length <= longest) return text;
  const tail = Math.floor((longest - 1) / 2);
  const head = longest - 1 - tail;
  return `${characters.slice(0, head).join('')}…${characters.slice(-tail).join('')}`;
}

function visibleBlanks(text: string): string {
  return text
    .replace(/\r\n|[\n\r\u2028\u2029]/gu, '⏎')
    .replace(/\t/gu, '⇥')
    .replace(/[^⏎⇥]/gu, '␣');
}
