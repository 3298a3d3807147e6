import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowPlaces } from '../../../../src/spar/datasets/export/rowPlaces';
import {
  assignSplits,
  instructionId,
  instructionRank,
  parseSplit,
} from '../../../../src/spar/datasets/export/split';

const thirds = [
  { name: 'train', share: 0.5 },
  { name: 'test', share: 0.25 },
  { name: 'validation', share: 0.25 },
];

const anyPlaces = fc.array(
  fc.record({
    instruction: fc.nat(30).map((number) => instructionRank(instructionId(`Say ${number}.`), 7)),
    assigned: fc.constantFrom(null, null, null, 'test', 'own'),
  }),
  { maxLength: 60 },
);

interface Place {
  readonly instruction: number;
  readonly assigned: string | null;
}

/** Split of each instruction; fails where one has two. */
function byInstruction(places: readonly Place[], shares = thirds): ReadonlyMap<number, string> {
  const rows = new RowPlaces();
  for (const { instruction, assigned } of places) rows.add(instruction, assigned);
  const { names, of, instructions } = assignSplits(rows, shares);
  const found = new Map<number, string>();
  places.forEach(({ instruction }, index) => {
    const name = names[of[index]!]!;
    expect(found.get(instruction) ?? name).toBe(name);
    found.set(instruction, name);
  });
  expect(instructions).toEqual(names.map((name) => [...found.values()].filter((one) => one === name).length));
  return found;
}

describe('assignSplits', () => {
  it('keeps an instruction whole, gives what a person assigned, and each split its share of the rest', () => {
    fc.assert(
      fc.property(anyPlaces, (places) => {
        const found = byInstruction(places);
        const assigned = new Map<number, string>();
        for (const { instruction, assigned: name } of places)
          if (name !== null && !assigned.has(instruction)) assigned.set(instruction, name);
        for (const [instruction, name] of assigned) expect(found.get(instruction)).toBe(name);
        const free = [...found].filter(([instruction]) => !assigned.has(instruction)).map(([, name]) => name);
        for (const { name, share } of thirds) {
          const count = free.filter((other) => other === name).length;
          expect(Math.abs(count - share * free.length)).toBeLessThanOrEqual(free.length < 4 ? 2 : 1);
          if (free.length >= thirds.length) expect(count).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('does not depend on the order of rows, nor on how many an instruction has', () => {
    fc.assert(
      fc.property(
        anyPlaces.map((places) => places.map((place) => ({ ...place, assigned: null }))),
        (places) => {
          expect(byInstruction([...places, ...places].reverse())).toEqual(byInstruction(places));
        },
      ),
    );
  });
});

describe('instructionRank', () => {
  it('is one for all forms of an instruction, and another order for another seed', () => {
    const asTurn = [{ role: 'user' as const, content: 'Say it.' }];
    expect(instructionId(asTurn)).toBe(instructionId('Say it.'));
    const ids = Array.from({ length: 2000 }, (_, index) => instructionId(`Say ${index}.`));
    const firsts = [0, 1, 2, 2 ** 40].map((seed) => {
      const ranks = ids.map((id) => instructionRank(id, seed));
      expect(new Set(ranks).size).toBe(ids.length);
      expect(ranks.every((rank) => rank >= 0 && rank < 2 ** 52 && Number.isSafeInteger(rank))).toBe(true);
      const bound = [...ranks].sort((a, b) => a - b)[200]!;
      return new Set(ids.filter((_id, index) => ranks[index]! < bound));
    });
    // Two tenths of 2000 that have nothing to do with each other share about 20.
    for (const [index, first] of firsts.entries())
      for (const other of firsts.slice(index + 1))
        expect([...first].filter((id) => other.has(id)).length).toBeLessThan(60);
  });
});

describe('parseSplit', () => {
  it.each([
    [
      'train=0.9,test=0.1',
      [
        { name: 'train', share: 0.9 },
        { name: 'test', share: 0.1 },
      ],
    ],
    [
      ' train = .5 , dev=0.5',
      [
        { name: 'train', share: 0.5 },
        { name: 'dev', share: 0.5 },
      ],
    ],
    ['train=1', [{ name: 'train', share: 1 }]],
  ])('reads %s', (text, expected) => {
    expect(parseSplit(text)).toEqual(expected);
  });

  it.each([
    '',
    'train',
    'train=0',
    'train=1,test=0.5',
    'a=0.5,A=0.5',
    'manifest=1',
    'x.meta=1',
    '../x=1',
    'a=0.5=1',
    'a=1e0',
  ])('refuses %j', (text) => {
    expect(parseSplit(text)).toHaveProperty('problem');
  });
});
