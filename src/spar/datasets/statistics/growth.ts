/** What happened to a dataset in one day, month or year (UTC). */
export interface Period {
  /** `2026-03-05`, `2026-03` or `2026`. */
  readonly name: string;
  /** Records that were made in it. */
  readonly added: number;
  /** Decisions that hold and were made in it. */
  readonly accepted: number;
  readonly rejected: number;
}

export interface Growth {
  readonly unit: 'day' | 'month' | 'year';
  /** In order; periods in which nothing happened are there too, unless there would be too many. */
  readonly periods: readonly Period[];
}

type Counts = { -readonly [Name in 'added' | 'accepted' | 'rejected']: number };

const mostDays = 92;
const mostMonths = 120;
/** Days that are told apart; a forged file may name any number. */
const mostTold = 100_000;

/** Counts by day, and by the largest unit that is needed to show them. */
export class GrowthCounter {
  private readonly days = new Map<string, Counts>();

  /** @param time ISO 8601, as the schema holds it. */
  add(time: string, what: keyof Counts): void {
    const date = new Date(time);
    if (Number.isNaN(date.getTime())) return;
    const day = date.toISOString().replace(/T.*$/u, '');
    const counts = this.days.get(day) ?? { added: 0, accepted: 0, rejected: 0 };
    counts[what] += 1;
    if (this.days.has(day) || this.days.size < mostTold) this.days.set(day, counts);
  }

  result(): Growth {
    const days = [...this.days].sort(([a], [b]) => (Date.parse(a) || 0) - (Date.parse(b) || 0));
    const first = days[0]?.[0];
    const last = days.at(-1)?.[0];
    if (first === undefined || last === undefined) return { unit: 'day', periods: [] };
    const span = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
    const unit = span <= mostDays ? 'day' : span / 30.44 <= mostMonths ? 'month' : 'year';
    const periods = new Map<string, Counts>(
      namesBetween(first, last, unit).map((name) => [name, { added: 0, accepted: 0, rejected: 0 }]),
    );
    for (const [day, counts] of days) {
      const name = nameOf(day, unit);
      const period = periods.get(name) ?? { added: 0, accepted: 0, rejected: 0 };
      period.added += counts.added;
      period.accepted += counts.accepted;
      period.rejected += counts.rejected;
      periods.set(name, period);
    }
    return { unit, periods: [...periods].map(([name, counts]) => ({ name, ...counts })) };
  }
}

function nameOf(day: string, unit: Growth['unit']): string {
  if (unit === 'day') return day;
  return unit === 'month' ? day.replace(/-\d\d$/u, '') : day.replace(/-\d\d-\d\d$/u, '');
}

/** Empty for years: a forged date would make thousands of them. */
function namesBetween(first: string, last: string, unit: Growth['unit']): readonly string[] {
  if (unit === 'year') return [];
  const names: string[] = [];
  const date = new Date(unit === 'day' ? first : `${nameOf(first, 'month')}-01`);
  const end = Date.parse(last);
  while (date.getTime() <= end) {
    names.push(nameOf(date.toISOString().replace(/T.*$/u, ''), unit));
    if (unit === 'day') date.setUTCDate(date.getUTCDate() + 1);
    else date.setUTCMonth(date.getUTCMonth() + 1);
  }
  return names;
}
