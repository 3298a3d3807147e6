import { afterEach, expect, test } from 'vitest';
import { startSimulator, type Simulator } from '../../support/simulator/simulator';
import type { SimulatorOptions } from '../../support/simulator/protocol';
import { Asker, modelAt } from './asking';

let simulator: Simulator;

async function serve(options: SimulatorOptions = {}): Promise<Simulator> {
  simulator = await startSimulator(options);
  return simulator;
}

afterEach(() => simulator.close());

const sent = (field: string): readonly unknown[] => simulator.chats.map(({ body }) => body[field]);

test('sends one streamed request in the common format and answers with the reply', async () => {
  const { url } = await serve({ responder: () => 'Hello there, friend.' });
  const asker = new Asker(modelAt(url));

  expect(await asker.ask({ topP: 0.9 })).toEqual([{ text: 'Hello there, friend.', finishReason: 'stop' }]);
  expect(simulator.chats.map(({ body }) => body)).toEqual([
    {
      model: 'simulated',
      messages: [{ role: 'user', content: 'Say something short.' }],
      max_tokens: 100,
      temperature: 0.7,
      top_p: 0.9,
      seed: 7,
      stream: true,
      stream_options: { include_usage: true },
    },
  ]);
  expect(asker.spent).toEqual([
    { requests: 1, sequences: 1, promptTokens: 3, completionTokens: 3, estimated: false },
  ]);
});

test('several draws are one request with the first seed, and interleaved streams come back in order', async () => {
  const { url } = await serve({ responder: ({ choice }) => `This is number ${choice} of all.` });
  const asker = new Asker(modelAt(url));

  expect(await asker.texts({ seeds: [11, 12, 13] })).toEqual([
    'This is number 0 of all.',
    'This is number 1 of all.',
    'This is number 2 of all.',
  ]);
  expect([sent('n'), sent('seed')]).toEqual([[3], [11]]);
  expect(asker.total).toEqual({
    requests: 1,
    sequences: 3,
    promptTokens: 3,
    completionTokens: 18,
    estimated: false,
  });
});

test('more draws than may be in flight are asked for in parts', async () => {
  const { url } = await serve({ concurrency: 100 });
  const asker = new Asker(modelAt(url, { concurrency: 2 }));

  await asker.ask({ seeds: [1, 2, 3, 4, 5] });
  expect([sent('n'), sent('seed')]).toEqual([
    [2, 2, undefined],
    [1, 3, 5],
  ]);
  expect(simulator.totals().peakSequences).toBeLessThanOrEqual(2);
});

test('where `n` is ignored the missing draws are asked for with their own seeds, and `n` is not sent again', async () => {
  const { url } = await serve({ honoursCount: false, responder: ({ seed }) => `seed ${seed}` });
  const asker = new Asker(modelAt(url));

  expect(await asker.texts({ seeds: [1, 2, 3] })).toEqual(['seed 1', 'seed 2', 'seed 3']);
  expect(await asker.texts({ seeds: [4, 5] })).toEqual(['seed 4', 'seed 5']);
  expect([sent('n'), sent('seed')]).toEqual([
    [3, undefined, undefined, undefined, undefined],
    [1, 2, 3, 4, 5],
  ]);
});

test.each(['openai', 'fastapi', 'words'] as const)(
  'where `n` is refused (%s) each draw is a request of its own',
  async (refusalStyle) => {
    const { url } = await serve({ refuses: ['n'], refusalStyle, responder: ({ seed }) => `seed ${seed}` });
    const asker = new Asker(modelAt(url));

    expect(await asker.texts({ seeds: [1, 2, 3] })).toEqual(['seed 1', 'seed 2', 'seed 3']);
    expect(await asker.texts({ seeds: [4, 5] })).toEqual(['seed 4', 'seed 5']);
    expect(sent('n')).toEqual([3, undefined, undefined, undefined, undefined, undefined]);
    expect(asker.total).toMatchObject({ requests: 6, sequences: 5 });
  },
);

test.each(['openai', 'fastapi', 'words'] as const)(
  'an unknown parameter (%s) is left out, alone and from then on',
  async (refusalStyle) => {
    const { url } = await serve({ refuses: ['seed'], refusalStyle });
    const asker = new Asker(modelAt(url));

    await asker.ask({ topP: 0.9 });
    await asker.ask({ topP: 0.9 });
    expect(simulator.chats.map(({ status }) => status)).toEqual([
      refusalStyle === 'fastapi' ? 422 : 400,
      200,
      200,
    ]);
    expect(sent('seed')).toEqual([7, undefined, undefined]);
    expect([sent('temperature'), sent('top_p'), sent('stream')]).toEqual([
      [0.7, 0.7, 0.7],
      [0.9, 0.9, 0.9],
      [true, true, true],
    ]);
    expect(asker.spent[0]).toEqual({
      requests: 1,
      sequences: 0,
      promptTokens: 0,
      completionTokens: 0,
      estimated: false,
    });
  },
);

