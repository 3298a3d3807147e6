import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changeLine, pairPieces, type Mark } from '../../../../src/views/datasets/editor/pieces';
import { textChanges } from '../../../../src/spar/text/wordDiff';
import { visibleLine, visibleText } from '../../../../src/views/datasets/editor/visibleText';

const words = fc.array(fc.constantFrom('old', 'rivers', 'are', 'calm,', 'and', 'grey.', '\n', ' '), {
  maxLength: 24,
});
const text = words.map((list) => list.join(' '));
const marks = (length: number): fc.Arbitrary<readonly Mark[]> =>
  fc.array(
    fc
      .record({ start: fc.nat(length + 3), size: fc.nat(6), message: fc.constantFrom('a', 'b') })
      .map((mark) => ({
        start: mark.start,
        end: mark.start + mark.size,
        message: mark.message,
      })),
    { maxLength: 4 },
  );

function joined(pieces: readonly { readonly text: string }[]): string {
  return pieces.map((piece) => piece.text).join('');
}

describe('pieces of a pair', () => {
  it('name the change that they are of where that is wanted', () => {
    const all = { inRejected: [], inChosen: [], limit: Number.POSITIVE_INFINITY };
    fc.assert(
      fc.property(text, text, (rejected, chosen) => {
        const { pieces } = pairPieces({ rejected, chosen, ...all, isNumbered: true });
        const of = (change: number, kind: string): string =>
          joined(pieces.filter((piece) => piece.change === change && piece.kind === kind));
        textChanges(rejected, chosen).forEach(({ removed, added }, change) => {
          expect([of(change, 'removed'), of(change, 'added')]).toEqual([removed, added].map(visibleText));
        });
        expect(pieces.every(({ kind, change }) => (kind === 'same') === (change === undefined))).toBe(true);
        const plain = pairPieces({ rejected, chosen, ...all }).pieces;
        expect(plain.some((piece) => 'change' in piece)).toBe(false);
      }),
    );
  });

  it('make up both texts, whatever is marked, and a mark covers just its characters', () => {
    const pairs = fc.tuple(text, text).chain(([rejected, chosen]) =>
      fc.record({
        rejected: fc.constant(rejected),
        chosen: fc.constant(chosen),
        inRejected: marks(rejected.length),
        inChosen: marks(chosen.length),
      }),
    );
    fc.assert(
      fc.property(pairs, (pair) => {
        const { pieces, cut } = pairPieces({ ...pair, limit: Number.POSITIVE_INFINITY });
        expect(cut).toBe(0);
        const rejected = pieces.filter(({ kind }) => kind !== 'added');
        const chosen = pieces.filter(({ kind }) => kind !== 'removed');
        expect(joined(rejected)).toBe(pair.rejected);
        expect(joined(chosen)).toBe(pair.chosen);
        const marked = (list: readonly Mark[], length: number): readonly boolean[] =>
          Array.from({ length }, (_, at) => list.some(({ start, end }) => start <= at && at < end));
        const shown = rejected.flatMap((piece) =>
          Array.from(piece.text.split(''), () => piece.brokenInRejected !== undefined),
        );
        expect(shown).toEqual(marked(pair.inRejected, pair.rejected.length));
        const inChosen = chosen.flatMap((piece) =>
          Array.from(piece.text.split(''), () => piece.brokenInChosen !== undefined),
        );
        expect(inChosen).toEqual(marked(pair.inChosen, pair.chosen.length));
      }),
    );
  });

  it('end where the limit is, and say how much is left out', () => {
    const rejected = 'a '.repeat(300);
    const { pieces, cut } = pairPieces({
      rejected,
      chosen: `${rejected}b`,
      inRejected: [],
      inChosen: [],
      limit: 100,
    });
    expect(joined(pieces)).toHaveLength(100);
    expect(cut).toBe(501);
  });
});

