import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ChatReply } from '../../../../src/spar/models/chatModel';
import { ModelError } from '../../../../src/spar/models/modelError';
import {
  createModelPool,
  type ModelPool,
  type ModelPoolOptions,
} from '../../../../src/spar/models/pool/pool';
import { withRecordedReplies } from '../../../../src/spar/models/recorded';
import type { Fault, SimulatedCall, SimulatorOptions } from '../../../support/simulator/protocol';
import { startSimulator, type Simulator } from '../../../support/simulator/simulator';
import { Asker, question } from '../asking';

let servers: Simulator[] = [];
beforeEach(() => {
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
});

async function serve(options: SimulatorOptions = {}): Promise<Simulator> {
  const server = await startSimulator(options);
  servers.push(server);
  return server;
}

function poolOf(urls: readonly string[], options: Partial<ModelPoolOptions> = {}): ModelPool {
  return createModelPool({
    endpoints: urls.map((baseUrl) => ({ baseUrl, model: 'simulated', apiKey: null })),
    concurrency: 4,
    retry: { baseDelayMs: 1, maxDelayMs: 20 },
    ...options,
  });
}

const wordsOf = (call: SimulatedCall): string =>
  (call.body['messages'] as { readonly content: string }[])[0]?.content ?? '';
const asks = (content: string): { messages: { role: 'user'; content: string }[] } => ({
  messages: [{ role: 'user', content }],
});

test('lower priorities go first, requests of one item side by side, and replies do not stream', async () => {
  const server = await serve({ latency: { baseMs: 5, perTokenMs: 0 } });
  const pool = poolOf([server.url], { concurrency: 1 });
  const plan = [
    [9, 'first', 'x'],
    [2, 'a1', 'a'],
    [2, 'b1', 'b'],
    [2, 'a2', 'a'],
    [1, 'deep', 'a'],
    [2, 'b2', 'b'],
  ] as const;
  const asked = plan.map(([priority, words, item]) => new Asker(pool.at(priority, item)).texts(asks(words)));
  expect(pool.inFlight).toBe(1);
  expect(pool.waiting).toBe(5);
  await Promise.all(asked);
  expect(server.chats.map(wordsOf)).toEqual(['first', 'deep', 'a1', 'a2', 'b1', 'b2']);
  expect(server.chats.every(({ body }) => body['stream'] === undefined)).toBe(true);
  expect([pool.inFlight, pool.waiting, pool.limit]).toEqual([0, 0, 1]);
});

test('a fixed limit counts sequences, and a large request is not starved by small ones', async () => {
  const server = await serve({ latency: { baseMs: 3, perTokenMs: 0 } });
  const pool = poolOf([server.url], { concurrency: 4 });
  const small = new Asker(pool.at(1));
  const before = Array.from({ length: 8 }, () => small.texts());
  const large = new Asker(pool.at(1)).texts({ ...asks('large'), seeds: [1, 2, 3, 4] });
  const after = Array.from({ length: 30 }, () => small.texts());
  expect((await large).length).toBe(4);
  expect(server.chats.length).toBeLessThanOrEqual(10);
  await Promise.all([...before, ...after]);
  expect(server.totals().peakSequences).toBe(4);
});

test('stopping frees the places of what runs and of what waits at once', async () => {
  const server = await serve({ faults: (call) => (wordsOf(call) === 'hang' ? { kind: 'hang' } : undefined) });
  const pool = poolOf([server.url], { concurrency: 2 });
  const stopped = new Asker(pool.at(1));
  const hanging = Array.from({ length: 5 }, () =>
    stopped.texts(asks('hang')).catch((error: unknown) => error),
  );
  const other = new Asker(pool.at(2)).texts(asks('after'));
  expect([pool.inFlight, pool.waiting]).toEqual([2, 4]);
  const reason = new Error('enough');
  stopped.controller.abort(reason);
  expect(await Promise.all(hanging)).toEqual(Array.from({ length: 5 }, () => reason));
  await other;
  expect([pool.inFlight, pool.waiting]).toEqual([0, 0]);
});