test('`max_tokens` gives way to `max_completion_tokens`', async () => {
  const { url } = await serve({ refuses: ['max_tokens'] });
  const asker = new Asker(modelAt(url));

  await asker.ask();
  await asker.ask();
  expect([sent('max_tokens'), sent('max_completion_tokens')]).toEqual([
    [100, undefined, undefined],
    [undefined, 100, 100],
  ]);
});

test('a server that fixes temperature, refuses `top_p`, `stream_options` and streams is met step by step', async () => {
  const { url } = await serve({ refuses: ['temperature', 'top_p', 'stream_options', 'stream'] });
  const asker = new Asker(modelAt(url));

  expect(await asker.texts({ topP: 0.9 })).toEqual(['Simulated reply 7.']);
  expect(await asker.texts({ topP: 0.9 })).toEqual(['Simulated reply 7.']);
  expect(simulator.chats.map(({ status }) => status)).toEqual([400, 400, 400, 400, 200, 200]);
  expect(simulator.chats.at(-1)?.body).toEqual({
    model: 'simulated',
    messages: [{ role: 'user', content: 'Say something short.' }],
    max_tokens: 100,
    seed: 7,
  });
});

test('OpenAI’s own words for a fixed temperature and for the other name of the limit', async () => {
  const words = [
    "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
    "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
  ];
  const { url } = await serve({
    faults: ({ index }) =>
      words[index] === undefined
        ? undefined
        : { kind: 'status', status: 400, body: { error: { message: words[index], param: null } } },
  });
  await new Asker(modelAt(url)).ask();
  expect([sent('max_tokens'), sent('max_completion_tokens'), sent('temperature')]).toEqual([
    [100, undefined, undefined],
    [undefined, 100, 100],
    [0.7, 0.7, undefined],
  ]);
});

test('a parameter that was not the reason is sent again by later requests', async () => {
  const body = { error: { message: "The word 'temperature' may not be asked about." } };
  const { url } = await serve({
    faults: ({ index }) => (index < 2 ? { kind: 'status', status: 400, body } : undefined),
  });
  const asker = new Asker(modelAt(url));

  expect(await asker.failure()).toMatchObject({ kind: 'bad-request', status: 400 });
  await asker.ask();
  expect(sent('temperature')).toEqual([0.7, undefined, 0.7]);
});

test('a plain JSON body in answer to a streamed request is read, and streams are not asked for again', async () => {
  const { url } = await serve({ streaming: 'never' });
  const asker = new Asker(modelAt(url));

  expect(await asker.texts()).toEqual(['Simulated reply 7.']);
  expect(await asker.texts()).toEqual(['Simulated reply 7.']);
  expect(sent('stream')).toEqual([true, undefined]);
});

test('a server that streams although it was not asked to is read', async () => {
  const { url } = await serve({ streaming: 'always', refuses: ['stream'] });

  expect(await new Asker(modelAt(url)).texts({ seeds: [1, 2] })).toEqual([
    'Simulated reply 1.',
    expect.any(String),
  ]);
});

test('without usage the counts are estimated and marked', async () => {
  const { url } = await serve({ usage: 'off', responder: () => 'one two three four' });
  const streamed = new Asker(modelAt(url));
  await streamed.ask();
  expect(streamed.spent).toEqual([
    { requests: 1, sequences: 1, promptTokens: 9, completionTokens: 4, estimated: true },
  ]);
});

test('reasoning is dropped, as text and as a field of either name, and its tokens are counted', async () => {
  for (const reasoningField of ['reasoning_content', 'reasoning'] as const) {
    for (const streaming of ['always', 'never'] as const) {
      const server = await serve({
        reasoningField,
        streaming,
        responder: () => ({ reasoning: 'Let me see.', text: '<think>Now what?</think>\n\nThe answer.' }),
      });
      const asker = new Asker(modelAt(server.url));
      expect(await asker.texts()).toEqual(['The answer.']);
      expect(asker.total).toMatchObject({ completionTokens: 7 });
      await server.close();
    }
  }
});

test('a reply cut at the limit says so', async () => {
  const { url } = await serve({ responder: () => 'one two three four' });

  expect(await new Asker(modelAt(url)).ask({ maxTokens: 2 })).toEqual([
    { text: 'one two', finishReason: 'length' },
  ]);
});

