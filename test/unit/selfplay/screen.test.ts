import { expect, test } from 'vitest';
import type { RunItem } from '../../../src/spar/selfplay/item';
import type { ItemResult } from '../../../src/spar/selfplay/itemResult';
import { runItem } from '../../../src/spar/selfplay/runItem';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import { defaultStatistics, isRight } from '../../support/world';
import { WorldModel } from '../../support/worldModel';
import { instructions, itemPorts } from './support';

/** Many answers are right, and a single vote is often wrong. */
const statistics = { ...defaultStatistics, skill: 0.9, accuracy: 0.75 };

function judged(item: RunItem, voting: RunSettings['search']['voting']): Promise<ItemResult> {
  const model = new WorldModel(statistics);
  return runItem(item, {
    settings: { ...defaultRunSettings, completeShare: 0, search: { ...defaultRunSettings.search, voting } },
    ...itemPorts(model),
  });
}

test('a screen of refinements lets no single No make an answer the rejected side of a pair', async () => {
  const rejected: string[] = [];
  for (const item of instructions(40)) {
    const [settled, screened] = [await judged(item, 'settled'), await judged(item, 'screen')];
    expect(screened.summary.answers).toEqual(settled.summary.answers);
    rejected.push(...screened.pairs.map(({ record }) => record.rejected));
  }
  expect(rejected.length).toBeGreaterThan(20);
  // Votes of five that are right three times out of four are all wrong often enough, but not one time in four.
  expect(rejected.filter(isRight).length).toBeLessThan(0.25 * rejected.length);
});
