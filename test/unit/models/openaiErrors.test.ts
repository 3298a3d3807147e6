import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, expect, test } from 'vitest';
import type { Fault, SimulatorOptions } from '../../support/simulator/protocol';
import { startSimulator, type Simulator } from '../../support/simulator/simulator';
import { Asker, modelAt } from './asking';

let simulator: Simulator;

async function serve(options: SimulatorOptions = {}): Promise<string> {
  simulator = await startSimulator(options);
  return simulator.url;
}

/** A server that fails every chat request in the same way. */
const failing = (fault: Fault, options: SimulatorOptions = {}): Promise<string> =>
  serve({ ...options, faults: ({ method }) => (method === 'POST' ? fault : undefined) });

afterEach(() => simulator.close());

test('a wrong key and a missing one', async () => {
  const url = await serve({ apiKey: 'right-key-0001' });
  const wrong = await new Asker(modelAt(url, { apiKey: 'wrong-key-0002' })).failure();
  const missing = await new Asker(modelAt(url)).failure();

  expect([wrong.kind, wrong.status, wrong.message]).toEqual([
    'unauthorized',
    401,
    `${url} refused the key (401). Set the right API key (command “SPaR: Set API Key”, or OPENAI_API_KEY in a terminal).`,
  ]);
  expect([missing.kind, missing.message]).toEqual([
    'unauthorized',
    `${url} asks for a key and none is set (401). Set the API key (command “SPaR: Set API Key”, or OPENAI_API_KEY in a terminal).`,
  ]);
  expect(simulator.chats.length).toBe(2);
});

test('a wrong model name, with the server’s list', async () => {
  const url = await serve({ models: ['large', 'small'] });
  const error = await new Asker(modelAt(url, { model: 'medium' })).failure();

  expect([error.kind, error.status, error.availableModels, error.message]).toEqual([
    'model-not-found',
    404,
    ['large', 'small'],
    `${url} has no model medium (404). It offers large, small: choose one of these.`,
  ]);
});

test('a wrong model name told with another status, and a name that is listed but can’t chat', async () => {
  const body = { error: { message: 'The model `medium` does not exist or you have no access to it.' } };
  const url = await failing({ kind: 'status', status: 400, body }, { models: ['large', 'embedder'] });
  const wrong = await new Asker(modelAt(url, { model: 'medium' })).failure();
  const other = await new Asker(modelAt(url, { model: 'embedder' })).failure();

  expect([wrong.kind, wrong.availableModels]).toEqual(['model-not-found', ['large', 'embedder']]);
  expect(other.message).toBe(
    `${url} lists the model embedder but has no chat completions for it (400). Choose a chat model.`,
  );
});

test('a wrong model name where the server lists nothing', async () => {
  const url = await serve({ faults: () => ({ kind: 'status', status: 404, body: 'Not Found' }) });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.availableModels, error.message]).toEqual([
    'model-not-found',
    [],
    `${url} has no model simulated (404). Check the model’s name, and that the endpoint’s address is right (for most servers it ends with /v1).`,
  ]);
});

test('a request longer than the context', async () => {
  const url = await serve({ contextTokens: 50 });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.status, error.message]).toEqual([
    'context-length',
    400,
    `The request is longer than the context of simulated at ${url} (400). Take a shorter text, fewer reply tokens, or a model with a larger context.`,
  ]);
  expect(simulator.chats.length).toBe(1);
});

test.each([
  ["'max_tokens' is too large: 3072. This model's maximum context length is 2048 tokens"],
  ['the request exceeds the available context size, try increasing it'],
  ['The input (9000 tokens) is longer than the model’s context length (4096 tokens).'],
  ['`inputs` tokens + `max_new_tokens` must be <= 4096. Given: 9000'],
  ['prompt is too long: 210000 tokens > 200000 maximum'],
])('servers’ words for a context that is too small: %s', async (message) => {
  const url = await failing({ kind: 'status', status: 400, body: { error: { message } } });

  expect((await new Asker(modelAt(url)).failure()).kind).toBe('context-length');
});

test('429 with Retry-After is asked again after that time', async () => {
  const url = await serve({
    faults: ({ index }) =>
      index === 0 ? { kind: 'status', status: 429, headers: { 'retry-after': '0.02' } } : undefined,
  });

  expect(await new Asker(modelAt(url)).texts()).toEqual(['Simulated reply 7.']);
  expect(simulator.chats.map(({ status }) => status)).toEqual([429, 200]);
});

test('429 with a Retry-After beyond patience ends at once and says how long', async () => {
  const url = await failing({ kind: 'status', status: 429, headers: { 'retry-after': '3600' } });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.retryAfterMs, error.message]).toEqual([
    'rate-limited',
    3_600_000,
    `${url} limits how much may be asked (429). Try again in 3600 s, or lower the number of requests at once.`,
  ]);
  expect(simulator.chats.length).toBe(1);
});

test('429 without Retry-After is asked again some times', async () => {
  const url = await failing({ kind: 'status', status: 429 });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.retryAfterMs, simulator.chats.length]).toEqual(['rate-limited', undefined, 6]);
});

