import { expect, test } from 'vitest';
import type { ChatReply, ChatRequest, Usage } from '../../../../src/spar/models/chatModel';
import { systemClock } from '../../../../src/spar/models/clock';
import { ModelError, type ModelErrorKind } from '../../../../src/spar/models/modelError';
import { FixedLimit } from '../../../../src/spar/models/pool/adaptiveLimit';
import { Dispatcher } from '../../../../src/spar/models/pool/dispatcher';
import { Lane } from '../../../../src/spar/models/pool/lane';
import { Asker, question } from '../asking';
import { ManualClock } from '../fakeClock';
import { repliesTo, ScriptedModel } from '../scriptedModel';

type Script = (request: ChatRequest, call: number) => readonly ChatReply[] | Promise<readonly ChatReply[]>;

const fails = (kind: ModelErrorKind, more: { status?: number; retryAfterMs?: number } = {}): never => {
  throw new ModelError({ kind, message: `It is ${kind}.`, ...more });
};

/** Endpoints that answer as their scripts say, in a time that passes when the test says so. */
class World {
  readonly clock = new ManualClock();
  readonly models: readonly ScriptedModel[];
  readonly dispatcher: Dispatcher;

  constructor(scripts: readonly Script[], total = 100) {
    const { clock } = this;
    const random = (): number => 0;
    this.models = scripts.map((script) => new ScriptedModel(script));
    this.dispatcher = new Dispatcher({
      lanes: this.models.map((model) => new Lane({ model, limit: new FixedLimit(total), clock, random })),
      total,
      patienceMs: 600_000,
      firstPatienceMs: 15_000,
      retry: {},
      clock,
      random,
    });
  }

  get asker(): Asker {
    const { dispatcher } = this;
    return new Asker({
      id: 'world',
      maxConcurrency: 100,
      complete: (request, options) => dispatcher.complete(request, { ...options, priority: 0, group: null }),
    });
  }

  /** How often each endpoint was asked. */
  get asked(): readonly number[] {
    return this.models.map(({ requests }) => requests.length);
  }

  async pass(milliseconds: number): Promise<void> {
    for (let at = 0; at < milliseconds; at += 250) await this.clock.advance(250);
  }
}

const outcomeOf = (asked: Promise<readonly string[]>): Promise<unknown> =>
  asked.then(([text]) => text).catch((error: unknown) => error);

test('an endpoint rests for as long as it asks, while the other one goes on', async () => {
  const world: World = new World([
    (request, call) =>
      call === 0 ? fails('rate-limited', { status: 429, retryAfterMs: 30_000 }) : repliesTo(request),
    repliesTo,
  ]);
  expect(await world.asker.texts()).toEqual(['reply 7']);
  for (let request = 0; request < 10; request += 1) await world.asker.texts();
  expect(world.asked).toEqual([1, 11]);
  await world.pass(30_250);
  await Promise.all(Array.from({ length: 10 }, () => world.asker.texts()));
  expect(world.asked[0]).toBeGreaterThan(3);
});

test('a server that is down for minutes is waited for, and asked by one request at a time', async () => {
  const world: World = new World([
    (request, call) => (call > 0 && world.clock.now() < 300_000 ? fails('unreachable') : repliesTo(request)),
  ]);
  await world.asker.texts();
  const asked = Array.from({ length: 20 }, () => world.asker.texts());
  await world.pass(290_000);
  expect(world.dispatcher.waiting).toBe(20);
  // Twenty that were under way together, then one after each pause.
  expect(world.asked[0]).toBeLessThan(60);
  await world.pass(60_000);
  expect((await Promise.all(asked)).flat()).toEqual(Array.from({ length: 20 }, () => 'reply 7'));
});

test('after ten minutes all that waits ends with an error of the endpoint; what is asked later waits anew', async () => {
  const world = new World([(request, call) => (call > 0 ? fails('unreachable') : repliesTo(request))]);
  await world.asker.texts();
  const outcomes = Promise.all(Array.from({ length: 5 }, () => outcomeOf(world.asker.texts())));
  await world.pass(640_000);
  for (const outcome of await outcomes) expect(outcome).toMatchObject({ kind: 'unreachable' });
  let isOver = false;
  const later = outcomeOf(world.asker.texts()).finally(() => (isOver = true));
  await world.pass(300_000);
  expect(isOver).toBe(false);
  await world.pass(640_000);
  expect(await later).toMatchObject({ kind: 'unreachable' });
});

test('a server that was never reached is given up after seconds', async () => {
  const world = new World([() => fails('unreachable')]);
  const outcome = outcomeOf(world.asker.texts());
  await world.pass(60_000);
  expect(await outcome).toMatchObject({ kind: 'unreachable', isEndpointWide: true });
  expect(world.clock.now()).toBe(60_000);
});

