import type { Span } from '../../spar/selfplay/forecast';
import type { RunLimits } from '../../spar/selfplay/settings';
import { durationIn, longestDuration } from '../../spar/text/amountValues';
import { costWords, countWords, timeWords } from '../../spar/text/amountWords';
import type { RunFigures } from './figures';
import { counted, spanWords } from './words';

export type Limit = 'tokens' | 'cost' | 'time' | 'items';

/** A limit as a line to choose. */
export function limitWords(
  limit: Limit,
  { limits, price }: RunFigures,
): { readonly label: string; readonly description: string } {
  const now = limits[fields[limit]];
  return {
    label: names[limit],
    description: now === undefined ? 'none' : amount(limit, { value: now, price }),
  };
}

/** What to ask about a limit, and a value that would do. */
export function limitQuestion(
  limit: Limit,
  figures: RunFigures,
): { readonly prompt: string; readonly value: string } {
  const { limits, price, rest } = figures;
  const now = limits[fields[limit]];
  const isNow = now === undefined ? 'None holds now.' : `It is ${amount(limit, { value: now, price })} now.`;
  const spent = spentOf(limit, figures);
  const need = rest === null ? null : needOf(limit, rest);
  const words =
    need === null || rest === null
      ? ''
      : ` The ${counted(rest.items, 'item')} left will take ${needWords(limit, { need, price })} more.`;
  const enough = need === null ? now : spent + need.most;
  return {
    prompt: `${names[limit]}${units[limit]}. ${isNow}${words} Empty: no limit.`,
    value: enough === undefined ? '' : shown(limit, enough),
  };
}

/** The limits with what was typed for one of them; a sentence where that will not do. */
export function readLimit(
  limit: Limit,
  { text, figures }: { readonly text: string; readonly figures: RunFigures },
): RunLimits | string {
  const field = fields[limit];
  const others = Object.fromEntries(Object.entries(figures.limits).filter(([name]) => name !== field));
  // Of money a comma may stand for a point: 0,125 is not to be read as 125.
  const trimmed = limit === 'cost' ? text.trim() : text.trim().replaceAll(/[ ,_](?=\d{3})/gu, '');
  if (trimmed === '') return others;
  const isDuration = limit === 'time' && /[smhd]$/u.test(trimmed);
  const plain = /^\d+(?:\.\d+)?$/u.test(trimmed) ? Number(trimmed) * factors[limit] : Number.NaN;
  const value = isDuration ? (durationIn(trimmed) ?? Number.NaN) : plain;
  const isWhole = limit === 'cost' || limit === 'time' || Number.isSafeInteger(value);
  if (!Number.isFinite(value) || value <= 0 || !isWhole)
    return 'Give a number above 0, or nothing for no limit.';
  if (limit === 'time' && value > longestDuration)
    return 'A year is the longest limit: give at most 525600 minutes, or nothing for no limit.';
  const spent = spentOf(limit, figures);
  if (value <= spent)
    return `The run has reached ${amount(limit, { value: spent, price: figures.price })} already; give more than that.`;
  return { ...others, [field]: Math.round(value * 1e6) / 1e6 };
}

const fields = { tokens: 'tokens', cost: 'cost', time: 'milliseconds', items: 'items' } as const;
const names = { tokens: 'Token limit', cost: 'Cost limit', time: 'Time limit', items: 'Item limit' } as const;
const units = {
  tokens: '',
  cost: '',
  time: ' in minutes of work, or such as 1h30m',
  items: ', from the first',
} as const;
const factors = { tokens: 1, cost: 1, time: 60_000, items: 1 } as const;

function spentOf(limit: Limit, { tokens, cost, worked, totals }: RunFigures): number {
  return { tokens: tokens.count, cost: cost ?? 0, time: worked, items: totals.finished }[limit];
}

function needOf(limit: Limit, rest: NonNullable<RunFigures['rest']>): Span | null {
  switch (limit) {
    case 'tokens':
      return rest.tokens;
    case 'cost':
      return rest.cost;
    case 'time':
      return rest.milliseconds;
    case 'items':
      return null;
  }
}

function needWords(
  limit: Limit,
  { need, price }: { readonly need: Span; readonly price: RunFigures['price'] },
): string {
  if (limit === 'tokens') return `${spanWords(need, countWords)} tokens`;
  return spanWords(need, (value) => amount(limit, { value, price }));
}

function amount(limit: Limit, { value, price }: { value: number; price: RunFigures['price'] }): string {
  if (limit === 'time') return timeWords(value);
  if (limit === 'cost') return price === null ? countWords(value) : costWords(value, price);
  return counted(value, limit === 'tokens' ? 'token' : 'item');
}

function shown(limit: Limit, value: number): string {
  if (limit === 'cost') return String(Math.ceil(value * 100) / 100);
  return String(Math.ceil(value / factors[limit]));
}
