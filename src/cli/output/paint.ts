import type { Terminal, TextSink } from '../terminal';

export type Ink = 'added' | 'removed' | 'good' | 'bad' | 'unsure' | 'faint' | 'strong';

/** Colours text, or marks it where there is no colour. */
export interface Paint {
  readonly hasColour: boolean;
  ink(ink: Ink, text: string): string;
}

/** Colour for people at a terminal that has it and wants it (https://no-color.org). */
export function paintFor(sink: TextSink, environment: Terminal['environment']): Paint {
  const unwanted = (environment['NO_COLOR'] ?? '') !== '' || environment['TERM'] === 'dumb';
  return sink.isTTY && !unwanted ? colours : plain;
}

/** Select Graphic Rendition codes (ECMA-48): on, off. */
const codes: Readonly<Record<Ink, readonly [string, string]>> = {
  added: ['32;4', '39;24'],
  removed: ['31;9', '39;29'],
  good: ['32', '39'],
  bad: ['31', '39'],
  unsure: ['33', '39'],
  faint: ['2', '22'],
  strong: ['1', '22'],
};

const plain: Paint = { hasColour: false, ink: (_ink, text) => text };

const colours: Paint = {
  hasColour: true,
  ink: (ink, text) => {
    const [on, off] = codes[ink];
    // Line by line, since pagers forget a colour at a line's end.
    return text.replace(/[^\n]+/gu, (line) => `\u001b[${on}m${line}\u001b[${off}m`);
  },
};

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
