export type Range = { readonly least: number; readonly whole: boolean } & (
  { readonly most: number } | { readonly below: number }
);

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Longest duration that is taken, in milliseconds: a year. */
export const longestDuration = 365 * units.d;

/** The number that a text is, where it lies in the range. */
export function numberIn(value: unknown, range: Range): number | undefined {
  const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) : Number.NaN;
  const isBelow = 'most' in range ? number <= range.most : number < range.below;
  return number >= range.least && isBelow && (!range.whole || Number.isInteger(number)) ? number : undefined;
}

/** Milliseconds of `2h`, `1h30m`, `45s`; a bare number is seconds. Undefined for no time, and for more than a year. */
export function durationIn(text: string): number | undefined {
  const milliseconds = durationOf(text);
  return milliseconds > 0 && milliseconds <= longestDuration ? milliseconds : undefined;
}

function durationOf(text: string): number {
  if (/^\d{1,12}(?:\.\d{1,6})?$/u.test(text)) return Number(text) * units.s;
  if (!/^(?:\d{1,12}(?:\.\d{1,6})?[smhd]){1,4}$/u.test(text)) return 0;
  const parts = [...text.matchAll(/([\d.]+)([smhd])/gu)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units], 0);
}
