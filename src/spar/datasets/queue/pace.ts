/** Milliseconds that a person took for their latest decisions, the last one last. */
export type Pace = readonly number[];

const remembered = 40;
/** Decisions from which on anything is said of the time that is left. */
const fewest = 3;
/** Times as long as the middle one that a decision counts at most: who goes for a coffee decides no slower. */
const longest = 3;

export function withDecision(pace: Pace, milliseconds: number): Pace {
  return [...pace, Math.max(0, milliseconds)].slice(-remembered);
}

/** Milliseconds that so many decisions will take; null while the pace is not known. */
export function timeLeft(pace: Pace, decisions: number): number | null {
  if (pace.length < fewest) return null;
  const sorted = pace.toSorted((a, b) => a - b);
  const most = longest * (sorted[Math.floor((sorted.length - 1) / 2)] ?? 0);
  const sum = pace.reduce((all, one) => all + Math.min(one, most), 0);
  return (sum / pace.length) * decisions;
}

export interface Progress {
  /** From 1. */
  readonly place: number;
  readonly total: number;
  readonly accepted: number;
  readonly rejected: number;
  /** Milliseconds; null: unknown. */
  readonly left: number | null;
}

/** For example `12 of 240 · 83 % accepted · about 9 min left`. */
export function progressWords({ place, total, accepted, rejected, left }: Progress): string {
  const number = (value: number): string => value.toLocaleString('en');
  const decided = accepted + rejected;
  return [
    `${number(place)} of ${number(total)}`,
    decided === 0 ? '' : `${Math.round((100 * accepted) / decided)} % accepted`,
    left === null ? '' : leftWords(left),
  ]
    .filter((words) => words !== '')
    .join(' · ');
}

function leftWords(left: number): string {
  const minutes = left / 60_000;
  if (minutes < 1) return 'less than a minute left';
  if (minutes < 100) return `about ${Math.round(minutes)} min left`;
  return `about ${Math.round(minutes / 60)} h left`;
}
