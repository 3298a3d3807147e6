import { afterEach, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../support/simulator/simulator';
import type { SimulatorOptions } from '../../support/simulator/protocol';
import { mixed, tokensOf } from '../../support/simulator/tokens';
import { Asker, modelAt } from './asking';

let simulator: Simulator;

async function serve(options: SimulatorOptions = {}): Promise<string> {
  simulator = await startSimulator(options);
  return simulator.url;
}

afterEach(() => simulator.close());

const post = (url: string, body: object): Promise<Response> =>
  fetch(`${url}/chat/completions`, { method: 'POST', body: JSON.stringify(body) });

const asked = { model: 'simulated', messages: [{ role: 'user', content: 'one two' }], seed: 5 };

test('every answer is labelled as simulated, errors and lists too', async () => {
  const url = await serve();
  const answers = [
    await post(url, asked),
    await post(url, { ...asked, stream: true }),
    await post(url, { ...asked, model: 'other' }),
    await fetch(`${url}/models`),
  ];

  expect(answers.map(({ status, headers }) => [status, headers.get('x-simulated')])).toEqual([
    [200, '1'],
    [200, '1'],
    [404, '1'],
    [200, '1'],
  ]);
});

test('a plain reply and a streamed one in OpenAI’s format', async () => {
  const url = await serve({ responder: ({ seed }) => `seed ${seed}` });

  expect(await (await post(url, asked)).json()).toEqual({
    id: 'simulated-0',
    object: 'chat.completion',
    model: 'simulated',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: 'seed 5' } }],
    usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
  });
  const events = await (
    await post(url, { ...asked, stream: true, stream_options: { include_usage: true } })
  ).text();
  const data = events.split('\n\n').map((event) => event.replace('data: ', ''));
  expect(data.slice(-2)).toEqual(['[DONE]', '']);
  expect(data.slice(0, -2).map((json) => JSON.parse(json) as unknown)).toEqual([
    {
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content: 'seed' }, finish_reason: null }],
    },
    {
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content: ' 5' }, finish_reason: null }],
    },
    { object: 'chat.completion.chunk', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    {
      object: 'chat.completion.chunk',
      choices: [],
      usage: { prompt_tokens: 2, completion_tokens: 2, total_tokens: 4 },
    },
  ]);
});

test('equal seeds give equal replies, choices and requests without a seed have their own', async () => {
  const seeds: number[] = [];
  const url = await serve({
    responder: ({ seed }) => {
      seeds.push(seed);
      return 'x';
    },
  });
  await post(url, { ...asked, n: 2 });
  await post(url, { ...asked, n: 2 });
  await post(url, { ...asked, seed: undefined });
  await post(url, { ...asked, seed: undefined });

  expect(seeds).toEqual([5, mixed(5, 1), 5, mixed(5, 1), mixed(0, 1), mixed(0, 2)]);
  expect(new Set(seeds).size).toBe(4);
});

test('sequences beyond the limit wait for a place', async () => {
  const url = await serve({ concurrency: 3, latency: { baseMs: 2, perTokenMs: 0.1 }, pieces: 'tick' });
  const asker = new Asker(modelAt(url, { concurrency: 50 }));
  await Promise.all(Array.from({ length: 12 }, (_, at) => asker.ask({ seeds: [at, at + 100] })));

  expect(simulator.totals()).toEqual({
    requests: 12,
    sequences: 24,
    promptTokens: 36,
    completionTokens: 72,
    abortedTokens: 0,
    peakSequences: 3,
  });
  expect(asker.total).toMatchObject({ requests: 12, sequences: 24, promptTokens: 36, completionTokens: 72 });
});

test('a client that leaves a plain reply or the queue is noticed, and its place is free', async () => {
  const url = await serve({
    concurrency: 1,
    streaming: 'never',
    responder: ({ seed }) => (seed < 3 ? 'word '.repeat(100_000) : 'short'),
    latency: { baseMs: 0, perTokenMs: 1 },
  });
  const [making, waiting] = [new Asker(modelAt(url)), new Asker(modelAt(url))];
  const first = making.ask({ seeds: [1], maxTokens: 200_000 });
  while (simulator.totals().sequences < 1) await new Promise((resolve) => setTimeout(resolve, 2));
  const second = waiting.ask({ seeds: [2], maxTokens: 200_000 });
  while (simulator.totals().requests < 2) await new Promise((resolve) => setTimeout(resolve, 2));
  waiting.controller.abort(new Error('left the queue'));
  await expect(second).rejects.toThrow('left the queue');
  while (simulator.chats[1]?.aborted !== true) await new Promise((resolve) => setTimeout(resolve, 2));
  making.controller.abort(new Error('left the place'));
  await expect(first).rejects.toThrow('left the place');

  expect(await new Asker(modelAt(url)).texts({ seeds: [3] })).toEqual(['short']);
  await simulator.settled();
  expect(simulator.chats.map(({ sequences, aborted, ended }) => ({ sequences, aborted, ended }))).toEqual([
    { sequences: 1, aborted: true, ended: true },
    { sequences: 0, aborted: true, ended: true },
    { sequences: 1, aborted: false, ended: true },
  ]);
  expect(simulator.totals().abortedTokens).toBeLessThan(100_000);
});

test('a connection that the simulator breaks itself is not counted as a client that left', async () => {
  const url = await serve({ faults: () => ({ kind: 'cut', afterTokens: 1 }) });
  await new Asker(modelAt(url)).failure();
  await simulator.settled();

  expect(simulator.chats.map(({ aborted }) => aborted)).toEqual([false, false]);
});

test('tokens join to the text that they are of', () => {
  for (const text of ['', ' ', 'one', ' one  two\n\nthree ', '日本 語'])
    expect(tokensOf(text).join('')).toBe(text);
  expect(tokensOf('one two\n three')).toEqual(['one', ' two', '\n three']);
});
