import { expect, test } from 'vitest';
import { RewrittenLines } from '../../../src/cli/output/rewrittenLines';
import { progressWords } from '../../../src/cli/output/runWords';
import { noUsage } from '../../../src/spar/models/chatModel';
import { progressOf, type ProgressParts } from '../../../src/spar/selfplay/progress';
import { TotalsFold } from '../../../src/spar/selfplay/totals';
import { WrittenText } from './fakeTerminal';

const price = { promptPerMillion: 1, completionPerMillion: 2, currency: 'USD' };
const totals = {
  ...new TotalsFold().totals,
  finished: 120,
  pairs: 80,
  statuses: { solved: 80, failed: 3 },
};
const parts: ProgressParts = {
  state: 'running',
  pause: null,
  total: 1000,
  badRows: 0,
  totals,
  stages: ['sample', 'search', 'search'],
  spent: {
    judge: { ...noUsage, requests: 9, promptTokens: 1_000_000 },
    search: { ...noUsage, requests: 9, completionTokens: 500_000 },
  },
  price,
  worked: 90_000,
  finishedHere: 60,
  workedHere: 30_000,
  requests: 17,
};

test('progress tells counts, stages, rate, tokens, money and time left', () => {
  expect(progressWords(progressOf(parts), { price, inFlight: 17 })).toEqual([
    ['120 of 1,000 items', '80 pairs', '3 failed', 'sample 1, search 2'],
    ['120 items/min', 'about 7 min left', '1.5 million tokens', '2 USD', '17 in flight'],
  ]);
});

test('what is not known is left out', () => {
  const early = { ...parts, state: 'pausing', total: null, stages: [], finishedHere: 0, spent: {} } as const;
  const nothing = { ...totals, finished: 0, pairs: 0, statuses: {} };
  expect(
    progressWords(progressOf({ ...early, totals: nothing, price: null }), { price: null, inFlight: null }),
  ).toEqual([['Stopping, 0 items', '0 pairs'], ['0 tokens']]);
});

test.for([
  [
    80,
    '120 of 1,000 items · 80 pairs · 3 failed · sample 1, search 2',
    '120 items/min · about 7 min left · 1.5 million tokens · 2 USD · 17 in flight',
  ],
  [40, '120 of 1,000 items · 80 pairs', '120 items/min · about 7 min left'],
] as const)('on a terminal of %i columns what matters most is told', ([columns, first, second]) => {
  const sink = Object.assign(new WrittenText(true), { columns });
  new RewrittenLines(sink).show(() => progressWords(progressOf(parts), { price, inFlight: 17 }));
  expect(sink.text.replaceAll('\r\u001b[K', '').split('\n')).toEqual([first, second]);
});
