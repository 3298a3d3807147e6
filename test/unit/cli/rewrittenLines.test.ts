import { expect, test } from 'vitest';
import { RewrittenLines } from '../../../src/cli/output/rewrittenLines';
import { countWords, timeWords } from '../../../src/spar/text/amountWords';
import { WrittenText } from './fakeTerminal';

test('two lines are written over at a terminal, and leave nothing', () => {
  let now = 0;
  const sink = new WrittenText(true);
  const lines = new RewrittenLines(sink, () => now);
  lines.show(() => ['one', 'two']);
  expect(sink.text).toBe('\r\u001b[Kone\n\r\u001b[Ktwo · Ctrl+C stops');
  now += 100;
  lines.show(() => ['too', 'soon']);
  now += 200;
  lines.show(() => ['x'.repeat(100), 'four']);
  expect(sink.pieces).toHaveLength(2);
  expect(sink.pieces[1]).toBe(`\u001b[1A\r\u001b[K${'x'.repeat(78)}…\n\r\u001b[Kfour · Ctrl+C stops`);
  lines.clear();
  lines.clear();
  expect(sink.pieces[2]).toBe('\u001b[1A\r\u001b[J');
  expect(sink.pieces).toHaveLength(3);
});

test('elsewhere a plain line comes every 30 seconds, none of a short run', () => {
  let now = 0;
  const sink = new WrittenText(false);
  const lines = new RewrittenLines(sink, () => now);
  for (; now <= 65_000; now += 1000) lines.show(() => ['items', `${now / 1000} s`]);
  lines.clear();
  expect(sink.text).toBe('items · 30 s\nitems · 60 s\n');
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
