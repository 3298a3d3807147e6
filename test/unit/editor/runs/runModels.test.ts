import { describe, expect, test } from 'vitest';
import { PriorityModel } from '../../../../src/editor/runs/priorityModel';
import { openRunModels, type RunModelsOptions } from '../../../../src/editor/runs/runModels';
import {
  noUsage,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
} from '../../../../src/spar/models/chatModel';
import { parsePlan, type RunPlan } from '../../../../src/spar/selfplay/plan/runPlan';
import type { RunModel } from '../../../../src/spar/selfplay/runner';
import { ListedEditorModel } from '../models/fakes';
import { keysWith, noEndpoint, planOf, simulatedWorld, workspace } from './support';

const request: ChatRequest = {
  messages: [{ role: 'user', content: 'Say something.' }],
  seeds: [1],
  temperature: 0,
  maxTokens: 10,
};

function ask(model: RunModel | null, priority = 0): Promise<readonly ChatReply[]> {
  if (model === null) throw new Error('there is no model');
  const options = { signal: new AbortController().signal, onUsage: () => undefined };
  return model.at(priority).complete(request, options);
}

async function options(given: Partial<RunModelsOptions> = {}): Promise<RunModelsOptions> {
  return {
    keys: await keysWith(),
    endpoint: () => noEndpoint,
    findEditorModel: () => Promise.resolve(null),
    askToSendKey: () => Promise.reject(new Error('nobody was to be asked')),
    ...given,
  };
}

describe('models of a run', () => {
  test('a key goes where the person’s own setting points, without a question', async () => {
    const server = await simulatedWorld();
    const { plan } = await planOf(await workspace(1), { urls: [server.url] });
    const keys = await keysWith({ [new URL(server.url).origin]: 'sk-own' });
    const endpoint = () => ({ ...noEndpoint, baseUrl: server.url, headers: { 'x-team': 'blue' } });
    const { actor, refiner } = await openRunModels(plan, await options({ keys, endpoint }));
    expect(refiner).toBe(actor);
    await ask(actor);
    expect(server.chats[0]?.headers).toMatchObject({ authorization: 'Bearer sk-own', 'x-team': 'blue' });
  });

  test('a plan’s address gets the key stored for it only with consent, which is asked for once; and no header of the settings', async () => {
    const server = await simulatedWorld();
    const { plan } = await planOf(await workspace(1), { urls: [server.url] });
    const { origin } = new URL(server.url);
    const keys = await keysWith({ [origin]: 'sk-own', 'https://api.example.com': 'sk-other' });
    const asked: string[] = [];
    const answer = (says: boolean) => (about: string) => {
      asked.push(about);
      return Promise.resolve(says);
    };
    const endpoint = () => ({
      ...noEndpoint,
      baseUrl: 'https://api.example.com/v1',
      headers: { 'x-team': 'blue' },
    });
    const refused = await openRunModels(plan, await options({ keys, endpoint, askToSendKey: answer(false) }));
    await ask(refused.actor);
    expect(server.chats[0]?.headers).not.toHaveProperty('authorization');
    expect(server.chats[0]?.headers).not.toHaveProperty('x-team');
    const agreed = await openRunModels(plan, await options({ keys, endpoint, askToSendKey: answer(true) }));
    await ask(agreed.actor);
    await ask((await openRunModels(plan, await options({ keys, endpoint }))).actor);
    expect(server.chats.slice(1).map(({ headers }) => headers.authorization)).toEqual([
      'Bearer sk-own',
      'Bearer sk-own',
    ]);
    expect(asked).toEqual([origin, origin]);
  });

  test('an address that only the workspace sets is asked about like a plan’s', async () => {
    const server = await simulatedWorld();
    const { plan } = await planOf(await workspace(1), { urls: [server.url] });
    const keys = await keysWith({ [new URL(server.url).origin]: 'sk-own' });
    const endpoint = () => ({ ...noEndpoint, baseUrl: server.url, isFromWorkspace: true });
    const given = await options({ keys, endpoint, askToSendKey: () => Promise.resolve(false) });
    await ask((await openRunModels(plan, given)).actor);
    expect(server.chats[0]?.headers).not.toHaveProperty('authorization');
  });

  test('a language model of the editor answers; one that is not there any more is named', async () => {
    const source = { provider: 'editor', model: 'test/listed' } as const;
    const { plan } = await planOf(await workspace(1), { actor: source, refiner: source });
    expect(parsePlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    const model = new ListedEditorModel(['Yes.']);
    const given = await options({ findEditorModel: () => Promise.resolve(model) });
    expect(await ask((await openRunModels(plan, given)).actor)).toEqual([
      { text: 'Yes.', finishReason: 'stop' },
    ]);
    await expect(openRunModels(plan, await options())).rejects.toThrow('test/listed');
  });

  test.each<readonly [string, object]>([
    ['a model of neither kind', { provider: 'somebody', model: 'a/b' }],
    [
      'an editor model with an address',
      { provider: 'editor', model: 'a/b', baseUrls: ['https://x.example'] },
    ],
    ['an editor model without a vendor', { provider: 'editor', model: 'listed' }],
    ['an address that is no web address', { model: 'a', baseUrls: ['file:///etc/passwd'] }],
    ['an address with a key', { model: 'a', baseUrls: ['https://x.example/?api_key=1'] }],
  ])('a plan with %s is refused', async (_, source) => {
    const { plan } = await planOf(await workspace(1), {});
    const hostile = { ...plan, source: { ...plan.source, actor: source } } as RunPlan;
    expect(parsePlan(hostile)).toBeNull();
  });
});

/** Answers when it is told to. */
class HeldModel implements ChatModel {
  readonly id = 'held';
  readonly maxConcurrency = 9;
  readonly release: (() => void)[] = [];
  readonly seeds: number[] = [];

  async complete({ seeds }: ChatRequest): Promise<readonly ChatReply[]> {
    this.seeds.push(...seeds);
    await new Promise<void>((resolve) => this.release.push(resolve));
    return seeds.map(() => ({ text: '', finishReason: 'stop' }));
  }
}

test('a model for few requests at once asks for the first items first and lets in no more than it has places for', async () => {
  const held = new HeldModel();
  const model = new PriorityModel(held, 2);
  const { signal } = new AbortController();
  const options = { signal, onUsage: () => noUsage };
  const asked = [5, 4, 3, 1].map((priority) =>
    model.at(priority).complete({ ...request, seeds: [priority] }, options),
  );
  await Promise.resolve();
  expect(held.seeds).toEqual([5, 4]);
  let rooms = 0;
  const stop = new AbortController();
  const waits = [1, 2, 3].map(() =>
    model.hasRoom(stop.signal).then(
      () => (rooms += 1),
      () => null,
    ),
  );
  held.release[0]?.();
  await asked[0];
  expect(held.seeds).toEqual([5, 4, 1]);
  expect(rooms).toBe(0);
  for (const release of held.release) release();
  await Promise.all([asked[1], asked[3]]);
  await Promise.resolve();
  expect(rooms).toBe(1);
  held.release.at(-1)?.();
  await asked[2];
  stop.abort(new Error('enough'));
  await Promise.all(waits);
  expect(held.seeds).toEqual([5, 4, 1, 3]);
});
