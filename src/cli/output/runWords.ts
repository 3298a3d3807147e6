import type { RunProgress } from '../../spar/selfplay/progress';
import type { RunTotals } from '../../spar/selfplay/totals';
import type { Price } from '../../spar/models/usage';
import { stages } from '../../spar/selfplay/itemResult';
import type { ItemStatus } from '../../spar/selfplay/itemResult';
import { statusWords } from '../../spar/selfplay/words';
import { costWords, countWords, timeWords } from '../../spar/text/amountWords';
import { harmlessLine } from './paint';
import type { LineParts } from './fittedLine';

interface ProgressContext {
  readonly price: Price | null;
  /** Replies that are asked for; null where nothing is. */
  readonly inFlight: number | null;
}

/** The two lines about a run that works: what came of it, and what it takes. */
export function progressWords(
  { totals, total, underWay, rate, left, cost, state, usage }: RunProgress,
  { price, inFlight }: ProgressContext,
): readonly [LineParts, LineParts] {
  const of = total === null ? '' : ` of ${countWords(total)}`;
  const stageCounts = stages
    .filter((stage) => underWay[stage] > 0)
    .map((stage) => `${stage} ${countWords(underWay[stage])}`);
  const failed = totals.statuses.failed ?? 0;
  const tokens = usage.promptTokens + usage.completionTokens;
  const parts = [
    rate === null ? null : `${rate < 10 ? rate.toFixed(1) : countWords(rate)} items/min`,
    left === null ? null : `about ${timeWords(left)} left`,
    `${usage.estimated ? 'about ' : ''}${countWords(tokens)} tokens`,
    cost === null || price === null ? null : costWords(cost, price),
    inFlight === null ? null : `${countWords(inFlight)} in flight`,
  ];
  const word = state === 'pausing' ? 'Stopping, ' : '';
  return [
    [
      `${word}${countWords(totals.finished)}${of} items`,
      `${countWords(totals.pairs)} ${totals.pairs === 1 ? 'pair' : 'pairs'}`,
      ...(failed === 0 ? [] : [`${countWords(failed)} failed`]),
      ...(stageCounts.length === 0 ? [] : [stageCounts.join(', ')]),
    ],
    parts.filter((part) => part !== null),
  ];
}

/** Lines for a person about what items came to. */
export function totalsWords(totals: RunTotals, badRows: number): readonly string[] {
  const rows = (Object.keys(statusWords) as ItemStatus[]).flatMap((status) => {
    const count = totals.statuses[status] ?? 0;
    return count === 0 ? [] : [`  ${countWords(count)} ${statusWords[status]}`];
  });
  const reasons = totals.reasons
    .slice(0, 5)
    .map(({ reason, count }) => `  ${countWords(count)} × ${harmlessLine(reason, 160)}`);
  return [
    ...rows,
    ...(badRows === 0
      ? []
      : [`  ${countWords(badRows)} ${badRows === 1 ? 'row' : 'rows'} that can’t be used`]),
    ...(reasons.length === 0 ? [] : ['Failed or dropped, most frequent reasons:', ...reasons]),
  ];
}
