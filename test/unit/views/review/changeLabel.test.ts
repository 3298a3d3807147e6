import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeLabel, elided, plainLabel } from '../../../../src/views/review/changeLabel';

describe('changeLabel', () => {
  it.each([
    ['story,', 'story', '“story,” → “story”'],
    ['', ' P.S. Bye', 'added “P.S. Bye”'],
    ['very ', '', 'removed “very”'],
    [' ', '\n\n', '“␣” → “⏎⏎”'],
    ['one\ntwo', 'one two', '“one⏎two” → “one two”'],
    ['', '$(rocket) \u202Eevil', 'added “$ (rocket) evil”'],
  ])('%j → %j', (removed, added, label) => {
    expect(changeLabel({ removed, added })).toBe(label);
  });

  it('leaves out the middle of long texts', () => {
    expect(changeLabel({ removed: 'a'.repeat(100), added: 'b'.repeat(100) })).toBe(
      `“${'a'.repeat(10)}…${'a'.repeat(9)}” → “${'b'.repeat(10)}…${'b'.repeat(9)}”`,
    );
  });

  it('is always one short line without icons', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (removed, added) => {
        const label = changeLabel({ removed, added });
        expect(label).not.toMatch(/[\n\r\p{Cc}]|\$\(/u);
        expect(Array.from(label).length).toBeLessThanOrEqual(48);
      }),
    );
  });
});

describe('elided', () => {
  it('cuts no character in half', () => {
    expect(elided('😀'.repeat(10), 5)).toBe('😀😀…😀😀');
  });
});

describe('plainLabel', () => {
  it('is quick for long texts', () => {
    expect(plainLabel('x'.repeat(5_000_000))).toHaveLength(4096);
  });
});
