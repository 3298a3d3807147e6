import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { batchConduct } from '../../../src/cli/run/batch';
import { BatchJournal, type BatchFile } from '../../../src/spar/selfplay/batch/batchJournal';
import { goLive, type LiveStart } from '../../../src/spar/selfplay/batch/goingLive';
import type { BatchOptions } from '../../../src/spar/selfplay/batch/rounds';
import type { RunEnding } from '../../../src/spar/selfplay/runner';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings } from '../../../src/spar/selfplay/settings';
import { totalUsage } from '../../../src/spar/selfplay/totals';
import { rowsOf } from '../../support/simulator/batchEngine';
import type { BatchBehaviour, SimulatedBatches } from '../../support/simulator/batches';
import { withBatchServer } from '../../support/simulator/batchServer';
import { FakeTerminal } from '../cli/fakeTerminal';
import {
  clock,
  damageJournal,
  digestsOf,
  liveFiles,
  modelsAt,
  serve,
  step,
  throughFiles,
  world,
  type BatchTrial,
} from './batchSupport';
import { instructions } from './support';

let folder: string;
let warnings: string[];
/** What a live run comes to. */
let wanted: Readonly<Record<string, readonly string[]>>;
beforeAll(async () => {
  const own = await mkdtemp(join(tmpdir(), 'spar-batch-'));
  wanted = await liveFiles(own, items, settings);
  await rm(own, { recursive: true });
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-batch-'));
  warnings = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const items = instructions(3);
const settings = { search: { ...defaultRunSettings.search, voting: 'all', depth: 1 } } as const;
/** Where files lie for any engine. */
const lying = (): BatchTrial => ({ within: folder, items, settings });
const batches = (): string => join(folder, 'run', 'batches');

type Step = (options?: BatchOptions) => Promise<{ readonly ending: RunEnding; readonly store: RunStore }>;

function withProvider<Result>(
  behaviour: BatchBehaviour,
  use: (go: Step, provider: SimulatedBatches) => Promise<Result>,
): Promise<Result> {
  return withBatchServer({ ...behaviour, responder: world }, (url, provider) => {
    const given = { clock, onWarning: (words: string) => void warnings.push(words) };
    const models = modelsAt(url);
    return use((options) => step({ ...lying(), models, options: { ...given, ...options } }), provider);
  });
}

/** That all was asked for once, and came to what a live run comes to. */
async function expectWhole({ served }: SimulatedBatches): Promise<void> {
  expect(new Set(served).size).toBe(served.length);
  expect(await digestsOf(join(folder, 'run'))).toEqual(wanted);
}

/** Each request that any batch was made of, whatever came of it. */
function requestsOf({ batches: made, files }: SimulatedBatches): readonly string[] {
  const rows = made.flatMap(({ input }) => rowsOf(files.get(input) ?? ''));
  return rows.map(({ body }) => JSON.stringify(body));
}

/** `expectWhole`, where no batch was lost either. */
async function expectAskedOnce(provider: SimulatedBatches): Promise<void> {
  const asked = requestsOf(provider);
  expect(new Set(asked).size).toBe(asked.length);
  await expectWhole(provider);
}

async function filesOfRun(): Promise<readonly BatchFile[]> {
  return (await BatchJournal.read(batches())).files;
}

const damage = (kind: string, by?: string): Promise<void> => damageJournal({ within: folder, kind, by });

const waiting = { ending: { kind: 'paused', reason: { kind: 'answers', items: 3 } } };

describe('lines of the journal that are damaged', () => {
  test.each(['round', 'uploaded,created', 'creating,created', 'round,uploaded'])(
    'that of %s: its batch is waited for, and its requests go out once',
    async (kinds) => {
      let ending: 'never' | 'completed' = 'never';
      await withProvider({ ending: () => ending }, async (go, provider) => {
        expect(await go({ wait: false })).toMatchObject(waiting);
        for (const kind of kinds.split(',')) await damage(kind);
        ending = 'completed';
        expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
        expect(warnings.filter((words) => words.includes('000001.requests.jsonl'))).toHaveLength(
          kinds.startsWith('round') ? 1 : 0,
        );
        await expectAskedOnce(provider);
      });
    },
  );

  test('of all rounds of a run that is half done: nothing is submitted again', async () => {
    let ending: 'never' | 'completed' = 'never';
    await withProvider({ ending: (batch) => (batch < 2 ? 'completed' : ending) }, async (go, provider) => {
      expect(await go({ wait: false })).toMatchObject({ ending: { kind: 'paused' } });
      const before = await filesOfRun();
      expect(before.map(({ isClosed }) => isClosed)).toEqual([true, true, false]);
      for (const kind of ['round', 'closed', 'uploaded']) await damage(kind);
      ending = 'completed';
      const { ending: last, store } = await go();
      expect(last).toEqual({ kind: 'finished' });
      expect((await filesOfRun()).slice(0, 2)).toMatchObject(
        before.slice(0, 2).map(({ rows }) => ({ rows })),
      );
      expect(totalUsage(store.spent).requests).toBe(provider.served.length);
      await expectAskedOnce(provider);
    });
  });

  test('of a round whose files lie for any engine: they keep their numbers, and answers are taken', async () => {
    await step(lying());
    const requests = join(batches(), '000001.requests.jsonl');
    const asked = await readFile(requests, 'utf8');
    // As a kill between the files and their line leaves it.
    await damage('round', '');
    expect(await step(lying())).toMatchObject(waiting);
    expect(await readFile(requests, 'utf8')).toBe(asked);
    await damage('round');
    const first = await serve({ within: folder });
    const { rows, store } = await throughFiles(lying());
    expect(totalUsage(store.spent).requests).toBe(first + rows);
    expect(await digestsOf(join(folder, 'run'))).toEqual(wanted);
  });

  test('and the end of the index as well: it is refused as long as that could pay twice', async () => {
    await step(lying());
    await serve({ within: folder });
    await damage('round');
    const index = join(batches(), '000001.index.jsonl');
    const whole = await readFile(index, 'utf8');
    await writeFile(index, whole.slice(0, -20));
    await expect(step(lying())).rejects.toThrow(
      /000001\.requests\.jsonl is damaged, and so is the end of 000001\.index\.jsonl.*Put one of them back/u,
    );
    await writeFile(index, whole);
    await throughFiles(lying());
    expect(await digestsOf(join(folder, 'run'))).toEqual(wanted);
  });

  test('a reply that is damaged comes back from the answers that lie in the folder', async () => {
    let ending: 'never' | 'completed' = 'never';
    await withProvider({ ending: (batch) => (batch < 2 ? 'completed' : ending) }, async (go, provider) => {
      await go({ wait: false });
      const replies = join(batches(), 'replies', '000000.jsonl');
      const lines = (await readFile(replies, 'utf8')).split('\n');
      await writeFile(replies, ['{"spar":1,"it', lines[1]?.slice(5), ...lines.slice(2)].join('\n'));
      ending = 'completed';
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      expect(warnings).toEqual([expect.stringContaining('taken in once more')]);
      await expectAskedOnce(provider);
    });
  });
});

describe('what its provider no longer knows', () => {
  test('as the key of another project hears: nothing is closed or sent, and the right key goes on', async () => {
    let isFull = true;
    let isOther = false;
    let uploads = 0;
    const behaviour: BatchBehaviour = {
      // The second of two files does not get there.
      breaks: (what) => isFull && what === 'uploaded' && (uploads += 1) > 1,
      forgets: (id) => isOther && id !== 'all',
      ending: () => (isFull ? 'never' : 'completed'),
    };
    await withProvider(behaviour, async (go, provider) => {
      await go({ limits: { rows: 2 } });
      isFull = false;
      isOther = true;
      const before = await filesOfRun();
      expect(before.map(({ batch }) => batch)).toEqual(['batch_simulated_0', null]);
      for (const time of [1, 2]) {
        const { ending } = await go();
        expect(ending, `${time}`).toMatchObject({ kind: 'paused', reason: { kind: 'endpoint' } });
        expect(JSON.stringify(ending)).toContain('The key of another project hears the same');
      }
      expect(await filesOfRun()).toEqual(before);
      expect(provider.batches).toHaveLength(1);
      isOther = false;
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      expect(warnings).toEqual([]);
      await expectAskedOnce(provider);
    });
  });

  test('another key sends nothing again of a batch whose making was never answered', async () => {
    let isOther = false;
    let ending: 'never' | 'completed' = 'never';
    const forgets = (id: string): boolean => isOther && id !== 'all';
    await withProvider({ forgets, ending: () => ending }, async (go, provider) => {
      await go({ wait: false });
      await damage('created');
      ending = 'completed';
      isOther = true;
      for (const time of [1, 2])
        expect((await go()).ending, `${time}`).toMatchObject({ reason: { kind: 'endpoint' } });
      expect(provider.batches).toHaveLength(1);
      isOther = false;
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      await expectAskedOnce(provider);
    });
  });

  test('a batch: its requests are asked for again, and a person is told', async () => {
    const forgets = (id: string): boolean => id === 'batch_simulated_0';
    await withProvider({ forgets }, async (go, provider) => {
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      expect(warnings).toEqual([
        'The provider no longer knows the batch batch_simulated_0 of 000001.requests.jsonl (404, as it says to another project’s key). 3 of its 3 requests stay without an answer from it.',
      ]);
      await expectWhole(provider);
    });
  });

  test('every batch: its items fail with that reason, and nothing is asked for without an end', async () => {
    await withProvider({ forgets: (id) => id.startsWith('batch') }, async (go, provider) => {
      const { ending, store } = await go();
      expect(ending).toEqual({ kind: 'finished' });
      expect(store.failures.size).toBe(3);
      expect([...store.failures.values()][0]?.reason).toContain('no longer knows the batch');
      expect(provider.batches).toHaveLength(3);
    });
  });

  test('a batch that is unknown for a moment is waited for', async () => {
    let looks = 0;
    const forgets = (id: string): boolean => id === 'batch_simulated_0' && (looks += 1) <= 2;
    await withProvider({ forgets }, async (go, provider) => {
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      expect(warnings).toEqual([]);
      expect(looks).toBeGreaterThan(2);
      await expectAskedOnce(provider);
    });
  });

  test('a batch that is unknown for a moment when it is cancelled: it is cancelled all the same', async () => {
    let isCancelling = false;
    let looks = 0;
    // Neither by its id nor in the list.
    const forgets = (id: string): boolean => isCancelling && id === 'batch_simulated_0' && (looks += 1) <= 2;
    await withProvider({ forgets, ending: () => 'never' }, async (go, provider) => {
      await go({ wait: false });
      isCancelling = true;
      expect(await go({ cancel: true })).toMatchObject({ ending: { reason: { kind: 'asked' } } });
      expect(provider.batches.map(({ status }) => status)).toEqual(['cancelled']);
      expect(warnings).toEqual([]);
    });
  });

  test('a batch whose answers were fetched before: they count', async () => {
    let isGone = false;
    const forgets = (id: string): boolean => isGone && id === 'batch_simulated_0';
    const ending = (batch: number) => (batch === 0 || isGone ? 'completed' : 'never');
    await withProvider({ forgets, ending }, async (go, provider) => {
      await go({ wait: false });
      // As if it had been killed before the answers were taken in.
      const journal = join(batches(), 'journal.jsonl');
      const lines = (await readFile(journal, 'utf8')).split('\n');
      const created = lines.findIndex((line) => line.includes('"kind":"created"'));
      await writeFile(journal, `${lines.slice(0, created + 1).join('\n')}\n`);
      for (const name of ['replies', '000002.requests.jsonl', '000002.index.jsonl'])
        await rm(join(batches(), name), { recursive: true });
      isGone = true;
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      expect(warnings.at(-1)).toContain('0 of its 3 requests stay without an answer');
      await expectWhole(provider);
    });
  });

  test('what came of a batch', async () => {
    const forgets = (id: string): boolean => id === 'file-simulated-output-0';
    await withProvider({ forgets }, async (go, provider) => {
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      expect(warnings[0]).toContain('no longer knows what came of the batch batch_simulated_0');
      // These were served, and lost there.
      expect(new Set(provider.served).size).toBe(provider.served.length - 3);
      expect(await digestsOf(join(folder, 'run'))).toEqual(wanted);
    });
  });

  test.each([
    ['its batches', 'batch'],
    ['any batches', ''],
  ])(
    'an address that does not know %s any more holds neither cancelling up nor going live',
    async (_, known) => {
      let isGone = false;
      const forgets = (id: string): boolean => isGone && (known === '' || id.startsWith(known));
      await withProvider({ forgets, ending: () => 'never' }, async (go) => {
        await go({ wait: false });
        isGone = true;
        if (known === '') {
          const { ending } = await go();
          expect(ending).toMatchObject({ reason: { kind: 'endpoint' } });
          expect(JSON.stringify(ending)).toContain('spar resume DIR --cancel');
        }
        expect((await liveStart()).kind).toBe('refused');
        expect(await go({ cancel: true })).toMatchObject({ ending: { reason: { kind: 'asked' } } });
        expect(warnings).toHaveLength(1);
        expect(await liveStart()).toMatchObject({ kind: 'answers', withdrawn: [] });
      });
    },
  );
});

async function liveStart(): Promise<LiveStart> {
  const store = await RunStore.open(join(folder, 'run'));
  try {
    return await goLive(store, new AbortController().signal);
  } finally {
    await store.close();
  }
}

describe('a download', () => {
  test('that breaks off is begun anew, and one that ends too early is asked for again', async () => {
    const download: BatchBehaviour['download'] = (id, time) => {
      if (id === 'file-simulated-output-0' && time < 3) return 'breaks-off';
      return id === 'file-simulated-output-1' && time < 2 ? 'half' : undefined;
    };
    await withProvider({ download }, async (go, provider) => {
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      await expectAskedOnce(provider);
    });
  });

  test('that always breaks off pauses the run, which takes the answers later', async () => {
    let isBroken = true;
    const download = () => (isBroken ? 'breaks-off' : undefined);
    await withProvider({ download }, async (go, provider) => {
      expect(await go()).toMatchObject({ ending: { kind: 'paused', reason: { kind: 'endpoint' } } });
      isBroken = false;
      expect(await go()).toMatchObject({ ending: { kind: 'finished' } });
      await expectAskedOnce(provider);
    });
  });
});

test('two roles at one address: each asks with its own key, also when it goes on', async () => {
  const environment = { SPAR_ACTOR_API_KEY: 'key-of-the-actor', SPAR_REFINER_API_KEY: 'key-of-the-refiner' };
  await withBatchServer({ responder: world }, async (url, provider) => {
    const source = { model: 'simulated', baseUrls: [url] };
    const engine = { kind: 'batch', to: 'endpoint', rows: 1000, bytes: 1_000_000, tries: 3 } as const;
    const go = (wait: boolean) => {
      const options = { clock, wait };
      const terminal = new FakeTerminal({ environment });
      const { options: all, ...models } = batchConduct({ actor: source, refiner: source }, engine, {
        terminal,
        options,
      });
      return step({ ...lying(), models, options: all });
    };
    await go(false);
    const { ending } = await go(true);
    expect(ending).toEqual({ kind: 'finished' });
    const keys = await Promise.all(
      provider.batches.map(async ({ key, metadata }) => {
        const { spar_file: name } = metadata as { readonly spar_file: string };
        const index = await readFile(join(batches(), name.replace('requests', 'index')), 'utf8');
        return [...index.matchAll(/"stage":"(\w+)"/gu)].map(([, stage = '']) => `${stage}: ${key ?? 'none'}`);
      }),
    );
    expect([...new Set(keys.flat())].sort()).toEqual([
      'judge: Bearer key-of-the-refiner',
      'sample: Bearer key-of-the-actor',
      'search: Bearer key-of-the-refiner',
    ]);
    await expectAskedOnce(provider);
  });
});