test('a used-up quota is not a rate limit', async () => {
  const body = { error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } };
  const url = await failing({ kind: 'status', status: 429, body });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, simulator.chats.length, error.message]).toEqual([
    'quota',
    1,
    `The quota or credit at ${url} is used up (429): “You exceeded your current quota”. Add credit there, or choose another model.`,
  ]);
});

test('500 is asked again; what lasts is told with the server’s words', async () => {
  const url = await failing({
    kind: 'status',
    status: 500,
    body: { error: { message: 'CUDA\nout of  memory' } },
  });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.status, simulator.chats.length, error.message]).toEqual([
    'server',
    500,
    4,
    `${url} failed (500): “CUDA out of memory”. Look at the server’s log, then try again.`,
  ]);
});

test('HTML instead of JSON', async () => {
  const url = await failing({ kind: 'html' });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.message]).toEqual([
    'bad-reply',
    `${url} answered with a web page instead of a reply. Check the endpoint’s address (for most servers it ends with /v1), and that no sign-in page or proxy is in the way.`,
  ]);
});

test.each([
  ['no JSON', 'hello world', 'answered with something that is no chat completion'],
  ['no choices', '{"choices":[]}', 'answered without a reply'],
  ['another JSON', '[1,2,3]', 'answered without a reply'],
  ['nothing', '', 'answered with something that is no chat completion'],
  ['half a JSON', '{"choices":[{"mess', 'ended the connection in the middle of a reply'],
  ['an event that is no JSON', 'data: {]\n\n', 'answered with something that is no chat completion'],
  ['a stream without choices', 'data: [DONE]\n\n', 'answered without a reply'],
])('a body with %s', async (_, body, words) => {
  const url = await failing({ kind: 'raw', contentType: 'application/json', body });
  const error = await new Asker(modelAt(url)).failure();

  expect(error.kind).toBe('bad-reply');
  expect(error.message).toContain(`${url} ${words}`);
});

test.each(['cut', 'end-early'] as const)('half a reply, streamed and plain (%s)', async (kind) => {
  for (const streaming of ['always', 'never'] as const) {
    const url = await failing({ kind, afterTokens: 2 }, { streaming, responder: () => 'one two three four' });
    const asker = new Asker(modelAt(url));
    const error = await asker.failure();

    expect([error.kind, error.message]).toEqual([
      'bad-reply',
      `${url} ended the connection in the middle of a reply. Look at the server’s log, then try again.`,
    ]);
    expect(asker.total).toMatchObject({ requests: 2, sequences: 2, estimated: true });
    await simulator.close();
  }
});

test('an error amid the stream is the server’s', async () => {
  const url = await failing({ kind: 'error-event', error: { message: 'engine died', code: 500 } });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.message]).toEqual([
    'server',
    `${url} failed (500): “engine died”. Look at the server’s log, then try again.`,
  ]);
});

test('a connection closed without a byte', async () => {
  const url = await failing({ kind: 'close' });
  const error = await new Asker(modelAt(url)).failure();

  expect([error.kind, error.message]).toEqual([
    'bad-reply',
    `${url} closed the connection without an answer. Look at the server’s log, then try again.`,
  ]);
});

test('a refused connection is tried again some times, then told', async () => {
  const url = await serve();
  await simulator.close();
  const asker = new Asker(modelAt(url));
  const error = await asker.failure();

  expect([error.kind, error.message]).toEqual([
    'unreachable',
    `Can’t reach ${url} (connection refused). Start the server, or check the endpoint’s address and the network.`,
  ]);
  expect(asker.total).toEqual({
    requests: 5,
    sequences: 0,
    promptTokens: 0,
    completionTokens: 0,
    estimated: false,
  });
});

test('an unknown host, a forbidden port, a name with two addresses, and an address that is none', async () => {
  await serve();
  const unknown = await new Asker(
    modelAt('http://no-such-host.invalid/v1', { retry: { attempts: {} } }),
  ).failure();
  const none = await new Asker(modelAt('localhost 8000')).failure();

  const once = { retry: { attempts: {} } };
  const port = await new Asker(modelAt('http://127.0.0.1:6000/v1', once)).failure();
  const closed = await startSimulator();
  await closed.close();
  const byName = closed.url.replace('127.0.0.1', 'localhost');
  const twoAddresses = await new Asker(modelAt(byName, once)).failure();

  expect(port.message).toMatch(/\(its port is one that web requests may not use\)/u);
  expect(twoAddresses.message).toContain(`Can’t reach ${byName} (connection refused).`);
  expect(unknown.message).toMatch(
    /^Can’t reach http:\/\/no-such-host\.invalid\/v1 \(.*host.*\)\. Start the server/u,
  );
  expect([none.kind, none.message]).toEqual([
    'unreachable',
    'The endpoint is not a web address. Give one such as http://localhost:8000/v1 in the settings.',
  ]);
});

