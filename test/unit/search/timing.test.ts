import { describe, expect, it } from 'vitest';
import type { SearchSettings } from '../../../src/spar/search/settings';
import { worldItems } from '../../support/world';
import { WorldModel } from '../../support/worldModel';
import { drawn, no, refined, ScriptedModel, search, yes } from './support';

describe('a search', () => {
  it('gives the same tree whatever the timing', async () => {
    const [item] = worldItems(3).slice(2);
    const from = { instruction: item!.instruction, original: item!.response, critique: 'Lacking.' };
    const prompt = await search({ start: from, model: new WorldModel() });
    const slow = new WorldModel();
    let calls = 0;
    const delayed: typeof slow = Object.assign(Object.create(slow) as WorldModel, {
      complete: async (...args: Parameters<WorldModel['complete']>) => {
        await new Promise((resolve) => setTimeout(resolve, ((calls += 1) * 7) % 5));
        return slow.complete(...args);
      },
    });
    expect(drawn(await search({ start: from, model: delayed }))).toBe(drawn(prompt));
  });

  it('that takes the first that passes tells the same of its siblings whatever the timing', async () => {
    const settings: Partial<SearchSettings> = { stop: 'first', depth: 1, votes: 4 };
    const start = {
      instruction: 'Tell of the sea in one warm sentence.',
      original: 'The sea.',
      critique: 'No.',
    };
    const run = async (delays: readonly number[]): Promise<string> => {
      const model = new ScriptedModel({
        judge: (response, index) => (response === 'b' && index === 0 ? no : yes),
        refine: (_, index) => refined('abc'[index] ?? ''),
      });
      model.delays = delays;
      return drawn(await search({ start, model, settings }));
    };
    const firstSlow = await run([0, 20, 0, 0]);
    const firstQuick = await run([0, 0, 20, 20]);
    expect(firstSlow).toBe(firstQuick);
    expect(firstQuick).toMatchInlineSnapshot(`
      "0 · original · "The sea." · given 0
      1 · refined · "a" · 3 yes 0 no 1 not drawn
      2 · refined · "b" · not judged
      3 · refined · "c" · not judged
      accepted → 1"
    `);
  });
});
