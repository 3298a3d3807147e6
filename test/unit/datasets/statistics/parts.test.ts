import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DuplicateCounter } from '../../../../src/spar/datasets/statistics/duplicates';
import { doublingEdges, Numbers } from '../../../../src/spar/report/distribution';
import { GrowthCounter } from '../../../../src/spar/datasets/statistics/growth';
import { LengthCounter } from '../../../../src/spar/datasets/statistics/lengthCounter';
import { Tally } from '../../../../src/spar/datasets/statistics/tally';

describe('Numbers', () => {
  test('shares fall into the bin that starts with them, 1 into the last', () => {
    const numbers = new Numbers();
    for (let at = 0; at <= 10; at += 1) numbers.add(at / 10);
    numbers.add(0.1 + 0.2);
    numbers.add(null);
    numbers.add(Number.NaN);
    const { bins, unknown, summary } = numbers.shares();
    expect(bins.map(({ records }) => records)).toEqual([1, 1, 1, 2, 1, 1, 1, 1, 1, 2]);
    expect(unknown).toBe(2);
    expect(summary).toMatchObject({ least: 0, low: 0.1, median: 0.5, high: 0.9, most: 1 });
  });

  test('each number counts once, whatever its size', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 1e6 }), { minLength: 1, maxLength: 3000 }), (values) => {
        const numbers = new Numbers();
        for (const value of values) numbers.add(value);
        const { bins, summary } = numbers.distribution(doublingEdges(Math.max(...values)));
        for (const { from, to, records } of bins)
          expect(records).toBe(values.filter((value) => value >= from && value < to).length);
        expect(summary?.least).toBe(Math.min(...values));
        expect(summary?.most).toBe(Math.max(...values));
      }),
      { numRuns: 20 },
    );
  });
});

test('a tally takes any name, and counts what is beyond its memory', () => {
  const tally = new Tally();
  for (const name of ['__proto__', 'constructor', '', 'x'.repeat(100_000)]) tally.add(name, 'accepted');
  for (let number = 0; number < 30_000; number += 1) tally.add(`n${number}`, 'pending');
  tally.add('__proto__', 'rejected');
  const { groups, otherRecords } = tally.result();
  expect(groups).toHaveLength(1000);
  expect(groups[0]).toMatchObject({ name: '__proto__', records: 2, accepted: 1, rejected: 1 });
  expect(groups.reduce((sum, { records }) => sum + records, otherRecords)).toBe(30_005);
});

test('growth takes the unit that fits, and forged dates cost little', () => {
  const unitOf = (...times: readonly string[]) => {
    const counter = new GrowthCounter();
    for (const time of times) counter.add(time, 'added');
    const { unit, periods } = counter.result();
    return `${unit} ${periods.length}`;
  };
  expect(unitOf()).toBe('day 0');
  expect(unitOf('2026-01-31T23:30:00-02:00')).toBe('day 1');
  expect(unitOf('2026-01-01T00:00:00Z', '2026-04-01T00:00:00Z')).toBe('day 91');
  expect(unitOf('2026-01-31T00:00:00Z', '2026-09-01T00:00:00Z')).toBe('month 9');
  expect(unitOf('0001-01-01T00:00:00Z', '9999-12-31T00:00:00Z')).toBe('year 2');
  expect(unitOf('0000-01-01T00:00:00+14:00')).toBe('day 1');
});

test('the sample of lengths is the same in any order and even over ids', () => {
  const ids = Array.from({ length: 5000 }, (_, at) => ((at * 7919) % 5000).toString(16).padStart(4, '0'));
  const counter = new LengthCounter();
  const reversed = new LengthCounter();
  for (const id of ids) counter.add(id, Number.parseInt(id, 16), 1);
  for (const id of [...ids].reverse()) reversed.add(id, Number.parseInt(id, 16), 1);
  expect(counter.result()).toEqual(reversed.result());
  expect(counter.result().sample.map(([words]) => words)).toEqual(Array.from({ length: 500 }, (_, at) => at));
});

describe('DuplicateCounter', () => {
  const sea = Array.from({ length: 60 }, (_, at) => `word${at}`).join(' ');
  const texts: Readonly<Record<string, string>> = {
    d: `${sea} and that is all of it`,
    a: `${sea} and that is all of it.`,
    b: 'Something else is said here about a town on a hill and about nothing more than that.',
    c: sea,
    e: '  Something else is said here about a town on a hill and about nothing more than that. ',
    f: 'Short.',
  };

  async function clusters(ids: readonly string[]) {
    const counter = new DuplicateCounter();
    for (const id of ids) counter.add(id, texts[id] ?? '');
    return counter.result((take) => {
      for (const id of ids) take(texts[id] ?? '');
      return Promise.resolve();
    });
  }

  test('chosen texts that are alike cluster, in whatever order they come', async () => {
    const found = await clusters(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(found).toEqual({
      threshold: 0.8,
      clusters: 2,
      records: 5,
      sizes: [
        { size: 2, clusters: 1 },
        { size: 3, clusters: 1 },
      ],
      largest: [
        { records: 3, ids: ['a', 'c', 'd'], beginning: sea.slice(0, 80) },
        { records: 2, ids: ['b', 'e'], beginning: texts['b']?.slice(0, 80) },
      ],
    });
    expect(await clusters(['f', 'e', 'd', 'c', 'b', 'a'])).toEqual(found);
    expect(await clusters(['f'])).toMatchObject({ clusters: 0, records: 0, sizes: [], largest: [] });
  });
});
