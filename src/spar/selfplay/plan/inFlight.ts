import { numberIn } from '../../text/amountValues';

export type Role = 'actor' | 'refiner';

/** Replies in flight; `auto`: as many as each endpoint bears. */
export type Concurrency = 'auto' | number;

/** Replies in flight of a run. */
export interface InFlight {
  readonly concurrency: Concurrency;
  /** Of a role whose endpoints bear another number than the other's. */
  readonly ownConcurrency?: Readonly<Partial<Record<Role, Concurrency>>>;
}

/** Replies in flight of each role. */
export function concurrencies({
  concurrency,
  ownConcurrency = {},
}: InFlight): Readonly<Record<Role, Concurrency>> {
  const { actor = concurrency, refiner = concurrency } = ownConcurrency;
  return { actor, refiner };
}

/** `auto`, `16`, or `actor=4,refiner=auto` where the two differ; null for anything else. */
export function parseInFlight(given: string): InFlight | null {
  const common = concurrencyIn(given.trim());
  if (common !== null) return { concurrency: common };
  const own: Partial<Record<Role, Concurrency>> = {};
  for (const part of given.split(',').map((piece) => piece.trim())) {
    const [role = '', value = '', ...rest] = part.split('=');
    const concurrency = concurrencyIn(value);
    if ((role !== 'actor' && role !== 'refiner') || role in own) return null;
    if (concurrency === null || rest.length > 0) return null;
    own[role] = concurrency;
  }
  return { concurrency: 'auto', ownConcurrency: own };
}

/** As `parseInFlight` reads it. */
export function inFlightText(inFlight: InFlight): string {
  const { actor, refiner } = concurrencies(inFlight);
  return actor === refiner ? String(actor) : `actor=${actor},refiner=${refiner}`;
}

/** Null for what is neither `auto` nor a whole number from 1 up to 10,000. */
export function concurrencyIn(text: string): Concurrency | null {
  return text === 'auto' ? text : (numberIn(text, { least: 1, most: 10_000, whole: true }) ?? null);
}
