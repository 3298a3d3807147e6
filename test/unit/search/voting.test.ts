import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SearchSettings } from '../../../src/spar/search/settings';
import { worldItems } from '../../support/world';
import { WorldModel } from '../../support/worldModel';
import { acceptedText, search } from './support';

const items = worldItems(400);

async function run(index: number, settings: Partial<SearchSettings>) {
  const item = items[index % items.length]!;
  const start = {
    instruction: item.instruction,
    original: item.response,
    critique: 'Qualities are missing.',
  };
  const model = new WorldModel();
  const searched = await search({ start, model, settings });
  const votes = model.requests
    .filter((request) => request.messages.length === 1)
    .flatMap((request) => request.seeds);
  return { accepted: acceptedText(searched), votes, searched };
}

const shapes = fc.record({
  seed: fc.nat(),
  algorithm: fc.constantFrom('breadth-first', 'depth-first', 'chain' as const),
  votes: fc.integer({ min: 1, max: 7 }),
  gate: fc.constantFrom(0, 0.2, 0.4, 0.5, 0.6, 0.8, 0.95),
  stop: fc.constantFrom('level', 'first' as const),
  selection: fc.constantFrom('greedy', 'weighted' as const),
  branchFactor: fc.integer({ min: 1, max: 4 }),
  beamWidth: fc.integer({ min: 1, max: 3 }),
  depth: fc.integer({ min: 1, max: 3 }),
});

describe('the settled policy', () => {
  it('accepts the same texts as all votes, for any gate and shape, and never draws more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(399), shapes, async (index, shape) => {
        const all = await run(index, { ...shape, voting: 'all' });
        const settled = await run(index, { ...shape, voting: 'settled' });
        expect(settled.accepted).toBe(all.accepted);
        expect(new Set(settled.votes).size).toBeLessThanOrEqual(new Set(all.votes).size);
      }),
      { numRuns: 150 },
    );
  });

  it('keeps the counts of yes, no and not drawn for every node', async () => {
    const { searched } = await run(3, { voting: 'settled' });
    const judgements = [...searched.tree.nodes.values()].flatMap(({ judgement }) => judgement ?? []);
    const byVotes = judgements.filter((judgement) => judgement.by === 'votes');
    expect(byVotes.length).toBeGreaterThan(0);
    expect(byVotes.map((judgement) => judgement.yes + judgement.no + judgement.notDrawn)).toEqual(
      byVotes.map(() => 5),
    );
  });
});

describe('the screen policy', () => {
  it('ends a node at a first No', async () => {
    const { searched } = await run(7, { voting: 'screen' });
    const failed = [...searched.tree.nodes.values()].flatMap(({ judgement }) =>
      judgement?.yes === 0 && judgement.by === 'votes' ? [judgement] : [],
    );
    expect(failed.length).toBeGreaterThan(0);
    expect(failed.map(({ no, notDrawn }) => [no, notDrawn])).toEqual(failed.map(() => [1, 4]));
  });
});
