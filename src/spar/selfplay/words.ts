import type { Price } from '../models/usage';
import { costWords, countWords, timeWords } from '../text/amountWords';
import type { Forecast, InputShape, Span } from './forecast';
import type { ItemStatus } from './itemResult';
import type { PauseReason } from './stops';

/** What became of items: `12 with a pair`. */
export const statusWords: Readonly<Record<ItemStatus, string>> = {
  solved: 'with a pair',
  unsolved: 'no refinement passed',
  'no-failing-answer': 'no answer failed',
  undetermined: 'nobody could judge them',
  judged: 'judged',
  dropped: 'dropped when made harder',
  'held-back': 'held back: overlap an evaluation prompt',
  failed: 'failed',
};

/** Why a run paused, as a sentence; a server's own words among them. */
export function pauseWords(reason: PauseReason): string {
  switch (reason.kind) {
    case 'asked':
      return 'Stopped as asked.';
    case 'limit': {
      const names = { tokens: 'token', cost: 'cost', time: 'time' };
      return `The ${names[reason.limit]} budget is used up.`;
    }
    case 'endpoint':
    case 'disk':
      return reason.message;
    case 'answers':
      return `${countWords(reason.items)} ${reason.items === 1 ? 'item waits' : 'items wait'} for answers that come in batch files.`;
  }
}

/** A forecast's parts: `40 items`, `100 to 180 replies`, …. */
export function forecastParts(
  { items, replies, tokens, cost, milliseconds }: Forecast,
  price: Price | null,
): readonly string[] {
  const parts = [
    `${countWords(items)} ${items === 1 ? 'item' : 'items'}`,
    `${spanWords(replies, countWords)} replies`,
    `${spanWords(tokens, countWords)} tokens`,
    cost === null || price === null ? null : spanWords(cost, (value) => costWords(value, price)),
    milliseconds === null ? null : spanWords(milliseconds, timeWords),
  ];
  return parts.filter((part) => part !== null);
}

/** `100 to 180`, or one of them where both read the same. */
export function spanWords({ least, most }: Span, words: (value: number) => string): string {
  const [from, to] = [words(least), words(most)];
  return from === to ? from : `${from} to ${to}`;
}

/** What a forecast rests on, as a sentence. */
export function basisWords({ basis, earlier }: Forecast): string {
  switch (basis) {
    case 'items':
      return 'Rests on what this run took so far.';
    case 'earlier': {
      if (earlier === null) return '';
      const runs = earlier.runs === 1 ? 'an earlier run' : `${countWords(earlier.runs)} earlier runs`;
      const rest = earlier.isWhole ? '' : ` for ${listWords(earlier.stages)}; the rest is assumed`;
      return `Rests on ${runs} with these models and settings (${countWords(earlier.items)} items)${rest}.`;
    }
    case 'lengths':
      return 'Rests on how long these models’ replies were before; how often answers fail is not known yet.';
    case 'shape':
      return 'Rests on assumed lengths of replies; how often answers fail is not known yet.';
  }
}

/** How much code can check, as a sentence; null where nothing was looked at. */
export function checkedWords({ checked }: InputShape): string | null {
  if (checked === undefined) return null;
  const { covered, partly, looked } = checked;
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const shares = [
    ...(covered > 0 ? [`all of ${percent(covered)}`] : []),
    ...(partly > 0 ? [`parts of ${percent(partly)}`] : []),
  ];
  const what = shares.length === 0 ? 'none' : shares.join(' and ');
  return `Code can check ${what} of the instructions (${countWords(looked)} looked at).`;
}

function listWords(words: readonly string[]): string {
  const [last = '', ...others] = [...words].reverse();
  return others.length === 0 ? last : `${others.reverse().join(', ')} and ${last}`;
}