test('no key, no Authorization header, whatever the environment holds', async () => {
  const names = [
    'OPENAI_API_KEY',
    'OPENAI_ADMIN_KEY',
    'OPENAI_ORG_ID',
    'OPENAI_PROJECT_ID',
    'OPENAI_CUSTOM_HEADERS',
  ];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = 'x-leak: from-the-environment';
  try {
    const { url } = await serve();
    for (const apiKey of [null, '', '  ']) await new Asker(modelAt(url, { apiKey })).ask();
    for (const { headers } of simulator.chats) {
      expect(headers.authorization).toBeUndefined();
      expect(JSON.stringify(headers)).not.toMatch(/leak|environment|stainless/u);
    }
  } finally {
    names.forEach((name, at) => {
      if (before[at] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[at];
    });
  }
});

test('key, own headers and the address’s query go with each request', async () => {
  const { url } = await serve();
  await new Asker(
    modelAt(`${url}/chat/completions/?api-version=2026-01-01`, {
      apiKey: 'key-1234',
      headers: { 'x-team': 'blue' },
    }),
  ).ask();

  const [call] = simulator.chats;
  expect(call?.path).toBe('/v1/chat/completions?api-version=2026-01-01');
  expect(call?.headers).toMatchObject({ authorization: 'Bearer key-1234', 'x-team': 'blue' });
});

test('a call that is stopped tells the part that was received', async () => {
  const { url } = await serve({
    responder: () => 'word '.repeat(500),
    faults: () => ({ kind: 'stall', afterTokens: 10 }),
  });
  const tap = new TappedFetch();
  const asker = new Asker(modelAt(url, { fetch: tap.fetch }));
  const asked = asker.ask({ maxTokens: 1000 });
  await tap.received(10);
  const reason = new Error('enough');
  asker.controller.abort(reason);

  await expect(asked).rejects.toBe(reason);
  await simulator.settled();
  expect(asker.spent).toEqual([
    { requests: 1, sequences: 1, promptTokens: 9, completionTokens: 10, estimated: true },
  ]);
  expect(simulator.totals()).toMatchObject({ sequences: 1, completionTokens: 10 });
});

test('the server’s running counts are taken from a call that is stopped', async () => {
  const { url } = await serve({
    responder: () => 'a rather lengthy token '.repeat(50),
    usage: 'every-piece',
    faults: () => ({ kind: 'stall', afterTokens: 12 }),
  });
  const tap = new TappedFetch();
  const asker = new Asker(modelAt(url, { fetch: tap.fetch }));
  const asked = asker.ask();
  await tap.received(12);
  asker.controller.abort(new Error('enough'));

  await expect(asked).rejects.toThrow('enough');
  expect(asker.total).toMatchObject({ promptTokens: 3, completionTokens: 12, estimated: true });
});

test('a server learns that the client has left', async () => {
  const { url } = await serve({
    responder: () => 'word '.repeat(5000),
    latency: { baseMs: 0, perTokenMs: 2 },
  });
  const tap = new TappedFetch();
  const asker = new Asker(modelAt(url, { fetch: tap.fetch }));
  const asked = asker.ask({ maxTokens: 10_000 });
  await tap.received(3);
  asker.controller.abort(new Error('enough'));

  await expect(asked).rejects.toThrow('enough');
  await simulator.settled();
  expect(simulator.chats[0]).toMatchObject({ aborted: true, ended: true });
  expect(simulator.totals().abortedTokens).toBe(simulator.chats[0]?.completionTokens);
});

test('many calls with one signal are no leak that Node warns of', async () => {
  const warnings: string[] = [];
  const note = (warning: Error): unknown => warnings.push(warning.message);
  process.on('warning', note);
  const { url } = await serve();
  const asker = new Asker(modelAt(url, { concurrency: 4 }));
  await Promise.all(Array.from({ length: 40 }, () => asker.ask({ seeds: [1, 2] })));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);

  expect(warnings).toEqual([]);
});

test('a stopped signal sends nothing', async () => {
  const { url } = await serve();
  const asker = new Asker(modelAt(url));
  asker.controller.abort(new Error('before'));

  await expect(asker.ask()).rejects.toThrow('before');
  expect(simulator.requests).toEqual([]);
});

/** Lets a test wait until the model has been handed some of a stream's events. */
class TappedFetch {
  private events = 0;
  private wake: () => void = () => undefined;

  readonly fetch: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const tap = new TransformStream<Uint8Array, Uint8Array>({
      transform: (bytes, controller) => {
        this.events += new TextDecoder().decode(bytes).split('\n\n').length - 1;
        controller.enqueue(bytes);
        this.wake();
      },
    });
    return new Response(response.body?.pipeThrough(tap) ?? null, response);
  };

  async received(events: number): Promise<void> {
    while (this.events < events) await new Promise<void>((resolve) => (this.wake = resolve));
    // The piece has been handed on; one turn of the event loop lets the model take it.
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