test('a silent server ends after the time-out, asked once', async () => {
  const url = await failing({ kind: 'hang' });
  const asker = new Asker(modelAt(url, { firstByteTimeoutMs: 60 }));
  const error = await asker.failure();

  expect([error.kind, error.message]).toEqual([
    'timeout',
    `${url} sent nothing within 0.06 s. See whether the server is overloaded or still loads the model, then try again or raise the time-out.`,
  ]);
  expect(asker.spent).toEqual([
    { requests: 1, sequences: 1, promptTokens: 9, completionTokens: 0, estimated: true },
  ]);
});

test('a stream that stalls ends', async () => {
  const url = await failing({ kind: 'stall', afterTokens: 2 }, { responder: () => 'one two three four' });
  const asker = new Asker(modelAt(url, { stallTimeoutMs: 60 }));
  const error = await asker.failure();

  expect([error.kind, error.message]).toEqual([
    'timeout',
    `${url} began a reply, then sent nothing for 0.06 s. See whether the server is overloaded or still loads the model, then try again or raise the time-out.`,
  ]);
  expect(asker.total).toMatchObject({ requests: 1, sequences: 1, completionTokens: 2 });
});

test('a reply that never ends, though bytes keep coming, ends', async () => {
  const url = await serve({ responder: () => 'word '.repeat(5000), latency: { baseMs: 0, perTokenMs: 5 } });
  const error = await new Asker(modelAt(url, { replyTimeoutMs: 100 })).failure({ maxTokens: 9000 });

  expect([error.kind, error.message]).toEqual([
    'timeout',
    `${url} did not end its reply within 0.1 s. See whether the server is overloaded or still loads the model, then try again or raise the time-out.`,
  ]);
});

test('a redirect is not followed', async () => {
  await serve();
  const visited: string[] = [];
  const elsewhere = createServer((request, response) => {
    visited.push(request.url ?? '');
    response.end();
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  const { port } = elsewhere.address() as AddressInfo;
  const headers = { location: `http://127.0.0.1:${String(port)}/v1/chat/completions` };
  const url = await failing({ kind: 'status', status: 307, headers });
  const error = await new Asker(
    modelAt(url, { apiKey: 'key-0001-0001', headers: { 'api-key': 'blue-blue' } }),
  ).failure();
  elsewhere.close();

  expect([error.kind, error.message, visited]).toEqual([
    'bad-reply',
    `${url} sends requests on to another address (307). Redirects are not followed: set the final address as the endpoint.`,
    [],
  ]);
});

const secrets = ['sk-secret-key/+= 9', 'short', 'header-value-77', 'pass:word-88', 'query-value-99'];

test.each([
  [
    'status 400',
    (words: string): Fault => ({ kind: 'status', status: 400, body: { error: { message: words } } }),
  ],
  ['status 401', (words: string): Fault => ({ kind: 'status', status: 401, body: words })],
  ['status 404', (words: string): Fault => ({ kind: 'status', status: 404, body: words })],
  [
    'status 429',
    (words: string): Fault => ({ kind: 'status', status: 429, body: { error: { message: words } } }),
  ],
  ['status 500', (words: string): Fault => ({ kind: 'status', status: 500, body: words })],
  ['a quota', (words: string): Fault => ({ kind: 'status', status: 402, body: { error: words } })],
  ['an error event', (words: string): Fault => ({ kind: 'error-event', error: { message: words } })],
  ['no JSON', (words: string): Fault => ({ kind: 'raw', contentType: 'text/plain', body: words })],
  [
    'the status text',
    (words: string): Fault => ({ kind: 'status', status: 500, body: { detail: [{ loc: [words] }] } }),
  ],
])('no secret shows in errors or their causes, though the server repeats it in %s', async (_, fault) => {
  for (const [apiKey, header] of [secrets.slice(0, 3), ['short', 'v1', '']] as const) {
    const echo = [...secrets, ...secrets.map(encodeURIComponent), ...secrets.map(btoa)].join(' and ');
    const url = await serve({ faults: () => fault(`You sent ${echo} and ${echo.toUpperCase()}.`) });
    const address = url.replace('http://', 'http://user:pass%3Aword-88@');
    const asker = new Asker(
      modelAt(`${address}?key=query-value-99`, {
        apiKey,
        headers: { 'x-own': header, 'x-more': 'header-value-77' },
      }),
    );
    const error = await asker.failure();

    const shown = inspect(error, { depth: 20, showHidden: true }) + error.message + String(error.stack);
    for (const secret of [...secrets, 'query-value-99', btoa('user:pass:word-88')]) {
      if (secret === 'short' && apiKey !== 'short') continue;
      expect(shown.toLowerCase()).not.toContain(secret.toLowerCase());
    }
    expect(error.message).toContain(url);
    await simulator.close();
  }
});

test('a name that the server lists and that holds the key is not offered', async () => {
  const url = await serve({ models: ['good', 'model-of-my-secret-key', 'two\nlines'] });
  const error = await new Asker(modelAt(url, { model: 'other', apiKey: 'my-secret-key' })).failure();

  expect(error.availableModels).toEqual(['good']);
});
