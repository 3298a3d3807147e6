import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChatModel, ChatReply, ChatRequest } from '../../../src/spar/models/chatModel';
import { withConcurrency } from '../../../src/spar/models/concurrency';
import { Asker } from './asking';
import { repliesTo, ScriptedModel } from './scriptedModel';

/** Keeps each request open until the test ends it. */
class HeldModel implements ChatModel {
  readonly id = 'held';
  readonly maxConcurrency = 1000;
  readonly begun: number[][] = [];
  most = 0;
  private readonly open = new Map<number, () => void>();
  private inFlight = 0;

  complete(request: ChatRequest): Promise<readonly ChatReply[]> {
    const place = this.begun.push([...request.seeds]) - 1;
    this.inFlight += request.seeds.length;
    this.most = Math.max(this.most, this.inFlight);
    return new Promise((resolve) => {
      this.open.set(place, () => {
        this.open.delete(place);
        this.inFlight -= request.seeds.length;
        resolve(repliesTo(request));
      });
    });
  }

  /** Ends one of the open requests; false where none is open. */
  async end(choice = 0): Promise<boolean> {
    const ends = [...this.open.values()];
    const end = ends[choice % Math.max(1, ends.length)];
    end?.();
    await turn();
    return end !== undefined;
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a request of several replies takes as many places, and order is kept', async () => {
  const held = new HeldModel();
  const asker = new Asker(withConcurrency(held, { limit: 4 }));
  const asked = [[1, 2, 3], [4, 5], [6]].map((seeds) => asker.texts({ seeds }));
  await turn();
  expect(held.begun).toEqual([[1, 2, 3]]);
  await held.end();
  expect(held.begun).toEqual([[1, 2, 3], [4, 5], [6]]);
  while (await held.end());
  expect(await Promise.all(asked)).toEqual([
    ['reply 1', 'reply 2', 'reply 3'],
    ['reply 4', 'reply 5'],
    ['reply 6'],
  ]);
});

test('a request for more than the limit is split, and its replies stay in order', async () => {
  const model = new ScriptedModel(repliesTo);
  const bounded = withConcurrency(model, { limit: 2 });

  expect(bounded.maxConcurrency).toBe(2);
  expect(await new Asker(bounded).texts({ seeds: [1, 2, 3, 4, 5] })).toEqual(
    [1, 2, 3, 4, 5].map((seed) => `reply ${seed}`),
  );
  expect(model.requests.map(({ seeds }) => seeds)).toEqual([[1, 2], [3, 4], [5]]);
});

test('who stops waiting leaves the queue, and who waits behind moves up', async () => {
  const held = new HeldModel();
  const bounded = withConcurrency(held, { limit: 2 });
  const [first, large, small] = [new Asker(bounded), new Asker(bounded), new Asker(bounded)];
  const asked = [first.texts({ seeds: [1] }), small.texts({ seeds: [4] })];
  const stopped = large.texts({ seeds: [2, 3] });
  const behind = small.texts({ seeds: [5] });
  await turn();
  expect(held.begun).toEqual([[1], [4]]);
  large.controller.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
  while (await held.end());
  await Promise.all([...asked, behind]);
  expect(held.begun).toEqual([[1], [4], [5]]);
});

test('an error gives the place back, and stops the other parts of a split request', async () => {
  const reasons: unknown[] = [];
  const model = new ScriptedModel(async (request, call, { signal }) => {
    if (call === 0) throw new Error('first part');
    if (call > 1) return repliesTo(request);
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason as Error);
      });
    });
  }, 2);
  const bounded = withConcurrency(model, { limit: 4 });
  await expect(new Asker(bounded).ask({ seeds: [1, 2, 3, 4] })).rejects.toThrow('first part');
  expect(await new Asker(bounded).texts({ seeds: [5, 6] })).toEqual(['reply 5', 'reply 6']);
  expect(model.requests.map(({ seeds }) => seeds)).toEqual([
    [1, 2],
    [3, 4],
    [5, 6],
  ]);
  expect(reasons).toEqual([new Error('first part')]);
});

test('behind a closed gate nothing goes out before it is stopped', async () => {
  const held = new HeldModel();
  const bounded = withConcurrency(held, { limit: 2 });
  const gate = { isClosed: false, send: <Answer>(send: () => Promise<Answer>) => send() };
  const asker = new Asker({
    ...bounded,
    complete: (request, options) => bounded.complete(request, { ...options, gate }),
  });
  const first = asker.texts({ seeds: [1] });
  const others = asker.texts({ seeds: [2, 3, 4, 5] }).catch(() => 'stopped');
  await turn();
  gate.isClosed = true;
  while (await held.end());
  expect(await first).toEqual(['reply 1']);
  expect(held.begun).toEqual([[1]]);
  asker.controller.abort(new Error('enough'));
  expect(await others).toBe('stopped');
});

test('never more in flight than the limit, always in order, and all are served', async () => {
  const plan = fc.record({
    limit: fc.integer({ min: 1, max: 6 }),
    sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 12 }),
    ends: fc.array(fc.nat(20), { maxLength: 60 }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ limit, sizes, ends }) => {
      const held = new HeldModel();
      const asker = new Asker(withConcurrency(held, { limit }));
      let seed = 0;
      const wanted = sizes.map((size) => Array.from({ length: size }, () => (seed += 1)));
      const asked = wanted.map((seeds) => asker.texts({ seeds }));
      await turn();
      for (const choice of ends) await held.end(choice);
      while (await held.end());
      expect(held.most).toBeLessThanOrEqual(limit);
      expect(held.begun.flat()).toEqual(wanted.flat());
      expect(await Promise.all(asked)).toEqual(wanted.map((seeds) => seeds.map((own) => `reply ${own}`)));
    }),
    { numRuns: 60 },
  );
});

test('with requests that are stopped at any time, the limit holds and the others are served', async () => {
  const plan = fc.record({
    limit: fc.integer({ min: 1, max: 5 }),
    asks: fc.array(fc.record({ size: fc.integer({ min: 1, max: 5 }), stops: fc.boolean() }), {
      minLength: 1,
      maxLength: 12,
    }),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ limit, asks }) => {
      const held = new HeldModel();
      const bounded = withConcurrency(held, { limit });
      const asked = asks.map(({ size, stops }) => {
        const asker = new Asker(bounded);
        const seeds = Array.from({ length: Math.min(size, limit) }, (_, at) => at);
        return { asker, stops, outcome: asker.texts({ seeds }).catch(() => 'stopped'), seeds };
      });
      await turn();
      for (const { asker, stops } of asked) if (stops) asker.controller.abort(new Error('enough'));
      await turn();
      while (await held.end());
      expect(held.most).toBeLessThanOrEqual(limit);
      for (const { stops, outcome, seeds } of asked) {
        if (!stops) expect(await outcome).toEqual(seeds.map((own) => `reply ${own}`));
      }
    }),
    { numRuns: 60 },
  );
});
