import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { QueueWalk } from '../../../../src/spar/datasets/queue/queueWalk';

/** Records that wait or do not; a row's id can be told from it until rows are numbered anew. */
class FakeRows {
  private ids: readonly string[] = [];
  readonly decided = new Set<string>();

  constructor(count: number) {
    this.add(count);
  }

  add(count: number): void {
    const from = this.ids.length;
    this.ids = [...this.ids, ...Array.from({ length: count }, (_, at) => `r${from + at}`)];
  }

  renumber(): void {
    this.ids = this.ids.toReversed();
  }

  id(row: number): string {
    return this.ids[row] ?? '';
  }

  rowOf(id: string): number | undefined {
    const row = this.ids.indexOf(id);
    return row < 0 ? undefined : row;
  }

  waits(row: number): boolean {
    return !this.decided.has(this.id(row));
  }

  get order(): Uint32Array {
    return Uint32Array.from([...this.ids.keys()].filter((row) => this.waits(row)));
  }
}

function begun(count: number): { readonly rows: FakeRows; readonly walk: QueueWalk } {
  const rows = new FakeRows(count);
  const walk = new QueueWalk(rows);
  walk.begin(rows.order);
  return { rows, walk };
}

describe('a walk through what waits', () => {
  test('shows each in turn, and ends', () => {
    const { rows, walk } = begun(3);
    const seen: (string | null)[] = [walk.current];
    for (let step = 0; step < 3; step += 1) {
      rows.decided.add(walk.current ?? '');
      seen.push(walk.onward());
    }
    expect(seen).toEqual(['r0', 'r1', 'r2', null]);
    expect([walk.place, walk.total, walk.left]).toEqual([3, 3, 0]);
  });

  test('goes on at a record as if those before it had been skipped', () => {
    const rows = new FakeRows(5);
    const walk = new QueueWalk(rows);
    rows.decided.add('r0');
    expect(walk.beginAt(rows.order, 'r3')).toBe('r3');
    expect([walk.place, walk.total, walk.left]).toEqual([3, 4, 3]);
    expect(walk.previous()).toBe('r2');
    expect([walk.next(), walk.next(), walk.next()]).toEqual(['r3', 'r4', null]);
    expect(walk.begin(rows.order)).toBe('r1');
  });

  test('goes on from the first where the record is gone or decided', () => {
    const rows = new FakeRows(3);
    rows.decided.add('r1');
    for (const id of ['r1', 'gone']) {
      const walk = new QueueWalk(rows);
      expect(walk.beginAt(rows.order, id)).toBe('r0');
      expect([walk.place, walk.total]).toEqual([1, 2]);
    }
  });

  test('brings what was skipped again only when begun anew', () => {
    const { rows, walk } = begun(3);
    walk.next();
    rows.decided.add('r1');
    walk.onward();
    expect(walk.next()).toBeNull();
    expect(walk.left).toBe(2);
    expect(walk.begin(rows.order)).toBe('r0');
    expect([walk.place, walk.total]).toEqual([2, 3]);
    expect(walk.next()).toBe('r2');
    expect(walk.next()).toBeNull();
  });

  test('goes back to what was decided, and on from there to what waits', () => {
    const { rows, walk } = begun(4);
    rows.decided.add('r0');
    walk.onward();
    rows.decided.add('r1');
    walk.onward();
    expect(walk.current).toBe('r2');
    expect(walk.previous()).toBe('r1');
    expect(walk.previous()).toBe('r0');
    expect(walk.previous()).toBe('r0');
    expect(walk.hasPrevious).toBe(false);
    expect(walk.onward()).toBe('r2');
    expect(walk.place).toBe(3);
  });

  test('leaves out what others decide, takes in what they add, and keeps its place', () => {
    const { rows, walk } = begun(4);
    walk.next();
    rows.decided.add('r2');
    rows.add(2);
    expect(walk.total).toBe(3);
    walk.take(rows.order);
    expect(walk.current).toBe('r1');
    expect(walk.total).toBe(5);
    expect(walk.ahead(2)).toEqual(['r3', 'r4']);
    expect([walk.next(), walk.next(), walk.next(), walk.next()]).toEqual(['r3', 'r4', 'r5', null]);
  });

  test('survives that rows are numbered anew', () => {
    const { rows, walk } = begun(4);
    walk.next();
    rows.renumber();
    walk.take(rows.order);
    expect(walk.current).toBe('r1');
    expect([walk.next(), walk.next(), walk.next()]).toEqual(['r3', 'r2', null]);
  });

  test('goes on by itself from the end where something is added', () => {
    const { rows, walk } = begun(1);
    rows.decided.add('r0');
    expect(walk.onward()).toBeNull();
    rows.add(1);
    walk.take(rows.order);
    expect(walk.next()).toBe('r1');
    expect(walk.previous()).toBe('r0');
  });
});

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('decide', 'skip') },
  { weight: 2, arbitrary: fc.constantFrom('previous', 'undo', 'renumber') },
  fc.constantFrom('elsewhere', 'add', 'take'),
);

/** Undo, going back, what others do and what is read anew in between. */
test('whatever happens, each pair that waits comes exactly once, unless it is skipped', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.array(step, { maxLength: 60 }), (count, steps) => {
      const { rows, walk } = begun(count);
      const firstSeen: string[] = [];
      const mine: string[] = [];
      const elsewhere = new Set<string>();
      const look = (): void => {
        const { current } = walk;
        if (current !== null && !firstSeen.includes(current)) firstSeen.push(current);
      };
      const decide = (): void => {
        const id = walk.current;
        if (id === null) return;
        rows.decided.add(id);
        mine.push(id);
        walk.onward();
      };
      look();
      for (const name of steps) {
        const before = walk.current;
        if (name === 'decide') decide();
        else if (name === 'skip') walk.next();
        else if (name === 'previous') walk.previous();
        else if (name === 'undo') {
          const id = mine.pop();
          if (id !== undefined) {
            if (!mine.includes(id)) rows.decided.delete(id);
            expect(walk.goTo(id)).toBe(true);
          }
        } else if (name === 'elsewhere') {
          const next = walk.ahead(1).find((id) => !firstSeen.includes(id));
          if (next !== undefined) {
            rows.decided.add(next);
            elsewhere.add(next);
          }
        } else {
          if (name === 'add') rows.add(2);
          if (name === 'renumber') rows.renumber();
          walk.take(rows.order);
          expect(walk.current).toBe(before);
        }
        // What was decided elsewhere before it came is never shown.
        expect(walk.current === null || !elsewhere.has(walk.current)).toBe(true);
        look();
        expect(walk.place).toBeLessThanOrEqual(walk.total);
      }
      // To the end: what has not come yet comes now, each once.
      const known = new Set(firstSeen);
      const rest: string[] = [];
      if (walk.current === null) walk.next();
      while (walk.current !== null) {
        if (!known.has(walk.current)) rest.push(walk.current);
        walk.next();
      }
      expect(new Set(rest).size).toBe(rest.length);
      const waiting = [...rows.order].map((row) => rows.id(row));
      expect(new Set([...waiting.filter((id) => !known.has(id))])).toEqual(
        new Set(rest.filter((id) => !rows.decided.has(id))),
      );
      expect(walk.total).toBe(new Set([...firstSeen, ...rest]).size);
      // Begun anew, all that still waits comes, and nothing else.
      const again: string[] = [];
      for (let id = walk.begin(rows.order); id !== null; id = walk.next()) again.push(id);
      expect(again.toSorted()).toEqual(waiting.toSorted());
    }),
  );
});
