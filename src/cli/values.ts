import { durationIn, numberIn, type Range } from '../spar/text/amountValues';

export { numberIn, type Range };

/** What was given of the options, whatever they are called. */
export type GivenValues = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

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
    const milliseconds = typeof value === 'string' ? durationIn(value) : undefined;
    if (milliseconds !== undefined) return milliseconds;
    this.problems.push(`--${name} must be a time such as 90s, 45m, 2h or 1h30m, up to 365d.`);
    return undefined;
  }
}
