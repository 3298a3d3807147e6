import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { systemClock } from '../../../src/spar/models/clock';
import { startTimer } from '../../../src/spar/models/timer';

const day = 86_400_000;

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

test.each([0, 250, 2 ** 31 - 1, 2 ** 31, 30 * day, 400 * day])(
  'a timer of %i ms ends then and not before',
  (milliseconds) => {
    const called = vi.fn();
    startTimer(milliseconds, called);
    if (milliseconds > 0) vi.advanceTimersByTime(milliseconds - 1);
    expect(called).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(called).toHaveBeenCalledOnce();
    vi.advanceTimersByTime(500 * day);
    expect(called).toHaveBeenCalledOnce();
  },
);

test('a timer that is called off never ends, however far it has come', () => {
  const called = vi.fn();
  const callOff = startTimer(60 * day, called);
  vi.advanceTimersByTime(30 * day);
  callOff();
  vi.advanceTimersByTime(500 * day);
  expect(called).not.toHaveBeenCalled();
  expect(vi.getTimerCount()).toBe(0);
});

test('the clock waits for months, and is woken by a stop', async () => {
  const done = vi.fn();
  const waited = systemClock.wait(60 * day, new AbortController().signal).then(done);
  await vi.advanceTimersByTimeAsync(59 * day);
  expect(done).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(day);
  await waited;
  const stop = new AbortController();
  const stopped = systemClock.wait(60 * day, stop.signal);
  await vi.advanceTimersByTimeAsync(30 * day);
  stop.abort(new Error('enough'));
  await expect(stopped).rejects.toThrow('enough');
  expect(vi.getTimerCount()).toBe(0);
});
