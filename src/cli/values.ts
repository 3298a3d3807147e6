/** What was given of the options, whatever they are called. */
export type GivenValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export type Range = { readonly least: number; readonly whole: boolean } & (
  { readonly most: number } | { readonly below: number }
);

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
/** Longest duration that is taken: a year. */
const longest = 365 * units.d;

/** Reads the values of options; what is wrong with one is added to the problems. Never throws. */
export class ValueReader {
  constructor(
    private readonly given: GivenValues,
    private readonly problems: string[],
  ) {}

  choice<Value extends string>(name: string, choices: readonly Value[]): Value | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) this.problems.push(`--${name} must be one of ${choices.join(', ')}.`);
    return choice;
  }

  number(name: string, range: Range): number | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const number = numberIn(value, range);
    if (number !== undefined) return number;
    const kind = range.whole ? 'a whole number' : 'a number';
    const end = 'most' in range ? ` up to ${range.most}` : ` and below ${range.below}`;
    this.problems.push(`--${name} must be ${kind} from ${range.least}${end}.`);
    return undefined;
  }

  /** Milliseconds of `2h`, `1h30m`, `45s`; a bare number is seconds. */
  duration(name: string): number | undefined {
    const value = this.given[name];
    if (value === undefined) return undefined;
    const milliseconds = typeof value === 'string' ? durationOf(value) : 0;
    if (milliseconds > 0 && milliseconds <= longest) return milliseconds;
    this.problems.push(`--${name} must be a time such as 90s, 45m, 2h or 1h30m, up to 365d.`);
    return undefined;
  }
}

/** The number that a text is, where it lies in the range. */
export function numberIn(value: unknown, range: Range): number | undefined {
  const number = typeof value === 'string' && /^\d+(?:\.\d+)?$/u.test(value) ? Number(value) : Number.NaN;
  const isBelow = 'most' in range ? number <= range.most : number < range.below;
  return number >= range.least && isBelow && (!range.whole || Number.isInteger(number)) ? number : undefined;
}

function durationOf(text: string): number {
  if (/^\d{1,12}(?:\.\d{1,6})?$/u.test(text)) return Number(text) * units.s;
  if (!/^(?:\d{1,12}(?:\.\d{1,6})?[smhd]){1,4}$/u.test(text)) return 0;
  const parts = [...text.matchAll(/([\d.]+)([smhd])/gu)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units], 0);
}
