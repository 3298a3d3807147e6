import type { RunLimits } from '../../../spar/selfplay/settings';
import { durationIn, numberIn } from '../../../spar/text/amountValues';

/** As `limitIn` reads it. */
export function limitText(name: keyof RunLimits, value: number): string {
  return name === 'milliseconds' ? `${value / 1000}s` : String(value);
}

/** A limit as it is typed; undefined for what is none. */
export function limitIn(name: keyof RunLimits, text: string): number | undefined {
  switch (name) {
    case 'items':
    case 'tokens':
      return numberIn(text.replaceAll(/[,_ ]/gu, ''), {
        least: 1,
        most: Number.MAX_SAFE_INTEGER,
        whole: true,
      });
    case 'cost':
      return numberIn(text, { least: 0.000001, most: 1_000_000_000, whole: false });
    case 'milliseconds':
      return durationIn(text);
  }
}
