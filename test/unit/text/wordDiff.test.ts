import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyChanges, distance, textChanges } from '../../../src/spar/text/wordDiff';
import { wordsOf } from '../../../src/spar/text/words';

/** Texts that share words, with all kinds of white space and scripts without any. */
const someText = fc
  .array(
    fc.oneof(
      fc.constantFrom('sea', 'the', 'story,', 'story', 'ended.', '海', '海を見る', 'สวัสดี'),
      fc.constantFrom(' ', '  ', '\n', '\r\n', '\t', '\u00a0'),
      fc.string({ maxLength: 3 }),
      fc.constantFrom('\ud83d', '\u202e', '🙂'),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

const summary = (original: string, refined: string) =>
  textChanges(original, refined).map(({ removed, added, words }) => [removed, added, words]);

describe('textChanges', () => {
  it('keeps a line end of two characters whole', () => {
    const [change] = textChanges('* item\n', '\r\n');
    expect(change).toMatchObject({ removed: '* item\n', added: '\r\n' });
    expect(textChanges('a\r\n', 'a\r')[0]).toMatchObject({ removed: '\r\n', added: '\r' });
  });

  it('names what was removed and added, word by word', () => {
    expect(summary('The end of the story, as told.', 'The end of a story as told.')).toEqual([
      ['the story,', 'a story', 2],
    ]);
    expect(summary('He was born.', 'He was never born at sea.')).toEqual([
      ['born.', 'never born at sea.', 4],
    ]);
    expect(summary('He was born here.', 'He was never born at sea.')).toEqual([
      ['', 'never ', 1],
      ['here.', 'at sea.', 2],
    ]);
  });

  it('sees changes of white space alone, which weigh no word', () => {
    expect(summary('one two', 'one\ntwo')).toEqual([[' ', '\n', 0]]);
  });

  it('finds words where a script has no spaces', () => {
    expect(
      textChanges('私は海を見る。', '私は山を見る。').map(({ removed, added }) => [removed, added]),
    ).toEqual([['海', '山']]);
  });

  it('rebuilds both texts and every mixture of them', () => {
    fc.assert(
      fc.property(someText, someText, fc.array(fc.boolean()), (original, refined, choice) => {
        const changes = textChanges(original, refined);
        const all = new Set(changes.keys());
        expect(applyChanges(original, changes, all)).toBe(refined);
        expect(applyChanges(original, changes, new Set())).toBe(original);
        for (const change of changes) {
          expect(original.slice(change.originalStart, change.originalEnd)).toBe(change.removed);
          expect(refined.slice(change.refinedStart, change.refinedEnd)).toBe(change.added);
        }
        const kept = new Set([...changes.keys()].filter((index) => choice[index] === true));
        const mixed = applyChanges(original, changes, kept);
        expect(mixed.length).toBe(
          original.length +
            [...kept].reduce(
              (sum, index) => sum + changes[index]!.added.length - changes[index]!.removed.length,
              0,
            ),
        );
      }),
    );
  });

  it('takes a text that is changed all over as one change rather than for ever', () => {
    const words = (name: string) =>
      Array.from({ length: 3000 }, (_, index) => `${name}${String(index)}`).join(' ');
    expect(textChanges(`same ${words('a')} end`, `same ${words('b')} end`)).toHaveLength(1);
  });
});

describe('distance', () => {
  it('is the share of changed words of the longer text', () => {
    const pairs = [
      ['a b c d', 'a b c d'],
      ['a b c d', 'a x c d'],
      ['a b c d', 'a b'],
      ['a b', 'c d'],
      ['', ''],
      ['', 'a'],
      ['a  b', 'a b'],
    ] as const;
    expect(pairs.map(([a, b]) => distance(a, b))).toEqual([0, 0.25, 0.5, 1, 0, 1, 0]);
  });

  it('stays between 0 and 1 and does not care which text is first', () => {
    fc.assert(
      fc.property(someText, someText, (a, b) => {
        const value = distance(a, b);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(distance(b, a)).toBe(value);
      }),
    );
  });
});

describe('wordsOf', () => {
  it('finds the same words in a long unspaced text as in its clauses', () => {
    const clause = '私は海を見る。';
    const words = wordsOf(clause).map(({ text }) => text);
    const long = wordsOf(clause.repeat(20_000)).map(({ text }) => text);
    expect(long).toHaveLength(words.length * 20_000);
    expect(long.slice(0, words.length)).toEqual(words);
  });

  it('gives words with their places', () => {
    fc.assert(
      fc.property(someText, (text) => {
        const words = wordsOf(text);
        expect(words.map(({ start, end }) => text.slice(start, end))).toEqual(words.map((word) => word.text));
        expect(words.map((word) => word.text).join('')).toBe(text.replace(/\s+/gu, ''));
      }),
    );
  });
});
