import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ModelError } from '../../../src/spar/models/modelError';
import { workOn } from '../../../src/spar/selfplay/runner';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings } from '../../../src/spar/selfplay/settings';
import type { RunProgress } from '../../../src/spar/selfplay/progress';
import { isRight } from '../../support/world';
import {
  answered,
  controlOf,
  dependencies,
  filesOf,
  instructions,
  pairsOf,
  play,
  SlowWorld,
} from './support';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Pair {
  readonly rejected: string;
  readonly chosen: string;
  readonly source: { readonly row: number };
}

async function pairs(name = 'run'): Promise<readonly Pair[]> {
  const text = await pairsOf(join(folder, name));
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Pair);
}

describe('a run', () => {
  test('samples, judges, searches and leaves pairs in the order of the input', async () => {
    const model = new SlowWorld();
    const { ending, store } = await play({ folder: join(folder, 'run'), items: instructions(40), model });
    expect(ending).toEqual({ kind: 'finished' });
    expect(store.totals.finished).toBe(40);
    const found = await pairs();
    expect(found.length).toBeGreaterThan(15);
    expect(store.totals.pairs).toBe(found.length);
    const rows = found.map(({ source }) => source.row);
    expect(rows).toEqual([...rows].sort((a, b) => a - b));
    expect(found.filter(({ chosen }) => isRight(chosen)).length).toBeGreaterThan(0.8 * found.length);
    expect(found.filter(({ rejected }) => isRight(rejected)).length).toBeLessThan(0.2 * found.length);
    expect(new Set(model.asked).size).toBe(model.asked.length);
  });

  test('gives the same files whatever the timing', async () => {
    const items = instructions(25);
    await play({ folder: join(folder, 'a'), items, model: new SlowWorld() });
    const delays = new SlowWorld((count) => (count * 7919) % 13);
    await play({ folder: join(folder, 'b'), items, model: delays });
    const [a, b] = await Promise.all(['a', 'b'].map((name) => pairsOf(join(folder, name))));
    expect(a).not.toBe('');
    expect(b!.replaceAll('"run":"b"', '"run":"a"')).toBe(a);
  });

  test('stopped again and again it ends as without a stop, and asks for nothing twice', async () => {
    const items = instructions(25);
    await play({ folder: join(folder, 'x', 'run'), items, model: new SlowWorld() });
    let stops = 0;
    let stop = new AbortController();
    let stopsAt = 60;
    const model = new SlowWorld((count) => {
      if (count >= stopsAt) stop.abort();
      return 1;
    });
    for (;;) {
      stop = new AbortController();
      stopsAt = model.asked.length + 60 + 20 * stops;
      const { ending } = await play({
        folder: join(folder, 'run'),
        items,
        model,
        control: stops % 2 === 0 ? { signal: stop.signal } : { pause: stop.signal },
      });
      if (ending.kind === 'finished') break;
      expect(ending.reason).toEqual({ kind: 'asked' });
      stops += 1;
    }
    expect(stops).toBeGreaterThan(2);
    const files = await filesOf(join(folder, 'run'));
    expect(files['refiner.jsonl']).not.toBe('');
    expect(files).toEqual(await filesOf(join(folder, 'x', 'run')));
  });

  test('is not finished where an item ended by what nobody foresaw', async () => {
    const trial = { folder: join(folder, 'run'), items: instructions(12), model: new SlowWorld() };
    const store = await RunStore.create(trial.folder, { settings: defaultRunSettings });
    vi.spyOn(store, 'finish').mockRejectedValueOnce(new RangeError('too long'));
    const work = workOn(dependencies(trial, store, defaultRunSettings), controlOf(trial));
    await expect(work).rejects.toThrow('too long');
    expect(store.isFinished).toBe(false);
    await store.close();
    const { ending, store: again } = await play(trial);
    expect(ending).toEqual({ kind: 'finished' });
    expect(again.totals.finished).toBe(12);
  });

  test('a pause lets requests come home, so that none is asked again', async () => {
    const items = answered(20);
    const pause = new AbortController();
    const model = new SlowWorld((count) => {
      if (count >= 60) pause.abort();
      return 3;
    });
    const control = { pause: pause.signal };
    const first = await play({ folder: join(folder, 'run'), items, model, control });
    expect(first.ending).toEqual({ kind: 'paused', reason: { kind: 'asked' } });
    const { ending } = await play({ folder: join(folder, 'run'), items, model });
    expect(ending.kind).toBe('finished');
    expect(new Set(model.asked).size).toBe(model.asked.length);
  });

  test('an endpoint that is lost pauses it, and it goes on from there', async () => {
    const items = answered(20);
    let isDown = true;
    const model = new SlowWorld(
      () => 1,
      (_request, count) =>
        isDown && count > 40
          ? new ModelError({ kind: 'unreachable', message: 'No server at that address.' })
          : null,
    );
    const first = await play({ folder: join(folder, 'run'), items, model });
    expect(first.ending).toEqual({
      kind: 'paused',
      reason: { kind: 'endpoint', message: 'No server at that address.' },
    });
    expect(first.store.totals.statuses.failed).toBeUndefined();
    isDown = false;
    const second = await play({ folder: join(folder, 'run'), items, model });
    expect(second.ending.kind).toBe('finished');
    expect(second.store.totals.finished).toBe(20);
  });

  test('an item that fails keeps its reason, and is tried again alone', async () => {
    const items = answered(12);
    let isOdd = true;
    const model = new SlowWorld(
      () => 0,
      ({ messages }) =>
        isOdd && messages[0]!.content.includes('item 7 ')
          ? new ModelError({ kind: 'context-length', message: 'Too long for this model.' })
          : null,
    );
    const first = await play({ folder: join(folder, 'run'), items, model });
    expect(first.ending.kind).toBe('finished');
    expect(first.store.totals.statuses.failed).toBe(1);
    expect([...first.store.failures.values()].map(({ place, reason }) => [place, reason])).toEqual([
      [8, 'Too long for this model.'],
    ]);
    isOdd = false;
    const asked = model.asked.length;
    const again = await RunStore.open(join(folder, 'run'));
    await again.retry([7]);
    await again.close();
    const second = await play({ folder: join(folder, 'run'), items, model });
    expect(second.store.totals.statuses.failed).toBeUndefined();
    expect(second.store.totals.finished).toBe(12);
    expect(model.asked.slice(asked).every((text) => text.includes('item 7 '))).toBe(true);
  });

  test('a limit on tokens pauses it with everything kept', async () => {
    const items = answered(30);
    const model = new SlowWorld();
    const limits = { tokens: 20_000 };
    const { ending, store } = await play({ folder: join(folder, 'run'), items, model, settings: { limits } });
    expect(ending).toEqual({ kind: 'paused', reason: { kind: 'limit', limit: 'tokens' } });
    expect(store.totals.finished).toBeLessThan(30);
    const second = await play({ folder: join(folder, 'run'), items, model });
    expect(second.ending.kind).toBe('finished');
    expect(new Set(model.asked).size).toBe(model.asked.length);
  });

  test('a limit on money pauses it, and one that is reached asks for nothing more', async () => {
    const items = answered(30);
    const model = new SlowWorld();
    const price = { promptPerMillion: 1, completionPerMillion: 1, currency: 'EUR' };
    const search = { ...defaultRunSettings.search, price };
    const trial = { folder: join(folder, 'run'), items, model };
    const settings = { search, limits: { cost: 0.02 } };
    const { ending, store } = await play({ ...trial, settings });
    expect(ending).toEqual({ kind: 'paused', reason: { kind: 'limit', limit: 'cost' } });
    expect(store.totals.finished).toBeLessThan(30);
    const asked = model.asked.length;
    const { ending: again } = await play({ ...trial, settings });
    expect(again).toEqual(ending);
    expect(model.asked).toHaveLength(asked);
    const { ending: last } = await play({ ...trial, settings: { search } });
    expect(last.kind).toBe('finished');
    expect(new Set(model.asked).size).toBe(model.asked.length);
  });

  test('a limit on time counts work alone, over all its processes', async () => {
    const trial = { folder: join(folder, 'run'), items: answered(30), model: new SlowWorld(() => 2) };
    const settings = { limits: { milliseconds: 40 } };
    const { ending, store } = await play({ ...trial, settings });
    expect(ending).toEqual({ kind: 'paused', reason: { kind: 'limit', limit: 'time' } });
    expect(store.worked).toBeGreaterThanOrEqual(40);
    expect(store.totals.finished).toBeLessThan(30);
    const asked = trial.model.asked.length;
    expect((await play({ ...trial, settings })).ending).toEqual(ending);
    expect(trial.model.asked).toHaveLength(asked);
    const more = { limits: { milliseconds: 3_600_000 } };
    expect((await play({ ...trial, settings: more })).ending.kind).toBe('finished');
  });

  test('bad rows are listed once, and the rest runs', async () => {
    const [one, two] = answered(2);
    const items = [{ place: 1, reason: 'no column that asks' }, one!, { place: 3, reason: 'not JSON' }, two!];
    const seen: RunProgress[] = [];
    const trial = { folder: join(folder, 'run'), items, model: new SlowWorld() };
    const { store } = await play({ ...trial, control: { onProgress: (progress) => seen.push(progress) } });
    expect(store.badRows).toBe(2);
    expect(store.totals.finished).toBe(2);
    expect(seen.at(-1)).toMatchObject({ state: 'finished', total: 2, badRows: 2 });
    expect((await play(trial)).store.badRows).toBe(2);
    const { 'problems.jsonl': problems } = await filesOf(join(folder, 'run'));
    expect(problems).toBe(
      '{"place":1,"status":"refused","reason":"no column that asks"}\n{"place":3,"status":"refused","reason":"not JSON"}\n',
    );
  });

  test('two rows that are made into the same instruction are two items', async () => {
    const items = instructions(2);
    const trial = { folder: join(folder, 'run'), items, model: new SlowWorld() };
    const settings = { ...defaultRunSettings, evolve: true };
    const store = await RunStore.create(trial.folder, { settings });
    const ending = await workOn(
      {
        ...dependencies(trial, store, settings),
        evolve: () => Promise.resolve({ ok: true, instruction: items[0]!.instruction }),
      },
      controlOf(trial),
    );
    expect(ending.kind).toBe('finished');
    await store.close();
    // Each has draws of its own.
    expect(new Set(trial.model.asked).size).toBe(trial.model.asked.length);
    expect(store.totals.finished).toBe(2);
  });

  test('an item that is done waits for no other one’s pairs', async () => {
    const items = answered(60);
    const model = new SlowWorld();
    const trial = { folder: join(folder, 'run'), items, model };
    const store = await RunStore.create(trial.folder, { settings: defaultRunSettings });
    // Reading results for the dataset takes as long as the whole run.
    let isOver = (): void => undefined;
    const over = new Promise<void>((resolve) => (isOver = resolve));
    const result = store.result.bind(store);
    vi.spyOn(store, 'result').mockImplementation(async (item) => {
      await over;
      return result(item);
    });
    let finished = 0;
    const finish = store.finish.bind(store);
    vi.spyOn(store, 'finish').mockImplementation(async (...done) => {
      await finish(...done);
      finished += 1;
      if (finished === items.length) isOver();
    });
    const ports = dependencies(trial, store, defaultRunSettings);
    const ending = await workOn(ports, controlOf(trial));
    expect(ending).toEqual({ kind: 'finished' });
    await store.close();
    expect((await pairs()).length).toBe(store.totals.pairs);
  });

  test('rules alone repair what rules can, and say what they can’t tell', async () => {
    const items = answered(3);
    const { ending, store } = await play({ folder: join(folder, 'run'), items, model: null });
    expect(ending.kind).toBe('finished');
    expect(store.totals.statuses).toEqual({ undetermined: 3 });
  });
});
