import type { Section } from '../../report/report';
import { count, percent } from '../../report/reportWords';
import { costWords, countWords, timeWords } from '../../text/amountWords';
import type { RunReport } from './runReport';

/** Tokens and money, by stage and for a pair. */
export function costSection({ spent }: RunReport): Section {
  const { stages, tokens, cost, currency, isEstimated, perPair } = spent;
  const money = (amount: number | null): string | null =>
    amount === null || currency === null ? null : costWords(amount, { currency });
  const about = isEstimated ? 'about ' : '';
  const amounts = (used: number, paid: number | null): string =>
    [`${about}${countWords(used)} tokens`, money(paid)].filter((words) => words !== null).join(', ');
  const each = perPair === null ? '' : ` For a pair: ${amounts(perPair.tokens, perPair.cost)}.`;
  const unknown = currency === null && tokens > 0 ? ' No price was given, so no cost is known.' : '';
  return {
    id: 'spent',
    title: 'Tokens by stage',
    summary: tokens === 0 ? 'No model was asked.' : `In total ${amounts(tokens, cost)}.${each}${unknown}`,
    chart:
      stages.length === 0
        ? null
        : {
            kind: 'bars',
            direction: 'rows',
            isStacked: true,
            categories: stages.map(({ stage }) => stage),
            series: [
              { name: 'prompt', tone: 'first', values: stages.map((stage) => stage.promptTokens) },
              { name: 'reply', tone: 'third', values: stages.map((stage) => stage.completionTokens) },
            ],
            xTitle: 'tokens',
            yTitle: '',
          },
    table: {
      columns: [
        'Stage',
        'Prompt tokens',
        'Reply tokens',
        'Share',
        'Requests',
        'Replies',
        ...(currency === null ? [] : ['Cost']),
      ],
      rows: stages.map(({ stage, promptTokens, completionTokens, requests, sequences, cost: paid }) => [
        stage,
        promptTokens,
        completionTokens,
        percent(promptTokens + completionTokens, tokens),
        requests,
        sequences,
        ...(currency === null ? [] : [money(paid) ?? '']),
      ]),
    },
  };
}

export function timeSection({ time }: RunReport): Section {
  const { worked, items, rate } = time;
  const rows: (readonly [string, string])[] = [['Work, pauses left out', timeWords(worked)]];
  if (rate !== null) rows.push(['Items a minute', rate < 10 ? rate.toFixed(1) : count(Math.round(rate))]);
  if (items !== null)
    rows.push(
      ['An item, median', itemTime(items.median)],
      ['One of ten takes longer than', itemTime(items.high)],
      ['The longest', itemTime(items.most)],
    );
  return {
    id: 'time',
    title: 'Time',
    summary: 'Items are worked on side by side; the time of one runs from its first request to its end.',
    chart: null,
    table: { columns: ['Measure', 'Time'], rows, isOfWords: true },
  };
}

/** `40 ms`, `2.4 s`, then as other times. */
export function itemTime(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : timeWords(milliseconds);
}