test('a server that answers nothing but 502 for minutes is waited for; at last the error is the endpoint’s', async () => {
  const world: World = new World([
    (request, call) => (call > 0 ? fails('server', { status: 502 }) : repliesTo(request)),
  ]);
  await world.asker.texts();
  const outcomes = Promise.all(Array.from({ length: 10 }, () => outcomeOf(world.asker.texts())));
  await world.pass(500_000);
  expect(world.dispatcher.inFlight + world.dispatcher.waiting).toBeGreaterThan(0);
  await world.pass(300_000);
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ kind: 'unreachable', isEndpointWide: true });
  }
});

test('a request that alone fails ends with its own error, and the others are answered meanwhile', async () => {
  const world: World = new World([
    (request) => (request.seeds[0] === 13 ? fails('server', { status: 500 }) : repliesTo(request)),
  ]);
  const bad = outcomeOf(world.asker.texts({ seeds: [13] }));
  for (let second = 0; second < 240; second += 1) {
    await world.pass(1_000);
    expect(await world.asker.texts()).toEqual(['reply 7']);
  }
  expect(await bad).toMatchObject({ kind: 'server', isEndpointWide: false });
});

test('a limit that one request alone runs into does not stop the run', async () => {
  const world: World = new World([
    (request) => (request.seeds[0] === 13 ? fails('rate-limited', { status: 429 }) : repliesTo(request)),
  ]);
  const bad = outcomeOf(world.asker.texts({ seeds: [13] }));
  await world.pass(400_000);
  expect(await bad).toMatchObject({ kind: 'bad-request', isEndpointWide: false });
});

test('an endpoint without a valid key is left out while another serves; alone it fails at once', async () => {
  const refusing: Script = () => fails('unauthorized', { status: 401 });
  const world = new World([refusing, repliesTo]);
  for (let request = 0; request < 10; request += 1) {
    expect(await world.asker.texts()).toEqual(['reply 7']);
  }
  expect(world.asked).toEqual([1, 10]);

  const alone = new World([refusing], 1);
  const outcomes = Array.from({ length: 3 }, () => outcomeOf(alone.asker.texts()));
  for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ kind: 'unauthorized' });
  expect(alone.clock.now()).toBe(0);
});

test('what a server asks to wait beyond all patience is an error at once', async () => {
  const world = new World([() => fails('rate-limited', { status: 429, retryAfterMs: 3_600_000 })]);
  const outcome = outcomeOf(world.asker.texts());
  await world.pass(1_000);
  expect(await outcome).toMatchObject({ kind: 'rate-limited', retryAfterMs: 3_600_000 });
});

test('room is told even where an endpoint is out of order, once it may be asked again', async () => {
  const world = new World([(request, call) => (call === 1 ? fails('unreachable') : repliesTo(request))]);
  await world.asker.texts();
  const asked = world.asker.texts();
  await world.pass(1_000);
  await asked;
  await world.dispatcher.hasRoom(new AbortController().signal);
  expect(world.asked).toEqual([3]);
});

test('a limit that meets the first request is waited for as long as the server asks', async () => {
  const world = new World([
    (request, call) =>
      call === 0 ? fails('rate-limited', { status: 429, retryAfterMs: 20_000 }) : repliesTo(request),
  ]);
  const outcome = outcomeOf(world.asker.texts());
  await world.pass(21_000);
  expect(await outcome).toBe('reply 7');
});

test('a reply that is stopped before any limit has learnt counts by the time that others took', async () => {
  const clock = new ManualClock();
  const usage = { requests: 1, sequences: 1, promptTokens: 10 };
  const model = new ScriptedModel(async (request, call, { onUsage, signal }) => {
    try {
      await clock.wait(call === 0 ? 1000 : 60_000, signal);
    } catch (error) {
      onUsage({ ...usage, completionTokens: 0, estimated: true });
      throw error;
    }
    onUsage({ ...usage, completionTokens: 200, estimated: false });
    return repliesTo(request);
  });
  const lane = new Lane({ model, limit: new FixedLimit(4), clock, random: () => 0 });
  const told: Usage[] = [];
  const stop = new AbortController();
  const ask = (): Promise<unknown> => {
    const { isProbe } = lane.admit(1);
    const request = { ...question, maxTokens: 1000 };
    const options = { signal: stop.signal, onUsage: (used: Usage) => told.push(used), ticket: {}, isProbe };
    return lane.ask(request, options).catch((error: unknown) => error);
  };
  const first = ask();
  await clock.advance(1000);
  await first;
  const second = ask();
  await clock.advance(500);
  stop.abort(new Error('enough'));
  await second;
  expect(told.map(({ completionTokens }) => completionTokens)).toEqual([200, 100]);
});

test('a wait longer than timers take is none that ends at once', async () => {
  const stop = new AbortController();
  let outcome = 'waits';
  const waiting = systemClock.wait(2 ** 40, stop.signal).then(
    () => (outcome = 'ended'),
    () => (outcome = 'stopped'),
  );
  await systemClock.wait(50, new AbortController().signal);
  expect(outcome).toBe('waits');
  stop.abort(new Error('enough'));
  await waiting;
  expect(outcome).toBe('stopped');
});
