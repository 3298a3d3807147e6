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

test('items that are under way go before new ones, so that few are held at once', async () => {
  const server = await startSimulator({
    latency: { baseMs: 20, perTokenMs: 0 },
    responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
  });
  const pool = createModelPool({
    endpoints: [{ baseUrl: server.url, model: 'simulated', apiKey: null }],
    concurrency,
  });
  const items = instructions(160);
  const trial = { folder: folder.path('run'), items, model: new WorldModel() };
  const store = await RunStore.create(trial.folder, { settings }, { fileSystem: withoutSync });
  const stages = new Map<number, Stage>();
  let mostUnderWay = 0;
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
      },
    },
    controlOf(trial),
  );
  await store.close();
  await server.close();
  expect(ending).toEqual({ kind: 'finished' });
  // Of a busy machine's items some wait for the disk while others take their places; without an order all are held.
  expect(mostUnderWay).toBeLessThan(0.75 * items.length);
  // As many as the server bears are asked for at once.
  expect(server.totals().peakSequences).toBe(concurrency);
});
