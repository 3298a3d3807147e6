/** `1,234`. */
export function count(value: number): string {
  return value.toLocaleString('en');
}

/** `1 pair`, `1,234 pairs`. */
export function pairs(value: number): string {
  return `${count(value)} ${value === 1 ? 'pair' : 'pairs'}`;
}

/** `12.5 %`; 0 % of nothing. */
export function percent(part: number, whole: number): string {
  return `${whole === 0 ? 0 : Number(((part / whole) * 100).toFixed(1))} %`;
}

/** At most two digits after the point. */
export function decimal(value: number): string {
  return Number(value.toFixed(2)).toLocaleString('en');
}

/** `0–0.1`. */
export function range(from: number, to: number): string {
  return `${decimal(from)}–${decimal(to)}`;
}

/** The end of a name tells files and models apart. */
export function shortName(name: string): string {
  return name.length <= 32 ? name : `…${name.slice(-31)}`;
}
