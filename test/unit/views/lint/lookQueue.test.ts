import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { LookQueue } from '../../../../src/views/lint/lookQueue';

/** Looks that end when told to. */
class Looks {
  readonly begun: string[] = [];
  readonly queue = new LookQueue({
    look: (file) => {
      this.begun.push(file);
      return new Promise((resolve) => (this.end = resolve));
    },
    rest: 100,
    now: () => Date.now(),
  });
  private end: () => void = () => undefined;

  async finish(): Promise<void> {
    this.end();
    await vi.advanceTimersByTimeAsync(0);
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('looks once after a burst of changes, at one file at a time', async () => {
  const looks = new Looks();
  looks.queue.lookSoon('a');
  await vi.advanceTimersByTimeAsync(60);
  looks.queue.lookSoon('a');
  looks.queue.lookSoon('b');
  await vi.advanceTimersByTimeAsync(60);
  expect(looks.begun).toEqual([]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks.begun).toEqual(['a']);
  await looks.finish();
  expect(looks.begun).toEqual(['a', 'b']);
  await looks.finish();
  await vi.advanceTimersByTimeAsync(1000);
  expect(looks.begun).toEqual(['a', 'b']);
});

test('finishes a look amid changes, then rests for as long as it took and looks again', async () => {
  const looks = new Looks();
  looks.queue.lookSoon('a');
  await vi.advanceTimersByTimeAsync(5100);
  looks.queue.lookSoon('a');
  expect(looks.begun).toEqual(['a']);
  await looks.finish();
  await vi.advanceTimersByTimeAsync(4900);
  expect(looks.begun).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(200);
  expect(looks.begun).toEqual(['a', 'a']);
});

test('does not look at what is forgotten, nor after its end', async () => {
  const looks = new Looks();
  looks.queue.lookSoon('a');
  looks.queue.lookSoon('b');
  looks.queue.lookSoon('c');
  looks.queue.forget('b');
  await vi.advanceTimersByTimeAsync(100);
  looks.queue.lookSoon('a');
  looks.queue.forget('a');
  looks.queue.forget('c');
  await looks.finish();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks.begun).toEqual(['a']);
  looks.queue.lookSoon('d');
  looks.queue.dispose();
  looks.queue.lookSoon('e');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(looks.begun).toEqual(['a']);
});
