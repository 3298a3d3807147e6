import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isSettled,
  valueRange,
  votesToSettle,
  type Tally,
  type ValueRange,
} from '../../../src/spar/refiner/votes';

const tally = (yes: number, no: number, missing: number) => ({ yes, no, missing, tieBreaks: 2 });

describe('settling votes', () => {
  it('settles five votes at the gate 0.5 when three agree', () => {
    const cases = [tally(3, 0, 2), tally(0, 3, 2), tally(2, 0, 3), tally(2, 2, 1), tally(2, 3, 0)];
    expect(cases.map((each) => isSettled(each, 0.5))).toEqual([true, true, false, false, true]);
  });

  it('knows that a missing vote may come out unparsed', () => {
    expect(valueRange(tally(2, 0, 1))).toEqual({ min: 2 / 3, max: 1 });
    expect(valueRange(tally(0, 0, 1))).toEqual({ min: 0, max: 1 });
  });

  it('knows that a tie is put to further votes while there are any', () => {
    expect(valueRange(tally(2, 2, 0))).toEqual({ min: 2 / 5, max: 3 / 5 });
    expect(valueRange({ ...tally(2, 2, 0), tieBreaks: 0 })).toEqual({ min: 0.5, max: 0.5 });
  });

  it('gives the range of all endings there are, and soon for a thousand votes', () => {
    const votes = fc.record({ yes: fc.nat(6), no: fc.nat(6), missing: fc.nat(6), tieBreaks: fc.nat(2) });
    fc.assert(
      fc.property(votes, (each) => {
        expect(valueRange(each)).toEqual(rangeOfEndings(each));
      }),
    );
    expect(votesToSettle(tally(0, 0, 1000), 0.5)).toBe(501);
  });

  it('asks for the fewest votes that could settle it', () => {
    const cases = [tally(0, 0, 5), tally(2, 1, 2), tally(1, 2, 2), tally(3, 0, 2), tally(2, 2, 0)];
    expect(cases.map((each) => votesToSettle(each, 0.5))).toEqual([3, 1, 1, 0, 1]);
  });

  it('takes two rounds, not five, at a gate that asks for every vote', () => {
    expect([votesToSettle(tally(0, 0, 5), 0.8), votesToSettle(tally(1, 0, 4), 0.8)]).toEqual([1, 4]);
  });

  it('never settles a node that some outcome would move across the gate', () => {
    const votes = fc.record({ yes: fc.nat(4), no: fc.nat(4), missing: fc.nat(4), tieBreaks: fc.nat(2) });
    fc.assert(
      fc.property(
        votes,
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        fc.infiniteStream(fc.boolean()),
        (start, gate, coins) => {
          if (start.yes + start.no === 0 || !isSettled(start, gate)) return;
          const passes = valueRange(start).min > gate;
          let { yes, no } = start;
          for (let left = start.missing; left > 0; left -= 1) {
            if (coins.next().value === true) yes += 1;
            else no += 1;
          }
          for (let left = start.tieBreaks; yes === no && left > 0; left -= 1) {
            if (coins.next().value === true) yes += 1;
            else no += 1;
          }
          expect(yes / (yes + no) > gate).toBe(passes);
        },
      ),
    );
  });

  it('asks only while something is open', () => {
    const votes = fc.record({ yes: fc.nat(4), no: fc.nat(4), missing: fc.nat(4), tieBreaks: fc.nat(2) });
    fc.assert(
      fc.property(votes, fc.constantFrom(0, 0.2, 0.5, 0.8, 0.99), (each, gate) => {
        expect(votesToSettle(each, gate) === 0).toBe(isSettled(each, gate));
      }),
    );
  });
});

/** By going through every ending. */
function rangeOfEndings(start: Tally): ValueRange {
  const values: number[] = [];
  for (let yes = start.yes; yes <= start.yes + start.missing; yes += 1) {
    for (let no = start.no; yes + no <= start.yes + start.no + start.missing; no += 1) {
      values.push(yes + no === 0 ? 0 : yes / (yes + no));
      if (yes === no && yes > 0 && start.tieBreaks > 0)
        values.push(yes / (yes + no + 1), (yes + 1) / (yes + no + 1));
    }
  }
  return { min: Math.min(...values), max: Math.max(...values) };
}
