import { expect, test } from 'vitest';
import { progressWords } from '../../../src/cli/output/runWords';
import { noUsage } from '../../../src/spar/models/chatModel';
import { progressOf, type ProgressParts } from '../../../src/spar/selfplay/progress';
import { TotalsFold } from '../../../src/spar/selfplay/totals';

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
  expect(progressWords(progressOf(parts), price)).toEqual([
    ['120 of 1,000 items', '80 pairs', '3 failed', 'sample 1, search 2'],
    ['120 items/min', 'about 7 min left', '1.5 million tokens', '2 USD', '17 in flight'],
  ]);
});

test('what is not known is left out', () => {
  const early = { ...parts, state: 'pausing', total: null, stages: [], finishedHere: 0, spent: {} } as const;
  const nothing = { ...totals, finished: 0, pairs: 0, statuses: {} };
  expect(progressWords(progressOf({ ...early, totals: nothing, price: null }), null)).toEqual([
    ['Stopping, 0 items', '0 pairs'],
    ['0 tokens', '17 in flight'],
  ]);
});
