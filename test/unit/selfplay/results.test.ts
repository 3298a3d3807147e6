import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { paperMix, type RefinerMix } from '../../../src/spar/datasets/export/examples/examples';
import { writeResults } from '../../../src/spar/selfplay/results';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { temporaryFolder } from '../log/temporaryFolder';
import { instructions, play, SlowWorld } from './support';

const folder = temporaryFolder();

/** As they are in the run's file. */
async function conversations(run: string): Promise<readonly string[]> {
  return (await readFile(join(run, 'refiner.jsonl'), 'utf8')).split('\n').filter((line) => line !== '');
}

function promptOf(line: string): string {
  const { messages } = JSON.parse(line) as { readonly messages: readonly { readonly content: string }[] };
  return messages[0]?.content ?? '';
}

test('the refiner’s examples keep to the mix, drawn by the seed, one for each judge prompt', async () => {
  // DESIGN.md, section 1, step 7.
  expect(paperMix).toEqual({
    refinement: 4000,
    'tree-yes': 1500,
    'tree-no': 1000,
    'answer-yes': 2500,
    'answer-no': 500,
  });
  const run = folder.path('run');
  const settings = { completeShare: 1, draw: 'all' } as const;
  const { store: played } = await play({
    folder: run,
    items: instructions(60),
    model: new SlowWorld(),
    settings,
  });
  expect(played.totals.finished).toBe(60);
  const all = await conversations(run);
  const store = await RunStore.open(run);
  const { examples: found } = await writeResults(store);
  expect(Object.values(found).reduce((sum, count) => sum + count)).toBe(all.length);
  expect(new Set(all.map(promptOf)).size).toBe(all.length);
  const mix: RefinerMix = { refinement: 7, 'tree-yes': 2, 'tree-no': 0, 'answer-yes': 5, 'answer-no': 3 };
  for (const [kind, most] of Object.entries(mix))
    expect(found[kind as keyof RefinerMix]).toBeGreaterThan(most);
  const { examples } = await writeResults(store, { mix });
  expect(examples).toEqual(mix);
  const few = await conversations(run);
  expect(few).toHaveLength(17);
  // In the order of the whole file, and not its beginning.
  expect(all.filter((line) => few.includes(line))).toEqual(few);
  expect(all.indexOf(few.at(-1) ?? '')).toBeGreaterThan(all.length / 2);
  await writeResults(store, { mix });
  expect(await conversations(run)).toEqual(few);
  await store.close();
});
