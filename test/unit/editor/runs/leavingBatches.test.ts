import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { batchFolder } from '../../../../src/spar/selfplay/batch/batchFiles';
import { BatchJournal } from '../../../../src/spar/selfplay/batch/batchJournal';
import { conductRun } from '../../../../src/spar/selfplay/plan/conduct';
import type { InputScan } from '../../../../src/spar/selfplay/plan/inputScan';
import type { RunPlan } from '../../../../src/spar/selfplay/plan/runPlan';
import { RunStore } from '../../../../src/spar/selfplay/runStore';
import { serve, world } from '../../selfplay/batchSupport';
import { MemoryNotes } from '../models/fakes';
import { planOf, resultsOf, simulatedWorld, Window, workspace } from './support';

const engine = { kind: 'batch', to: 'files', rows: 1000, bytes: 1_000_000, tries: 3 } as const;

/** As `spar run --engine batch --batch-to files` does: requests are written, and nothing is asked. */
async function writeRound(run: string, { plan, scan }: { plan: RunPlan; scan: InputScan }): Promise<void> {
  const store = await RunStore.create(run, { settings: plan });
  const target = { model: 'simulated', baseUrl: null };
  const providerAt = (): never => {
    throw new Error('no provider');
  };
  const never = new AbortController().signal;
  const { ending } = await conductRun(
    {
      ...{ store, plan, scan, actor: null, refiner: null },
      batch: { actor: target, refiner: target, providerAt, options: {} },
    },
    { signal: never, pause: never, onProgress: () => undefined, onWarning: () => undefined },
  );
  expect(ending).toMatchObject({ kind: 'paused', reason: { kind: 'answers' } });
  await store.close();
}

describe('a run that sends its requests in batch files', { timeout: 60_000 }, () => {
  test('goes on live once a person has said so, over what its files brought, and is not asked about again', async () => {
    const server = await simulatedWorld({ latency: { baseMs: 10, perTokenMs: 0 } });
    const [whole, folder] = [await workspace(), await workspace()];
    const first = new Window(whole, new MemoryNotes());
    const reference = await first.runs.start({
      ...(await planOf(whole, { urls: [server.url] })),
      sparFolder: first.sparFolder,
    });
    await first.ended();
    const asked = server.totals().sequences;

    const runs = join(folder, '.spar', 'runs');
    const run = join(runs, 'batched');
    await writeRound(run, await planOf(folder, { urls: [server.url], engine }));
    const served = await serve({ within: runs, run: 'batched', responder: world });
    expect(served).toBeGreaterThan(0);

    const notes = new MemoryNotes();
    const refusing = new Window(folder, notes, { askToWork: () => Promise.resolve(false) });
    await refusing.runs.look();
    expect(await refusing.runs.resume(run)).toBe(false);
    const window = new Window(folder, notes);
    await window.runs.look();
    expect(await window.runs.resume(run)).toBe(true);
    await window.until(() => (window.runs.shown(run)?.live?.progress?.requests ?? 0) > 0);
    window.runs.pause(run);
    expect(await window.ended()).toMatchObject({ conclusion: { ending: { kind: 'paused' } } });
    expect(window.left).toEqual([{ files: 1 }]);
    expect(await window.runs.resume(run, { retryFailed: true })).toBe(true);
    expect(await window.ended(2)).toMatchObject({ conclusion: { ending: { kind: 'finished' } } });
    expect(window.left).toHaveLength(1);
    expect(await resultsOf(run)).toBe(await resultsOf(reference));
    expect(server.totals().sequences).toBeLessThan(2 * asked);
  });

  test('is left alone where batches are at a provider, or where it names no address', async () => {
    const folder = await workspace(1);
    const window = new Window(folder, new MemoryNotes());
    const { plan } = await planOf(folder, { urls: ['http://localhost:9/v1'], engine });
    const there = join(window.sparFolder, 'runs', 'there');
    await (await RunStore.create(there, { settings: plan })).close();
    const journal = await BatchJournal.open(join(there, batchFolder), {});
    const file = { model: 'simulated', baseUrl: 'http://localhost:9/v1', rows: 1, replies: 1, bytes: 9 };
    await journal.note({ kind: 'round', files: [{ file: 1, round: 1, without: [], ...file }] });
    await journal.note({ kind: 'uploaded', file: 1, id: 'file-1' });
    const nowhere = join(window.sparFolder, 'runs', 'nowhere');
    const model = { model: 'simulated', baseUrls: [] };
    const source = { ...plan.source, actor: model, refiner: model };
    await (await RunStore.create(nowhere, { settings: { ...plan, source } })).close();
    await window.runs.look();
    await expect(window.runs.resume(there)).rejects.toThrow('1 batch of the run in');
    await expect(window.runs.resume(nowhere)).rejects.toThrow('names no address');
    expect(window.asked).toEqual([]);
    expect(window.runs.working).toEqual([]);
  });
});
