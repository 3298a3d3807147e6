import * as promises from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { LogFileSystem } from '../../../src/spar/log/fileSystem';
import { createModelPool } from '../../../src/spar/models/pool/pool';
import type { Stage } from '../../../src/spar/selfplay/itemResult';
import { workOn } from '../../../src/spar/selfplay/runner';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import { startSimulator } from '../../support/simulator/simulator';
import { worldReply } from '../../support/world';
import { WorldModel } from '../../support/worldModel';
import { temporaryFolder } from '../log/temporaryFolder';
import { controlOf, dependencies, instructions } from './support';

const folder = temporaryFolder();
const settings: RunSettings = {
  ...defaultRunSettings,
  completeShare: 0,
  search: { ...defaultRunSettings.search, algorithm: 'chain', depth: 1, votes: 1, auditShare: 0 },
};
/** An item that waits for a slow disk asks for nothing, and another one takes its place. */
const withoutSync: LogFileSystem = {
  ...promises,
  open: async (path, flags, mode) => {
    const handle = await promises.open(path, flags, mode);
    handle.sync = () => Promise.resolve();
    return handle;
  },
};
const concurrency = 8;

test('items that are under way go before new ones, so that pairs come early and few items are held', async () => {
  const server = await startSimulator({
    latency: { baseMs: 20, perTokenMs: 0 },
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
  });
  const pool = createModelPool({
    endpoints: [{ baseUrl: server.url, model: 'simulated', apiKey: null }],
    concurrency,
  });
  const items = instructions(120);
  const trial = { folder: folder.path('run'), items, model: new WorldModel() };
  const store = await RunStore.create(trial.folder, { settings }, { fileSystem: withoutSync });
  const stages = new Map<number, Stage>();
  let mostUnderWay = 0;
  let pairsAtHalf = 0;
  const ending = await workOn(
    {
      ...dependencies(trial, store, settings),
      actor: pool,
      refiner: pool,
      onStage: (item, stage) => {
        const isNew = !stages.has(item);
        stages.set(item, stage);
        if (!isNew) return;
        mostUnderWay = Math.max(mostUnderWay, stages.size - store.totals.finished);
        if (stages.size === items.length / 2) pairsAtHalf = store.totals.pairs;
      },
    },
    controlOf(trial),
  );
  const { pairs } = store.totals;
  await store.close();
  await server.close();
  expect(ending).toEqual({ kind: 'finished' });
  // Some wait for the disk, and others take their places meanwhile; without an order all would be held.
  expect(mostUnderWay).toBeLessThan(items.length / 2);
  // Half of the items are begun when nearly half of the pairs are there.
  expect(pairsAtHalf).toBeGreaterThan(pairs / 5);
  // As many as the server bears are asked for at once.
  expect(server.totals().peakSequences).toBe(concurrency);
});
