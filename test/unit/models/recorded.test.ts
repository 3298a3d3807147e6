import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import type { ChatReply } from '../../../src/spar/models/chatModel';
import { replyKeys, withRecordedReplies, type ReplyStore } from '../../../src/spar/models/recorded';
import { Asker, question } from './asking';
import { repliesTo, ScriptedModel } from './scriptedModel';

class MemoryStore implements ReplyStore {
  readonly replies = new Map<string, ChatReply>();

  get(key: string): ChatReply | undefined {
    return this.replies.get(key);
  }

  async put(key: string, reply: ChatReply): Promise<void> {
    await Promise.resolve();
    this.replies.set(key, reply);
  }
}

test('only the draws that are missing are asked for, and the order is kept', async () => {
  const model = new ScriptedModel(repliesTo);
  const asker = new Asker(withRecordedReplies(model, { store: new MemoryStore() }));
  await asker.ask({ seeds: [2, 4] });

  expect(await asker.texts({ seeds: [1, 2, 3, 4, 5] })).toEqual(
    [1, 2, 3, 4, 5].map((seed) => `reply ${seed}`),
  );
  expect(await asker.texts({ seeds: [5, 1] })).toEqual(['reply 5', 'reply 1']);
  expect(model.requests.map(({ seeds }) => seeds)).toEqual([
    [2, 4],
    [1, 3, 5],
  ]);
});

test('a stopped signal gets nothing, not even what is recorded', async () => {
  const asker = new Asker(withRecordedReplies(new ScriptedModel(repliesTo), { store: new MemoryStore() }));
  await asker.ask();
  asker.controller.abort(new Error('enough'));

  await expect(asker.ask()).rejects.toThrow('enough');
});

test('a failed request records nothing', async () => {
  const store = new MemoryStore();
  const model = new ScriptedModel(() => {
    throw new Error('down');
  });

  await expect(new Asker(withRecordedReplies(model, { store })).ask()).rejects.toThrow('down');
  expect(store.replies.size).toBe(0);
});

test('replies that came home are kept where others of the request fail, and the rest is asked alone', async () => {
  const store = new MemoryStore();
  let isDown = true;
  const model = new ScriptedModel((request, _call, { onReply }) => {
    const replies = repliesTo(request);
    if (!isDown) return replies;
    for (const at of [3, 1]) onReply?.(request.seeds[at]!, replies[at]!);
    throw new Error('down');
  });
  const asker = new Asker(withRecordedReplies(model, { store }));
  await expect(asker.ask({ seeds: [1, 2, 3, 4] })).rejects.toThrow('down');
  expect([...store.replies.values()].map(({ text }) => text)).toEqual(['reply 4', 'reply 2']);
  isDown = false;
  expect(await asker.texts({ seeds: [1, 2, 3, 4] })).toEqual([1, 2, 3, 4].map((seed) => `reply ${seed}`));
  expect(model.requests.map(({ seeds }) => seeds)).toEqual([
    [1, 2, 3, 4],
    [1, 3],
  ]);
});

test('the reply that counts is the one that is recorded, and it is recorded once', async () => {
  const store = new MemoryStore();
  const put = vi.spyOn(store, 'put');
  const model = new ScriptedModel((request, _call, { onReply }) => {
    onReply?.(2, { text: 'first', finishReason: 'stop' });
    return repliesTo(request);
  });
  const asker = new Asker(withRecordedReplies(model, { store }));
  expect(await asker.texts({ seeds: [1, 2] })).toEqual(['reply 1', 'first']);
  expect(await asker.texts({ seeds: [1, 2] })).toEqual(['reply 1', 'first']);
  expect(put).toHaveBeenCalledTimes(2);
});

test('what can’t be kept is not handed out', async () => {
  const store = new MemoryStore();
  vi.spyOn(store, 'put').mockRejectedValue(new Error('disk full'));
  const model = new ScriptedModel(async (request, _call, { onReply }) => {
    const replies = repliesTo(request);
    onReply?.(7, replies[0]!);
    await new Promise((resolve) => setImmediate(resolve));
    return replies;
  });
  await expect(new Asker(withRecordedReplies(model, { store })).ask()).rejects.toThrow('disk full');
});

test('the key changes with model, messages, parameters and seed, and with nothing else', () => {
  const keys = [
    replyKeys('a', question),
    replyKeys('b', question),
    replyKeys('a', { ...question, messages: [{ role: 'system', content: 'Say something short.' }] }),
    replyKeys('a', { ...question, messages: [...question.messages, { role: 'assistant', content: '' }] }),
    replyKeys('a', { ...question, temperature: 0.8 }),
    replyKeys('a', { ...question, topP: 0.9 }),
    replyKeys('a', { ...question, maxTokens: 101 }),
    replyKeys('a', { ...question, seeds: [8] }),
  ].flat();

  expect(new Set(keys).size).toBe(keys.length);
  expect(replyKeys('a', { ...question, seeds: [1, 7] })[1]).toBe(keys[0]);
});

test('whatever was asked before, the replies are those of the model', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uniqueArray(fc.nat(6), { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
      async (asks) => {
        const model = new ScriptedModel(repliesTo);
        const asker = new Asker(withRecordedReplies(model, { store: new MemoryStore() }));
        for (const seeds of asks) {
          expect(await asker.texts({ seeds })).toEqual(seeds.map((seed) => `reply ${seed}`));
        }
        const drawn = model.requests.flatMap(({ seeds }) => seeds);
        expect(new Set(drawn).size).toBe(drawn.length);
      },
    ),
  );
});