describe('pieces of a long pair', () => {
  it('leave out what both share, so that what differs is seen', () => {
    const same = 'word '.repeat(200_000);
    const pair = {
      rejected: `${same}old ${same}`,
      chosen: `${same}new ${same}`,
      inRejected: [],
      inChosen: [],
    };
    const { pieces, cut } = pairPieces({ ...pair, limit: 100_000 });
    expect(pieces.map(({ kind, isGap }) => (isGap === true ? 'gap' : kind))).toEqual([
      ...['same', 'gap', 'same'],
      ...['removed', 'added'],
      ...['same', 'gap', 'same'],
    ]);
    expect(pieces[1]?.text).toBe('[… 997,000 characters that both share …]');
    expect(cut).toBeGreaterThan(1_900_000);
    const whole = pairPieces({ ...pair, limit: Number.POSITIVE_INFINITY });
    expect([
      whole.cut,
      joined(whole.pieces.filter(({ kind }) => kind !== 'added')) === pair.rejected,
    ]).toEqual([0, true]);
  });
});

describe('pieces of a very long pair', () => {
  const same = 'word '.repeat(500_000);
  const show = (rejected: string, chosen: string): readonly string[] => {
    const { pieces, cut } = pairPieces({ rejected, chosen, inRejected: [], inChosen: [], limit: 100_000 });
    const gaps = pieces.filter(({ isGap }) => isGap === true);
    // What is neither shown nor shared by both was left out, once where they share it.
    const shown = pieces.reduce((sum, piece) => (piece.isGap === true ? sum : sum + piece.text.length), 0);
    expect(shown + cut).toBeGreaterThanOrEqual(Math.max(rejected.length, chosen.length));
    expect(shown + cut).toBeLessThanOrEqual(rejected.length + chosen.length);
    expect(gaps.length).toBeLessThan(5);
    return pieces.filter(({ kind }) => kind !== 'same').map(({ kind, text }) => `${kind} ${text.trim()}`);
  };

  it('show a change wherever it is, and none where there is none', () => {
    expect(show(`old ${same}`, `new ${same}`)).toEqual(['removed old', 'added new']);
    expect(show(`${same}old`, `${same}new`)).toEqual(['removed old', 'added new']);
    expect(show(`${same}old ${same}`, `${same}new one ${same}`)).toEqual(['removed old', 'added new one']);
    expect(show(same, same)).toEqual([]);
  });

  it('leave out what comes after the first two million characters that differ', () => {
    expect(show(`old ${same}old`, `new one ${same}new`)).toEqual(['removed old', 'added new one']);
  });
});

describe('the change of a row', () => {
  it('has the first changes with a little around them', () => {
    const rejected = `${'far away '.repeat(40)}the quick, brown fox ${'and so on '.repeat(40)}`;
    const line = changeLine(rejected, rejected.replace('quick, brown', 'quick brown'));
    expect(line.map(({ kind }) => kind)).toEqual(['same', 'removed', 'added', 'same']);
    expect(line.map((part) => part.text)).toEqual(['…away far away the ', 'quick,', 'quick', line[3]?.text]);
    expect(joined(line).length).toBeLessThan(140);
  });

  it('is short for texts of a million characters, without looking at all of them', () => {
    const long = 'x'.repeat(1_000_000);
    const line = changeLine(long, `${long}, and more`);
    expect(joined(line).length).toBeLessThan(400);
    expect(joined(changeLine('['.repeat(100_000), 'a@'.repeat(50_000))).length).toBeLessThan(600);
  });

  it('is empty for equal texts', () => {
    expect(changeLine('', '')).toEqual([]);
  });
});

describe('texts that are shown', () => {
  it('hold nothing that deceives the eye, and all else as it is', () => {
    expect(visibleText('a\u0000b\u001b[31m\u202Ec\u2066d\u007f\r')).toBe('a␀b␛[31m[U+202E]c[U+2066]d␡␍');
    expect(visibleText('tab\tline\nother\r\n👩‍👩‍👧 שלום')).toBe('tab\tline\nother\r\n👩‍👩‍👧 שלום');
  });

  it('are cut on one line without cutting a character in two', () => {
    expect(visibleLine('  one\n\ntwo  ', 20)).toBe('one two');
    expect(visibleLine('ab😀', 4)).toBe('ab😀');
    expect(visibleLine('abc😀def', 5)).toBe('abc…');
    expect(visibleLine('y'.repeat(1_000_000), 10)).toBe('yyyyyyyyy…');
  });
});
