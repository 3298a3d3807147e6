import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { stopped } from '../../../src/spar/models/stopping';
import { createModelPool } from '../../../src/spar/models/pool/pool';
import { writeResults } from '../../../src/spar/selfplay/results';
import { workOn, type RunControl, type RunEnding } from '../../../src/spar/selfplay/runner';
import { RunStore } from '../../../src/spar/selfplay/runStore';
import { defaultRunSettings, type RunSettings } from '../../../src/spar/selfplay/settings';
import { WorkGate } from '../../../src/spar/selfplay/workGate';
import type { Fault, SimulatedCall } from '../../support/simulator/protocol';
import { startSimulator, type Simulator } from '../../support/simulator/simulator';
import { worldReply } from '../../support/world';
import { WorldModel } from '../../support/worldModel';
import { temporaryFolder } from '../log/temporaryFolder';
import { answered, controlOf, dependencies, filesOf, play } from './support';

const folder = temporaryFolder();
const items = answered(6);
/** Five votes at once, and nothing asked ahead of need. */
const settings: RunSettings = {
  ...defaultRunSettings,
  search: { ...defaultRunSettings.search, algorithm: 'chain', depth: 1, voting: 'all' },
};

describe('a server that gives one reply each', () => {
  let server: Simulator;
  let onCall: (call: SimulatedCall) => Fault | undefined;
  beforeEach(async () => {
    onCall = () => undefined;
    server = await startSimulator({
      honoursCount: false,
      latency: { baseMs: 4, perTokenMs: 0 },
      faults: (call) => onCall(call),
      responder: ({ messages, seed }) => worldReply({ messages, seed }).text,
    });
  });
  afterEach(() => server.close());

  async function work({
    concurrency = 3,
    ...control
  }: Partial<RunControl> & { concurrency?: number } = {}): Promise<RunEnding> {
    const trial = { folder: folder.path('run'), items, model: null, settings, control };
    const store = await RunStore.create(trial.folder, { settings }).catch(() => RunStore.open(trial.folder));
    const pool = createModelPool({
      endpoints: [{ baseUrl: server.url, model: 'simulated', apiKey: null }],
      concurrency,
      retry: { baseDelayMs: 1, maxDelayMs: 20 },
    });
    const ports = { ...dependencies(trial, store, settings), actor: pool, refiner: pool };
    const ending = await workOn(ports, controlOf(trial));
    await writeResults(store);
    await store.close();
    return ending;
  }

  /** Replies that came home whole. */
  const served = (): readonly SimulatedCall[] =>
    server.chats.filter(({ status, aborted }) => status === 200 && !aborted);

  async function expectAsUndisturbed(): Promise<void> {
    const whole = folder.path('whole', 'run');
    await play({ folder: whole, items, model: new WorldModel(), settings });
    const files = await linesOf(folder.path('run'));
    expect(files).toEqual(await linesOf(whole));
    expect(files['pairs.spar.jsonl']?.length).toBeGreaterThan(1);
    // Each draw was paid for once.
    const draws = served().map(({ body }) => JSON.stringify([body['messages'], body['seed']]));
    expect(draws.length).toBeGreaterThan(50);
    expect(new Set(draws).size).toBe(draws.length);
  }

  test.each([20, 33])('paused at call %i, a run sends nothing more and keeps what comes home', async (at) => {
    const pause = new AbortController();
    onCall = ({ index }) => {
      if (index === at) pause.abort();
      return undefined;
    };
    expect(await work({ pause: pause.signal })).toEqual({ kind: 'paused', reason: { kind: 'asked' } });
    await server.settled();
    // The call itself, and at most two that were under way with it.
    expect(server.chats.length).toBeLessThanOrEqual(at + 3);
    expect(server.chats.filter(({ aborted }) => aborted)).toEqual([]);
    expect(await recorded()).toBe(server.chats.length);
    expect(await work()).toEqual({ kind: 'finished' });
    await expectAsUndisturbed();
  });

  test('a request that fails in part keeps the replies that came, and the retry asks for the others alone', async () => {
    let failed: unknown = null;
    onCall = ({ index, body }) => {
      if (index === 40) failed = body['seed'];
      return body['seed'] === failed ? { kind: 'status', status: 400 } : undefined;
    };
    expect(await work({ concurrency: 1 })).toEqual({ kind: 'finished' });
    const store = await RunStore.open(folder.path('run'));
    expect(store.failures.size).toBe(1);
    await store.retry([...store.failures.keys()]);
    await store.close();
    failed = null;
    onCall = () => undefined;
    expect(await work({ concurrency: 1 })).toEqual({ kind: 'finished' });
    await expectAsUndisturbed();
  });
});

/** In any order: pairs of an item that was tried again come after the others. */
async function linesOf(run: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const files = Object.entries(await filesOf(run));
  return Object.fromEntries(files.map(([name, text]) => [name, text.split('\n').sort()]));
}

async function recorded(): Promise<number> {
  const replies = folder.path('run', 'replies');
  const texts = await Promise.all(
    (await readdir(replies)).map((name) => readFile(join(replies, name), 'utf8')),
  );
  return texts.join('').split('\n').length - 1;
}

test('a time limit of a month is none of 24.8 days', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const day = 86_400_000;
    const limited = { ...defaultRunSettings, limits: { milliseconds: 30 * day } };
    const trial = { folder: folder.path('run'), items, model: null, settings: limited };
    const store = await RunStore.create(trial.folder, { settings: limited });
    const states: string[] = [];
    const ending = workOn(
      {
        ...dependencies(trial, store, limited),
        rows: async function* (signal) {
          await stopped(signal);
        },
        now: () => 0,
      },
      { ...controlOf(trial), onProgress: ({ state }) => states.push(state) },
    );
    await vi.advanceTimersByTimeAsync(30 * day - 1);
    expect(states).not.toContain('pausing');
    await vi.advanceTimersByTimeAsync(1);
    expect(await ending).toEqual({ kind: 'paused', reason: { kind: 'limit', limit: 'time' } });
    await store.close();
  } finally {
    vi.useRealTimers();
  }
});

test('a gate that closes lets requests come home, and waits no longer than it was told to', async () => {
  const gate = new WorkGate();
  await gate.close(60_000);
  expect(gate.isClosed).toBe(true);
  const other = new WorkGate();
  let comeHome = (): void => undefined;
  const sent = other.send(() => new Promise<void>((resolve) => (comeHome = resolve)));
  expect(other.requests).toBe(1);
  const closed = vi.fn();
  const closing = other.close(60_000).then(closed);
  await new Promise((resolve) => setImmediate(resolve));
  expect(closed).not.toHaveBeenCalled();
  comeHome();
  await Promise.all([sent, closing]);
  expect(other.requests).toBe(0);
  const hung = new WorkGate();
  void hung.send(() => new Promise<never>(() => undefined));
  await hung.close(1);
  expect(hung.requests).toBe(1);
});
