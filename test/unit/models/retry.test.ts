import { expect, test } from 'vitest';
import { ModelError, type ModelErrorKind } from '../../../src/spar/models/modelError';
import { withRetry, type RetryOptions } from '../../../src/spar/models/retry';
import { Asker } from './asking';
import { FakeClock, ManualClock } from './fakeClock';
import { repliesTo, ScriptedModel } from './scriptedModel';

const fails = (kind: ModelErrorKind, retryAfterMs?: number): never => {
  throw new ModelError({ kind, message: `It is ${kind}.`, retryAfterMs });
};

/** A model that fails so many times before it answers, each attempt taking `lastsMs`. */
function failing(kind: ModelErrorKind, plan: { times: number; lastsMs?: number; retryAfterMs?: number }) {
  const clock = new FakeClock();
  const model = new ScriptedModel((request, call) => {
    clock.pass(plan.lastsMs ?? 0);
    return call < plan.times ? fails(kind, plan.retryAfterMs) : repliesTo(request);
  });
  const asker = (options: RetryOptions = {}): Asker =>
    new Asker(withRetry(model, { clock, random: () => 0.5, ...options }));
  return { clock, model, asker };
}

test('waits longer each time, up to a most, with jitter between half and all of it', async () => {
  for (const [random, waits] of [
    [0, [250, 500, 1000, 2000, 4000, 4000]],
    [0.5, [375, 750, 1500, 3000, 6000, 6000]],
    [1, [500, 1000, 2000, 4000, 8000, 8000]],
  ] as const) {
    const { clock, asker } = failing('server', { times: 6 });

    expect(await asker({ attempts: { server: 7 }, random: () => random }).texts()).toEqual(['reply 7']);
    expect(clock.waits).toEqual(waits);
  }
});

test.each<[ModelErrorKind, number]>([
  ['unreachable', 5],
  ['rate-limited', 6],
  ['server', 4],
  ['bad-reply', 2],
  ['timeout', 1],
  ['unauthorized', 1],
  ['model-not-found', 1],
  ['quota', 1],
  ['blocked', 1],
  ['context-length', 1],
  ['bad-request', 1],
])('attempts at a model that is always %s: %i', async (kind, attempts) => {
  const { model, asker } = failing(kind, { times: 100 });

  expect((await asker().failure()).kind).toBe(kind);
  expect(model.requests.length).toBe(attempts);
});

test('what is no model error is not tried again', async () => {
  const model = new ScriptedModel(() => {
    throw new TypeError('a bug');
  });

  await expect(new Asker(withRetry(model, { clock: new FakeClock() })).ask()).rejects.toThrow(
    new TypeError('a bug'),
  );
  expect(model.requests.length).toBe(1);
});

test('a server that can’t be reached is given up within 15 s, whether it refuses at once or keeps silent', async () => {
  for (const [lastsMs, waits] of [
    [0, [375, 750, 1500, 3000]],
    [3000, [375, 750, 1500]],
    [5000, [375]],
    [10_000, []],
  ] as const) {
    const { clock, asker } = failing('unreachable', { times: 100, lastsMs });

    await asker().failure();
    expect(clock.waits).toEqual(waits);
    expect(clock.now()).toBeLessThanOrEqual(15_000);
  }
});

test('the time that the server names is waited for, if patience allows', async () => {
  const patient = failing('rate-limited', { times: 1, retryAfterMs: 30_000 });
  expect(await patient.asker().texts()).toEqual(['reply 7']);
  expect(patient.clock.waits).toEqual([30_250]);

  const impatient = failing('rate-limited', { times: 1, retryAfterMs: 30_000 });
  expect((await impatient.asker({ maxTotalMs: 20_000 }).failure()).retryAfterMs).toBe(30_000);
  expect(impatient.clock.waits).toEqual([]);
});

test('other calls of the model wait, too, while the server wants it', async () => {
  const clock = new ManualClock();
  const model = new ScriptedModel((request, call) =>
    call === 0 ? fails('rate-limited', 30_000) : repliesTo(request),
  );
  const asker = new Asker(withRetry(model, { clock, random: () => 0 }));
  const asked = [asker.texts({ seeds: [1] })];
  await clock.advance(10_000);
  asked.push(asker.texts({ seeds: [2] }));
  await clock.advance(19_999);
  expect(model.requests.length).toBe(1);
  await clock.advance(1);
  expect(await Promise.all(asked)).toEqual([['reply 1'], ['reply 2']]);
});

test('a call that is stopped while it waits ends with the reason', async () => {
  const model = new ScriptedModel(() => fails('server'));
  const asker = new Asker(withRetry(model, { clock: new ManualClock() }));
  const asked = asker.ask();
  await new Promise((resolve) => setImmediate(resolve));
  const reason = new Error('enough');
  asker.controller.abort(reason);

  await expect(asked).rejects.toBe(reason);
  expect(model.requests.length).toBe(1);
});
