import type { Span } from '../../spar/selfplay/forecast';
import type { PauseReason } from '../../spar/selfplay/stops';
import { stages } from '../../spar/selfplay/itemResult';
import { pauseWords } from '../../spar/selfplay/words';
import { costWords, countWords, timeWords } from '../../spar/text/amountWords';
import type { RunFigures } from './figures';

/** `1 item`, `1,200 items`. */
export function counted(count: number, unit: string): string {
  return `${countWords(count)} ${unit}${count === 1 ? '' : 's'}`;
}

/** `412 of 1,000 items`. */
export function itemsWords({ totals, total }: Pick<RunFigures, 'totals' | 'total'>): string {
  return total === null
    ? counted(totals.finished, 'item')
    : totals.finished === total
      ? counted(total, 'item')
      : `${countWords(totals.finished)} of ${counted(total, 'item')}`;
}

/** The same for a line of the view, which has little room: `412 of 1,000`. */
export function doneWords({ totals, total }: Pick<RunFigures, 'totals' | 'total'>): string {
  return total === null || totals.finished === total
    ? itemsWords({ totals, total })
    : `${countWords(totals.finished)} of ${countWords(total)}`;
}

/** One word, or few, for a state; empty where the numbers say it. */
export function stateWords({ state, pause, totals }: Pick<RunFigures, 'state' | 'pause' | 'totals'>): string {
  switch (state) {
    case 'opening':
      return 'opening…';
    case 'working':
      return totals.finished === 0 ? 'working' : '';
    case 'pausing':
      return 'pausing…';
    case 'elsewhere':
      return 'works elsewhere';
    case 'paused':
      return pausedWords[pause?.kind ?? 'asked'];
    case 'finished':
      return 'finished';
    case 'interrupted':
      return 'interrupted';
  }
}

const pausedWords: Readonly<Record<PauseReason['kind'], string>> = {
  asked: 'paused',
  limit: 'limit reached',
  endpoint: 'stopped',
  disk: 'stopped',
  answers: 'waits for answers',
};

/** `35 items/min`. */
export function rateWords(rate: number): string {
  return `${rate < 10 ? rate.toFixed(1) : countWords(rate)} items/min`;
}

/** `judge 12, search 40`; empty where nothing is under way. */
export function underWayWords(underWay: NonNullable<RunFigures['underWay']>): string {
  return stages
    .filter((stage) => underWay[stage] > 0)
    .map((stage) => `${stage} ${countWords(underWay[stage])}`)
    .join(', ');
}

/** Tokens and money, each with its limit where there is one. */
export function spentWords({ tokens, cost, price, limits }: RunFigures): readonly string[] {
  const about = tokens.estimated ? 'about ' : '';
  const ofTokens = limits.tokens === undefined ? '' : ` of ${countWords(limits.tokens)}`;
  const ofCost = limits.cost === undefined || price === null ? '' : ` of ${costWords(limits.cost, price)}`;
  return [
    `${about}${countWords(tokens.count)}${ofTokens} tokens`,
    ...(cost === null || price === null ? [] : [`${costWords(cost, price)}${ofCost}`]),
  ];
}

/** Why a run stands still, and what would bring it on; null for one that does not, or that a person paused. */
export function standstillWords(figures: RunFigures): string | null {
  const { pause, rest, state, isMore } = figures;
  if (state === 'interrupted')
    return 'It was broken off, as by a crash or a closed window. What was paid for is kept.';
  if (state === 'finished' && isMore)
    return 'The limit on items leaves rows of the input out. Change it to go on with them.';
  if (pause === null || pause.kind === 'asked') return null;
  if (pause.kind !== 'limit') return pauseWords(pause);
  const names = { tokens: 'token', cost: 'cost', time: 'time' };
  const reached = `The ${names[pause.limit]} limit is reached.`;
  const need = needWords(figures);
  return need === null || rest === null
    ? reached
    : `${reached} The ${counted(rest.items, 'item')} left will take ${need} more.`;
}

/** Of a run that stands at a limit: what the rest will take of that; null where it can't be told. */
export function needWords({ pause, rest, price }: RunFigures): string | null {
  if (pause?.kind !== 'limit' || rest === null) return null;
  const { tokens, cost, milliseconds } = rest;
  switch (pause.limit) {
    case 'tokens':
      return `${spanWords(tokens, countWords)} tokens`;
    case 'cost':
      return cost === null || price === null ? null : spanWords(cost, (value) => costWords(value, price));
    case 'time':
      return milliseconds === null ? null : spanWords(milliseconds, timeWords);
  }
}

export function spanWords({ least, most }: Span, words: (value: number) => string): string {
  const [from, to] = [words(least), words(most)];
  return from === to ? from : `${from} to ${to}`;
}

/** Words of servers and files: on one line, and not longer than that. */
export function oneLine(text: string, most = 160): string {
  const line = text.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