test('no more callers are let in than places are free, and none while anything waits', async () => {
  const server = await serve({ latency: { baseMs: 2, perTokenMs: 0 } });
  const pool = poolOf([server.url], { concurrency: 3 });
  const { signal } = new AbortController();
  let most = 0;
  pool.onChange(() => {
    most = Math.max(most, pool.inFlight + pool.waiting);
  });
  let mostInFlight = 0;
  pool.onChange(() => {
    mostInFlight = Math.max(mostInFlight, pool.inFlight);
  });
  const begun: Promise<unknown>[] = [];
  for (let item = 0; item < 30; item += 1) {
    await pool.hasRoom(signal);
    const asker = new Asker(pool.at(1));
    begun.push(asker.texts().then(() => asker.texts()));
  }
  await Promise.all(begun);
  expect(mostInFlight).toBe(3);
  expect(most).toBeLessThanOrEqual(5);
});

test('who waits for room can be stopped', async () => {
  const server = await serve({ faults: () => ({ kind: 'hang' }) });
  const pool = poolOf([server.url], { concurrency: 1 });
  const asker = new Asker(pool.at(1));
  const asked = asker.texts().catch(() => 'stopped');
  const controller = new AbortController();
  const room = pool.hasRoom(controller.signal);
  controller.abort(new Error('enough'));
  await expect(room).rejects.toThrow('enough');
  asker.controller.abort(new Error('enough'));
  expect(await asked).toBe('stopped');
});

test('two endpoints share the work; when one dies the other takes it all', async () => {
  let isDead = false;
  const dying = await serve({
    latency: { baseMs: 2, perTokenMs: 0 },
    faults: () => (isDead ? { kind: 'close' } : undefined),
  });
  const lasting = await serve({ latency: { baseMs: 2, perTokenMs: 0 } });
  const pool = poolOf([dying.url, lasting.url], { concurrency: 8 });
  const askMany = (count: number): Promise<unknown> =>
    Promise.all(Array.from({ length: count }, () => new Asker(pool.at(1)).texts()));
  await askMany(80);
  expect(Math.abs(dying.chats.length - lasting.chats.length)).toBeLessThan(20);
  isDead = true;
  const before = dying.chats.length;
  await askMany(200);
  expect(lasting.chats.length).toBeGreaterThanOrEqual(200);
  expect(dying.chats.length - before).toBeLessThan(40);
}, 60_000);

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

const faults: readonly Fault[] = [
  { kind: 'status', status: 429, headers: { 'retry-after-ms': '3' } },
  { kind: 'status', status: 429 },
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'close' },
  { kind: 'cut' },
  { kind: 'hang' },
  { kind: 'html' },
  { kind: 'raw', contentType: 'application/json', body: '{"choices": [{"message": {"content": "hal' },
  { kind: 'raw', contentType: 'application/json', body: '{"choices": []}' },
  {
    kind: 'raw',
    contentType: 'application/json',
    body: '{"choices": [{"message": {"content": ""}, "finish_reason": "stop"}]}',
  },
];

test.each([
  ['auto', 500],
  [32, 150],
] as const)(
  'with 30 in 100 calls failing each request ends as without (concurrency %s, %i items)',
  async (concurrency, items) => {
    let call = 0;
    const server = await serve({
      responder: ({ messages }) => `Answer to ${messages[0]?.content ?? ''}`,
      faults: () => {
        call += 1;
        const drawn = (Math.imul(call, 0x9e3779b1) >>> 0) / 2 ** 32;
        const fault = drawn < 0.3 ? faults[Math.floor((drawn / 0.3) * faults.length)] : undefined;
        // Each costs the whole time-out.
        return fault?.kind === 'hang' && call % 8 > 0 ? faults[0] : fault;
      },
    });
    const pool = poolOf([], {
      endpoints: [{ baseUrl: server.url, model: 'simulated', apiKey: null, replyTimeoutMs: 3000 }],
      concurrency,
    });
    const outcomes = await Promise.all(
      Array.from({ length: items }, async (_, item) => {
        const model = pool.at(item % 3, `item ${item}`);
        const texts: string[] = [];
        for (const stage of [0, 1, 2]) {
          const seeds = Array.from({ length: 1 + (stage % 2) * 4 }, (__, draw) => draw);
          texts.push(...(await new Asker(model).texts({ ...asks(`${item}/${stage}`), seeds })));
        }
        return texts;
      }).map((outcome) => outcome.catch((error: unknown) => asError(error))),
    );
    const failures = outcomes.filter((outcome) => outcome instanceof Error);
    expect(failures.filter((error) => !(error instanceof ModelError) || error.isEndpointWide)).toEqual([]);
    expect(failures.length).toBeLessThan(5);
    let empty = 0;
    for (const [item, outcome] of outcomes.entries()) {
      if (outcome instanceof Error) continue;
      const expected = [0, 1, 1, 1, 1, 1, 2].map((stage) => `Answer to ${item}/${stage}`);
      // A reply that is empty each time it is asked for is taken for what the model means.
      empty += outcome.filter((text) => text === '').length;
      expect(outcome.map((text, at) => (text === '' ? expected[at] : text))).toEqual(expected);
    }
    expect(empty).toBeLessThan(5);
    expect([pool.inFlight, pool.waiting]).toEqual([0, 0]);
  },
  180_000,
);

