import { writeSync } from 'node:fs';
import { mkdtemp, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { LogFileSystem } from '../../../src/spar/log/fileSystem';
import type * as FileSystemModule from '../../../src/spar/log/fileSystem';
import { LogError } from '../../../src/spar/log/logError';
import { openAiBatches } from '../../../src/spar/models/batch/openaiBatches';
import { parseEndpoint } from '../../../src/spar/models/endpoint';
import { defaultRunSettings } from '../../../src/spar/selfplay/settings';
import { totalUsage } from '../../../src/spar/selfplay/totals';
import { rowsOf } from '../../support/simulator/batchEngine';
import { withBatchServer } from '../../support/simulator/batchServer';
import { digestsOf, liveFiles, step, world, type BatchModels } from './batchSupport';
import { instructions } from './support';

const clock = {
  now: () => performance.now(),
  wait: () => new Promise<void>((resolve) => setImmediate(resolve)),
};
const items = instructions(2);
const settings = { search: { ...defaultRunSettings.search, voting: 'all', depth: 1 } } as const;

/** How many times files may still be opened to be written; the disk is full then. */
const disk = vi.hoisted(() => ({ left: Infinity }));
vi.mock('../../../src/spar/log/fileSystem', async (original) => {
  const { nodeFileSystem } = await original<typeof FileSystemModule>();
  const full = () => Object.assign(new Error('simulated: no space left'), { code: 'ENOSPC' });
  const open: LogFileSystem['open'] = async (path, flags, mode) => {
    if (/[aw]/u.test(String(flags))) disk.left -= 1;
    const isFull = disk.left < 0;
    if (isFull && disk.left % 2 === 0) throw full();
    const handle = await nodeFileSystem.open(path, flags, mode);
    if (isFull) tear(handle);
    return handle;
  };
  /** Half of what is written comes to the disk, and stays. */
  const tear = (handle: FileHandle): void => {
    const { fd } = handle;
    Object.assign(handle, {
      write: (bytes: Uint8Array) => {
        writeSync(fd, bytes, 0, Math.floor(bytes.length / 2));
        return Promise.reject(full());
      },
      truncate: () => Promise.reject(full()),
    });
  };
  return { nodeFileSystem: { ...nodeFileSystem, open } };
});

test('a disk that is full from any write on, also in mid-line, loses no answer, and nothing is asked for twice', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spar-batch-'));
  const wanted = await liveFiles(folder, items, settings);
  let count = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 3 }),
      async (fulls) => {
        const run = `${(count += 1)}/run`;
        await withBatchServer({ responder: world }, async (url, provider) => {
          const target = { model: 'simulated', baseUrl: url };
          const parsed = parseEndpoint({ baseUrl: url, apiKey: null });
          if (!parsed.ok) throw new Error(parsed.reason);
          const { endpoint } = parsed;
          const models: BatchModels = {
            actor: target,
            refiner: target,
            providerAt: () => openAiBatches({ endpoint, model: 'simulated', clock }),
          };
          const go = () => step({ within: folder, run, items, settings, models, options: { clock } });
          for (const writes of fulls) {
            disk.left = writes;
            const end = await go().then(
              ({ ending }) => ending,
              (error: unknown) => error,
            );
            const isFull = disk.left < 0;
            disk.left = Infinity;
            if (end instanceof Error) expect(end).toBeInstanceOf(LogError);
            else expect(end).toMatchObject(isFull ? { reason: { kind: 'disk' } } : { kind: 'finished' });
          }
          const { ending, store } = await go();
          expect(ending).toEqual({ kind: 'finished' });
          expect(totalUsage(store.spent).requests).toBe(provider.served.length);
          const asked = provider.batches.flatMap(({ input }) => rowsOf(provider.files.get(input) ?? ''));
          expect(new Set(asked.map(({ body }) => JSON.stringify(body))).size).toBe(asked.length);
        });
        expect(await digestsOf(join(folder, run))).toEqual(wanted);
      },
    ),
    { numRuns: 4 },
  );
  await rm(folder, { recursive: true });
}, 60_000);
