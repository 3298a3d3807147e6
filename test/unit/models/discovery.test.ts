import { afterEach, expect, test } from 'vitest';
import { listModels, probeLocalServers, wellKnownServers } from '../../../src/spar/models/discovery';
import { ModelError } from '../../../src/spar/models/modelError';
import { startSimulator, type Simulator } from '../../support/simulator/simulator';
import type { SimulatorOptions } from '../../support/simulator/protocol';

const running: Simulator[] = [];

async function serve(options: SimulatorOptions = {}): Promise<Simulator> {
  const simulator = await startSimulator(options);
  running.push(simulator);
  return simulator;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
});

const { signal } = new AbortController();

test('finds the servers that answer, in order, and passes over the others', async () => {
  const first = await serve({ models: ['qwen', 'llama'] });
  const gone = await serve();
  await gone.close();
  const silent = await serve({ faults: () => ({ kind: 'hang' }) });
  const page = await serve({ faults: () => ({ kind: 'html' }) });
  const empty = await serve({ models: [] });
  const candidates = [first, gone, silent, page, empty].map(({ url }, at) => ({
    label: `Server ${at}`,
    baseUrl: url,
  }));

  expect(await probeLocalServers({ signal, candidates, timeoutMs: 2_000 })).toEqual([
    { label: 'Server 0', baseUrl: first.url, models: ['qwen', 'llama'] },
    { label: 'Server 4', baseUrl: empty.url, models: [] },
  ]);
});

test('never leaves this machine', async () => {
  const asked: string[] = [];
  const recording: typeof fetch = (input) => {
    asked.push(input instanceof Request ? input.url : String(input));
    return Promise.resolve(Response.json({ data: [{ id: 'm' }] }));
  };
  const candidates = [
    'http://example.com/v1',
    'http://127.0.0.1.example.com/v1',
    'http://127.0.0.1@example.com/v1',
    'http://10.0.0.1:8000/v1',
    'nonsense',
    'http://127.0.0.1:1/v1',
    'http://localhost:2/v1',
    'http://[::1]:3/v1',
  ].map((baseUrl) => ({ label: baseUrl, baseUrl }));
  await probeLocalServers({ signal, candidates, fetch: recording });
  expect(asked).toEqual([
    'http://127.0.0.1:1/v1/models',
    'http://localhost:2/v1/models',
    'http://[::1]:3/v1/models',
  ]);

  asked.length = 0;
  await probeLocalServers({ signal, fetch: recording });
  expect(asked).toEqual(wellKnownServers.map(({ baseUrl }) => `${baseUrl}/models`));
});

test('a probe that is stopped ends with the reason', async () => {
  const { url } = await serve({ faults: () => ({ kind: 'hang' }) });
  const controller = new AbortController();
  const probe = probeLocalServers({ signal: controller.signal, candidates: [{ label: 'x', baseUrl: url }] });
  controller.abort(new Error('enough'));

  await expect(probe).rejects.toThrow('enough');
});

test.each([
  ['a bare list', ['a', { id: 'b' }, { name: 'c' }], ['a', 'b', 'c']],
  ['the name `models`', { models: [{ name: 'a' }] }, ['a']],
  [
    'doubles and what is no name',
    { data: [{ id: 'a' }, { id: 'a' }, { id: 7 }, null, { id: 'x'.repeat(300) }] },
    ['a'],
  ],
  ['nothing of the kind', { data: 'a' }, []],
])('lists models from %s', async (_, body, names) => {
  const { url } = await serve({ faults: () => ({ kind: 'status', status: 200, body }) });

  expect(await listModels({ baseUrl: url, apiKey: null }, { signal })).toEqual(names);
});

test('errors of a list are model errors without the key', async () => {
  const { url } = await serve({ apiKey: 'the-right-key' });
  const error = await listModels({ baseUrl: url, apiKey: 'the-wrong-key' }, { signal }).catch(
    (thrown: unknown) => thrown,
  );

  expect(error).toBeInstanceOf(ModelError);
  expect(error).toMatchObject({
    kind: 'unauthorized',
    message: `${url} refused the key (401). Set the right API key (command “SPaR: Set API Key”, or OPENAI_API_KEY in a terminal).`,
  });
  await expect(listModels({ baseUrl: 'no address', apiKey: null }, { signal })).rejects.toThrow(
    'not a web address',
  );
});