test('an address that is none fails each request at once', async () => {
  const pool = poolOf(['nowhere']);
  expect((await new Asker(pool.at(1)).failure(question)).message).toContain('not a web address');
});

test('requests of one item stay at one endpoint, and items are spread over both', async () => {
  const servers = [
    await serve({ latency: { baseMs: 2, perTokenMs: 0 } }),
    await serve({ latency: { baseMs: 2, perTokenMs: 0 } }),
  ];
  const pool = poolOf(
    servers.map(({ url }) => url),
    { concurrency: 32 },
  );
  const items = Array.from({ length: 12 }, (_, index) => `item ${String(index)}`);
  for (let round = 0; round < 5; round += 1)
    await Promise.all(items.map((item, index) => new Asker(pool.at(index, item)).texts(asks(item))));
  const places = servers.map(({ chats }) => new Set(chats.map(wordsOf)));
  expect(places.map(({ size }) => size)).toEqual([6, 6]);
});

test('of a request that fails in part, what came home is kept, and the rest is asked again alone', async () => {
  let refused: number | null = 3;
  const server = await serve({
    honoursCount: false,
    faults: ({ body }) => (body['seed'] === refused ? { kind: 'status', status: 400 } : undefined),
  });
  const store = new Map<string, ChatReply>();
  const model = withRecordedReplies(poolOf([server.url], { concurrency: 1 }).at(1), {
    store: { get: (key) => store.get(key), put: (key, reply) => void store.set(key, reply) },
  });
  const seeds = [1, 2, 3, 4, 5];
  expect((await new Asker(model).failure({ seeds })).kind).toBe('bad-request');
  refused = null;
  const texts = await new Asker(model).texts({ seeds });
  expect(texts).toEqual(seeds.map((seed) => `Simulated reply ${seed}.`));
  expect(server.chats.map(({ body }) => body['seed'])).toEqual([1, 2, 3, 3, 4, 5]);
});

test('an empty reply is not kept before it was asked for again', async () => {
  let empty = 1;
  const server = await serve({
    honoursCount: false,
    responder: ({ seed }) => (seed === 2 && (empty -= 1) >= 0 ? '' : `reply ${seed}`),
  });
  const told: [number, string][] = [];
  const asker = new Asker({
    id: 'told',
    maxConcurrency: 1,
    complete: (request, options) =>
      poolOf([server.url], { concurrency: 1 })
        .at(1)
        .complete(request, { ...options, onReply: (seed, { text }) => told.push([seed, text]) }),
  });
  expect(await asker.texts({ seeds: [1, 2, 3] })).toEqual(['reply 1', 'reply 2', 'reply 3']);
  expect(told).toEqual([
    [1, 'reply 1'],
    [3, 'reply 3'],
    [2, 'reply 2'],
  ]);
});

test('behind a closed gate nothing goes out, and those of others do', async () => {
  const server = await serve({ latency: { baseMs: 5, perTokenMs: 0 } });
  const pool = poolOf([server.url], { concurrency: 1 });
  const gate = { isClosed: false, send: <Answer>(send: () => Promise<Answer>) => send() };
  const gated = new Asker({
    id: 'gated',
    maxConcurrency: 1,
    complete: (request, options) => pool.at(1).complete(request, { ...options, gate }),
  });
  const first = gated.texts(asks('first'));
  const held = gated
    .texts({ ...asks('held'), seeds: [1, 2] })
    .catch((error: unknown) => asError(error).message);
  const other = new Asker(pool.at(2)).texts(asks('other'));
  gate.isClosed = true;
  expect(await Promise.all([first, other])).toHaveLength(2);
  const late = gated.texts(asks('late')).catch((error: unknown) => asError(error).message);
  expect([pool.inFlight, pool.waiting]).toEqual([0, 0]);
  gated.controller.abort(new Error('enough'));
  expect(await Promise.all([held, late])).toEqual(['enough', 'enough']);
  expect(server.chats.map(wordsOf)).toEqual(['first', 'other']);
  expect([pool.inFlight, pool.waiting]).toEqual([0, 0]);
});
