import { readFileSync } from 'node:fs';
import * as promises from 'node:fs/promises';
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { LogFileSystem } from '../../../src/spar/log/fileSystem';
import { LogError } from '../../../src/spar/log/logError';
import { workOn } from '../../../src/spar/selfplay/runner';
import { writeResults } from '../../../src/spar/selfplay/results';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings } from '../../../src/spar/selfplay/settings';
import { answered, controlOf, dependencies, filesOf, play, SlowWorld } from './support';

const items = answered(16);
let folder: string;
let expected: Readonly<Record<string, string>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-damaged-'));
  await play({ folder: join(folder, 'whole', 'run'), items, model: new SlowWorld() });
  expected = await filesOf(join(folder, 'whole', 'run'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A run that was stopped amid its items. */
async function stopped(): Promise<{ readonly run: string; readonly model: SlowWorld }> {
  const run = join(folder, 'run');
  const pause = new AbortController();
  const model = new SlowWorld((count) => {
    if (count >= 150 && isAnyDone(run)) pause.abort();
    return 1;
  });
  const { ending } = await play({ folder: run, items, model, control: { pause: pause.signal } });
  expect(ending.kind).toBe('paused');
  return { run, model };
}

function isAnyDone(run: string): boolean {
  return readFileSync(join(run, 'journal.jsonl'), 'utf8').includes('"kind":"item"');
}

async function goesOn(run: string): Promise<void> {
  const { ending } = await play({ folder: run, items, model: new SlowWorld() });
  expect(ending.kind).toBe('finished');
  expect(await filesOf(run)).toEqual(expected);
}

test('a last line of the journal that was torn costs at most its item', async () => {
  const { run } = await stopped();
  const journal = join(run, 'journal.jsonl');
  await truncate(journal, (await readFile(journal)).length - 30);
  await goesOn(run);
});

test('a damaged line amid the journal is told, and its item done again', async () => {
  const { run } = await stopped();
  const journal = join(run, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const at = lines.findIndex((line) => line.includes('"kind":"item"'));
  expect(at).toBeGreaterThan(-1);
  lines[at] = `${lines[at]!.slice(0, 40)}\u0000`;
  await writeFile(journal, lines.join('\n'));
  const store = await RunStore.open(run);
  expect(store.unread).toEqual([{ type: 'damaged', number: at + 1, reason: 'not valid JSON' }]);
  await store.close();
  await goesOn(run);
});

test('a damaged line of a row that can’t be used is written anew', async () => {
  const run = join(folder, 'run');
  const bad = [3, 5, 9].map((place) => ({ place, reason: `nothing in row ${place}` }));
  const rows = [...bad, ...items.slice(0, 2)];
  await play({ folder: run, items: rows, model: new SlowWorld() });
  const { 'problems.jsonl': whole } = await filesOf(run);
  expect(whole?.split('\n')).toHaveLength(4);
  const journal = join(run, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  const damagedLines = lines.map((line) => (line.includes('nothing in row 5') ? line.slice(0, 50) : line));
  await writeFile(journal, damagedLines.join('\n'));
  const { store } = await play({ folder: run, items: rows, model: new SlowWorld() });
  expect(store.badRows).toBe(3);
  expect((await filesOf(run))['problems.jsonl']).toBe(whole);
});

test('lines of a newer version are left alone', async () => {
  const { run } = await stopped();
  const newer = '{"spar":99,"kind":"item","time":"2030-01-01T00:00:00.000Z","payload":{"index":3}}\n';
  await appendFile(join(run, 'journal.jsonl'), newer);
  await goesOn(run);
  expect(await readFile(join(run, 'journal.jsonl'), 'utf8')).toContain(newer);
});

test('a run of a newer version is left as it is', async () => {
  const { run } = await stopped();
  const settings = join(run, 'settings.json');
  const kept = await readFile(settings, 'utf8');
  await writeFile(settings, kept.replace('"spar":1', '"spar":99'));
  const before = await readFile(join(run, 'journal.jsonl'), 'utf8');
  await expect(RunStore.open(run)).rejects.toThrow(/newer version of SPaR/u);
  expect(await readFile(join(run, 'journal.jsonl'), 'utf8')).toBe(before);
  await writeFile(settings, kept);
  await goesOn(run);
});

/** Every third line loses its end, so that all those after it lie elsewhere. */
const damaged = (text: string): string =>
  text
    .split('\n')
    .map((line, at) => (at % 3 === 1 ? line.slice(0, 50) : line))
    .join('\n');

test('results that were damaged before their pairs were released are worked out again', async () => {
  const { run, model } = await stopped();
  const outcomes = join(run, 'outcomes.jsonl');
  await writeFile(outcomes, `x${await readFile(outcomes, 'utf8')}`);
  await rm(join(run, 'pairs.spar.jsonl'), { force: true });
  const further = new SlowWorld();
  const { ending, store } = await play({ folder: run, items, model: further });
  expect(ending.kind).toBe('finished');
  expect(store.lost).toBeGreaterThan(0);
  expect(store.totals.finished).toBe(items.length);
  expect(await filesOf(run)).toEqual(expected);
  const before = new Set(model.asked);
  expect(further.asked.filter((asked) => before.has(asked))).toEqual([]);
});

test.each([
  ['damaged', async (file: string) => writeFile(file, damaged(await readFile(file, 'utf8')))],
  ['gone', (file: string) => rm(file)],
])('results of a finished run that are %s are worked out again, and nothing is asked', async (_, harm) => {
  const run = join(folder, 'run');
  await play({ folder: run, items, model: new SlowWorld() });
  await harm(join(run, 'outcomes.jsonl'));
  const model = new SlowWorld();
  const found = await play({ folder: run, items, model });
  expect(found.store.lost).toBeGreaterThan(0);
  expect(found.store.totals.finished).toBe(items.length - found.store.lost);
  // As a status has it that is read from the disk.
  const opened = await RunStore.open(run);
  expect(opened.isFinished).toBe(false);
  expect(opened.totals).toEqual(found.store.totals);
  await opened.close();
  const { store } = await play({ folder: run, items, model });
  expect(store.lost).toBe(0);
  expect(store.isFinished).toBe(true);
  expect(store.totals.finished).toBe(items.length);
  expect(await filesOf(run)).toEqual(expected);
  expect(model.asked).toEqual([]);
});

test('a damaged result that has a pair and no example is seen as well', async () => {
  const run = join(folder, 'run');
  const pair = { value: 1, depth: 1, distance: 0.1, interference: 0, accepted: false };
  const store = await RunStore.create(run, { settings: defaultRunSettings });
  for (const index of [0, 1]) {
    const answers = { drawn: 1, failing: 1, passing: 0, unknown: 0 };
    const place = { index, place: index + 1, id: `item ${index}` };
    const found = { status: 'solved', reason: '', answers, nodes: 1, pairs: [pair], examples: 0 } as const;
    const summary = { ...place, ...found, usage: {}, milliseconds: 1 };
    await store.finish({ summary, pairs: [], examples: [], overlap: null }, {});
  }
  const outcomes = join(run, 'outcomes.jsonl');
  const lines = (await readFile(outcomes, 'utf8')).split('\n');
  lines[1] = '#'.repeat(lines[1]!.length);
  await writeFile(outcomes, lines.join('\n'));
  await writeResults(store);
  expect([store.lost, store.isDone(0), store.isDone(1)]).toEqual([1, true, false]);
  await store.close();
});

test('replies that were damaged are asked for again', async () => {
  const { run } = await stopped();
  const replies = join(run, 'replies');
  for (const name of await readdir(replies)) {
    const file = join(replies, name);
    const lines = (await readFile(file, 'utf8')).split('\n');
    await writeFile(file, lines.map((line, at) => (at % 3 === 1 ? line.slice(0, 50) : line)).join('\n'));
  }
  await goesOn(run);
});

test('what was paid for is known where only the replies say so', async () => {
  const { run } = await stopped();
  const before = await RunStore.open(run);
  const { spent } = before;
  await before.close();
  expect(spent.search?.completionTokens).toBeGreaterThan(1000);
  const journal = join(run, 'journal.jsonl');
  const lines = (await readFile(journal, 'utf8')).split('\n');
  await writeFile(journal, lines.filter((line) => !line.includes('"spent"')).join('\n'));
  const store = await RunStore.open(run);
  expect(store.spent).toEqual(spent);
  await store.close();
});

test('a clock that is set back changes nothing', async () => {
  const run = join(folder, 'run');
  const times = ['2026-11-23T10:00:00.000Z', '2026-11-20T10:00:00.000Z', '1999-01-01T00:00:00.000Z'];
  for (const time of times) {
    const pause = new AbortController();
    let asked = 0;
    const model = new SlowWorld(() => {
      asked += 1;
      if (asked >= 70) pause.abort();
      return 1;
    });
    const control = { pause: pause.signal };
    await play({ folder: run, items, model, control, now: () => new Date(time) });
  }
  await goesOn(run);
});

test('a disk that is full amid a run stops it, and with space made it goes on', async () => {
  const run = join(folder, 'run');
  for (const bytes of [30_000, 120_000, 200_001]) {
    const options = { segmentBytes: 20_000, fileSystem: diskWith(bytes) };
    const store = await RunStore.create(run, { settings: defaultRunSettings }, options).catch(() =>
      RunStore.open(run, options),
    );
    const trial = { folder: run, items, model: new SlowWorld() };
    // Where not even the pause can be written down, it says so itself.
    const ended = await workOn(dependencies(trial, store, defaultRunSettings), controlOf(trial)).catch(
      (error: unknown) => error,
    );
    await store.close();
    const told = ended instanceof LogError ? { kind: 'paused', reason: { kind: 'disk' } } : ended;
    expect(told).toMatchObject({ kind: 'paused', reason: { kind: 'disk' } });
  }
  await goesOn(run);
});

/** Logs take only so many more bytes. */
function diskWith(bytes: number): LogFileSystem {
  let left = bytes;
  return {
    ...promises,
    open: async (path, flags, mode) => {
      const handle = await promises.open(path, flags, mode);
      if (flags !== 'a+') return handle;
      const write = handle.write.bind(handle);
      const limited = async (...[data, offset, length]: [Uint8Array, number, number]) => {
        const part = Math.min(length, left);
        if (part === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        left -= part;
        return write(data, offset, part, null);
      };
      handle.write = limited as promises.FileHandle['write'];
      return handle;
    },
  };
}

test('a second process is refused in words', async () => {
  const { run } = await stopped();
  const store = await RunStore.open(run);
  await expect(RunStore.open(run, { waitMs: 0 })).rejects.toThrow(/open in another window or terminal/u);
  await store.close();
});
