import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  chanceOf,
  disagreement,
  firstOrder,
  orderedRows,
  queueOrders,
  type OrderedTable,
  type QueueOrder,
} from '../../../../src/spar/datasets/queue/queueOrder';
import type { Measure } from '../../../../src/spar/datasets/table/measures';

type Facts = Partial<Record<Measure, number | null>>;

function tableOf(facts: readonly Facts[]): OrderedTable {
  return {
    id: (row) => idOf(row),
    measure: (row, measure) => facts[row]?.[measure] ?? null,
  };
}

function idOf(row: number): string {
  return createHash('sha1').update(String(row)).digest('hex');
}

function ordered(facts: readonly Facts[], order: Partial<QueueOrder>): readonly number[] {
  const rows = Uint32Array.from(facts.keys());
  return [...orderedRows(tableOf(facts), rows, { ...firstOrder, ...order })];
}

describe('disagreement', () => {
  const none = { held: null, broken: null };

  test('is most where votes are split in half, none where they agree', () => {
    expect(disagreement({ yes: 2, no: 2, ...none })).toBe(1);
    expect(disagreement({ yes: 3, no: 1, ...none })).toBe(0.5);
    expect(disagreement({ yes: 5, no: 0, ...none })).toBe(0);
    expect(disagreement({ yes: 0, no: 5, ...none })).toBe(0);
  });

  test('is most where all votes say otherwise than rules', () => {
    expect(disagreement({ yes: 5, no: 0, held: 2, broken: 1 })).toBe(1);
    expect(disagreement({ yes: 0, no: 5, held: 3, broken: 0 })).toBe(1);
    expect(disagreement({ yes: 5, no: 0, held: 3, broken: 0 })).toBe(0);
  });

  test('is unknown where nobody voted', () => {
    expect(disagreement({ yes: 0, no: 0, held: 2, broken: 0 })).toBeNull();
    expect(disagreement({ yes: null, no: null, ...none })).toBeNull();
  });
});

describe('orders', () => {
  const facts: readonly Facts[] = [
    { yes: 5, no: 0, interference: 0.1 },
    { yes: 3, no: 2, interference: null },
    { yes: 0, no: 0, interference: 0.9 },
    { yes: 3, no: 2, interference: 0.1 },
  ];

  test('disagreement: the closest vote first, equal ones as in the file, unknown last or first', () => {
    expect(ordered(facts, { by: 'disagreement' })).toEqual([1, 3, 0, 2]);
    expect(ordered(facts, { by: 'disagreement', unknownFirst: true })).toEqual([2, 1, 3, 0]);
  });

  test('interference: the largest first, unknown last or first', () => {
    expect(ordered(facts, { by: 'interference' })).toEqual([2, 0, 3, 1]);
    expect(ordered(facts, { by: 'interference', unknownFirst: true })).toEqual([1, 2, 0, 3]);
  });

  test('input: as in the file', () => {
    expect(ordered(facts, { by: 'input' })).toEqual([0, 1, 2, 3]);
  });

  test('chance: the same by one seed, others by another, and nothing moves for what is added', () => {
    const many: Facts[] = Array.from({ length: 300 }, () => ({}));
    const one = ordered(many, { by: 'chance', seed: 1 });
    expect(ordered(many, { by: 'chance', seed: 1 })).toEqual(one);
    expect(ordered(many, { by: 'chance', seed: 2 })).not.toEqual(one);
    expect(one).not.toEqual([...many.keys()]);
    const more = ordered([...many, ...many], { by: 'chance', seed: 1 });
    expect(more.filter((row) => row < 300)).toEqual(one);
  });

  test('chance is even, and lies between 0 and 1', () => {
    const drawn = Array.from({ length: 4000 }, (_, row) => chanceOf(idOf(row), 7));
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    for (let tenth = 0; tenth < 10; tenth += 1) {
      const inside = drawn.filter((value) => Math.floor(value * 10) === tenth).length;
      expect(inside).toBeGreaterThan(300);
      expect(inside).toBeLessThan(500);
    }
  });

  test('no order loses a row or makes one', () => {
    const fact = fc.record({
      yes: fc.option(fc.nat(9)),
      no: fc.option(fc.nat(9)),
      held: fc.option(fc.nat(3)),
      broken: fc.option(fc.nat(3)),
      interference: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    });
    const order = fc.record({
      by: fc.constantFrom(...queueOrders),
      seed: fc.integer(),
      unknownFirst: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(fact, { maxLength: 60 }), order, (given, wanted) => {
        const found = ordered(given, wanted);
        expect(found.toSorted((a, b) => a - b)).toEqual([...given.keys()]);
      }),
    );
  });
});
