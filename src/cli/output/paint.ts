import type { Terminal, TextSink } from '../terminal';

export { harmless, harmlessLine } from '../../spar/text/harmless';

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
