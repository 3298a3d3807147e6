import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ItemStatus } from '../../../../src/spar/selfplay/itemResult';
import {
  FunnelCounts,
  type Funnel,
  type FunnelItem,
  type FunnelShape,
} from '../../../../src/spar/selfplay/report/funnel';

const statuses: readonly ItemStatus[] = [
  'solved',
  'unsolved',
  'no-failing-answer',
  'undetermined',
  'judged',
  'dropped',
  'held-back',
  'failed',
];

const anyItem: fc.Arbitrary<FunnelItem> = fc.record({
  status: fc.constantFrom(...statuses),
  reason: fc.constantFrom(
    'one',
    'two',
    'The instruction overlaps an evaluation prompt: ifeval.jsonl:3: Say it.',
  ),
  drawn: fc.nat(5),
  failing: fc.nat(5),
  review: fc.constantFrom('accepted', 'rejected', 'waiting', 'deleted'),
});

const anyShape = (items: number): fc.Arbitrary<FunnelShape> =>
  fc.record({
    total: fc.option(fc.integer({ min: items, max: items + 20 })),
    atLeast: fc.integer({ min: 0, max: items + 10 }),
    isGuarded: fc.boolean(),
    isEvolved: fc.boolean(),
    isSearched: fc.boolean(),
  });

const anyRun = fc
  .record({ items: fc.array(anyItem, { maxLength: 40 }), refused: fc.nat(5) })
  .chain(({ items, refused }) =>
    fc.record({ items: fc.constant(items), refused: fc.constant(refused), shape: anyShape(items.length) }),
  );

function funnelOf(items: readonly FunnelItem[], refused: number, shape: FunnelShape): Funnel {
  const counts = new FunnelCounts();
  if (refused > 0) counts.addRefused('no instruction', refused);
  for (const item of items) counts.addItem(item);
  return counts.result(shape);
}

/** What fell out at each end, and what came through, by name. */
function endsOf({ steps }: Funnel): Readonly<Record<string, number>> {
  const out = steps.flatMap(({ id, out: fallen }) =>
    fallen.map(({ what, count }) => [`${id} ${what}`, count] as const),
  );
  return Object.fromEntries([...out, ['through', steps.at(-1)!.count]]);
}

const total = (ends: Readonly<Record<string, number>>): number =>
  Object.values(ends).reduce((sum, count) => sum + count, 0);

describe('the funnel of a run', () => {
  test('each row is in exactly one of its ends', () => {
    fc.assert(
      fc.property(anyRun, ({ items, refused, shape }) => {
        const funnel = funnelOf(items, refused, shape);
        const usable = Math.max(shape.total ?? 0, shape.atLeast, items.length);
        expect(funnel.steps[0]).toMatchObject({ id: 'rows', count: usable + refused, out: [] });
        expect(total(endsOf(funnel))).toBe(usable + refused);
        for (const [at, { count, out }] of funnel.steps.slice(1).entries()) {
          const lost = out.reduce((sum, each) => sum + each.count, 0);
          expect(count).toBe(funnel.steps[at]!.count - lost);
          expect(count).toBeGreaterThanOrEqual(0);
          for (const { count: fallen, reasons } of out)
            if (reasons.length > 0) expect(reasons.reduce((sum, each) => sum + each.count, 0)).toBe(fallen);
        }
      }),
    );
  });

  test('one item more is one more at one end', () => {
    const open = { total: null, atLeast: 0, isGuarded: true, isEvolved: true, isSearched: true };
    fc.assert(
      fc.property(fc.array(anyItem, { maxLength: 20 }), anyItem, (items, item) => {
        const before = endsOf(funnelOf(items, 0, open));
        const after = endsOf(funnelOf([...items, item], 0, open));
        const grown = Object.keys(after).filter((end) => after[end] !== (before[end] ?? 0));
        expect(grown).toHaveLength(1);
        expect(after[grown[0]!]).toBe((before[grown[0]!] ?? 0) + 1);
      }),
    );
  });

  test('an item falls out where it went no further', () => {
    const item = { reason: 'why', drawn: 1, failing: 1, review: 'waiting' as const };
    const shape = { total: 9, atLeast: 0, isGuarded: false, isEvolved: false, isSearched: true };
    const funnel = funnelOf(
      [
        { ...item, status: 'failed', drawn: 0, failing: 0 },
        { ...item, status: 'failed', failing: 0 },
        { ...item, status: 'failed' },
        { ...item, status: 'unsolved' },
        {
          ...item,
          status: 'held-back',
          reason: 'The instruction overlaps an evaluation prompt: a.txt:12: Hi.',
        },
        { ...item, status: 'solved' },
        { ...item, status: 'solved', review: 'accepted' },
      ],
      1,
      shape,
    );
    expect(
      funnel.steps.map(({ id, count, out }) => [
        id,
        count,
        ...out.flatMap(({ what, count: fallen, reasons }) => [
          what,
          fallen,
          ...reasons.map((each) => each.reason),
        ]),
      ]),
    ).toEqual([
      ['rows', 10],
      ['usable', 9, 'refused', 1, 'no instruction'],
      ['done', 7, 'not-done', 2],
      ['unguarded', 6, 'held-back', 1, 'overlaps a.txt'],
      ['answered', 5, 'failed', 1, 'why'],
      ['failing', 4, 'failed', 1, 'why'],
      ['searched', 3, 'failed', 1, 'why'],
      ['pair', 2, 'unsolved', 1, 'why'],
      ['accepted', 1, 'waiting', 1],
    ]);
  });
});
