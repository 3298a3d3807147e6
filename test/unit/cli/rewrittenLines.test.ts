import { expect, test } from 'vitest';
import { RewrittenLines } from '../../../src/cli/output/rewrittenLines';
import { countWords, timeWords } from '../../../src/spar/text/amountWords';
import { WrittenText } from './fakeTerminal';

test('two lines are written over at a terminal, and leave nothing', () => {
  let now = 0;
  const sink = new WrittenText(true);
  const lines = new RewrittenLines(sink, { now: () => now });
  lines.show(() => [['one'], ['two', 'three']]);
  expect(sink.text).toBe('\r\u001b[Kone\n\r\u001b[Ktwo · three · Ctrl+C stops');
  now += 100;
  lines.show(() => [['too'], ['soon']]);
  now += 200;
  lines.show(() => [['x'.repeat(100)], ['four']]);
  expect(sink.pieces).toHaveLength(2);
  expect(sink.pieces[1]).toBe(`\u001b[1A\r\u001b[K${'x'.repeat(78)}…\n\r\u001b[Kfour · Ctrl+C stops`);
  lines.clear();
  lines.clear();
  expect(sink.pieces[2]).toBe('\u001b[1A\r\u001b[J');
  expect(sink.pieces).toHaveLength(3);
});

test('where a terminal is narrow, whole parts are left out from the end', () => {
  const shown = (columns: number, ...parts: readonly string[]): string => {
    const sink = Object.assign(new WrittenText(true), { columns });
    new RewrittenLines(sink).show(() => [parts]);
    return sink.text.replace('\r\u001b[K', '');
  };
  const parts = ['412 items/min', 'about 45 min left', '9 in flight'];
  expect(shown(61, ...parts)).toBe('412 items/min · about 45 min left · 9 in flight');
  expect(shown(63, ...parts)).toBe('412 items/min · about 45 min left · 9 in flight · Ctrl+C stops');
  expect(shown(40, ...parts)).toBe('412 items/min · about 45 min left');
  expect(shown(12, ...parts)).toBe('412 items/…');
  // A terminal that does not tell its width.
  expect(shown(0, ...parts)).toContain('Ctrl+C stops');
});

test('after the first Ctrl+C nothing of the old lines stands, and the next one is told', () => {
  let now = 0;
  const sink = new WrittenText(true);
  const stop = new AbortController();
  const lines = new RewrittenLines(sink, { stop: stop.signal, now: () => now });
  lines.show(() => [['one'], ['two']]);
  stop.abort();
  expect(sink.pieces.at(-1)).toBe('\u001b[1A\r\u001b[J');
  sink.write('Stopping…\n');
  now += 1000;
  lines.show(() => [['one'], ['two']]);
  expect(sink.pieces.at(-1)).toBe('\r\u001b[Kone\n\r\u001b[Ktwo · Ctrl+C ends at once');
});

test('elsewhere a plain line comes every 30 seconds, none of a short run', () => {
  let now = 0;
  const sink = new WrittenText(false);
  const lines = new RewrittenLines(sink, { now: () => now });
  for (; now <= 65_000; now += 1000) lines.show(() => [['items', 'pairs'], [`${now / 1000} s`]]);
  lines.clear();
  expect(sink.text).toBe('items · pairs · 30 s\nitems · pairs · 60 s\n');
});

test('numbers and times in words', () => {
  expect([0, 12_345, 1_234_567, 3e9].map(countWords)).toEqual([
    '0',
    '12,345',
    '1.23 million',
    '3,000 million',
  ]);
  expect([400, 45_000, 720_000, 11_100_000, 3 * 86_400_000].map(timeWords)).toEqual([
    '0 s',
    '45 s',
    '12 min',
    '3 h 05 min',
    '3 d 0 h',
  ]);
});
