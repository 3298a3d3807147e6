import { harmlessLine } from './harmless';

/** `12,345`; from a million on `1.23 million`. */
export function countWords(count: number): string {
  if (count < 1_000_000) return Math.round(count).toLocaleString('en');
  const digits = count < 100_000_000 ? 2 : 0;
  return `${(count / 1_000_000).toLocaleString('en', { maximumFractionDigits: digits })} million`;
}

/** `45 s`, `12 min`, `3 h 05 min`, `2 d 4 h`. */
export function timeWords(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 100) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** The currency is a person's own word, or that of a run's folder, which may come from anybody. */
export function costWords(cost: number, { currency }: { readonly currency: string }): string {
  const digits = cost < 10 ? 4 : 2;
  return `${cost.toLocaleString('en', { maximumFractionDigits: digits })} ${harmlessLine(currency, 20)}`;
}
