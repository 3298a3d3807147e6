import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rowsFor } from '../../../../src/spar/datasets/similarity/candidates';
import { findSimilar } from '../../../../src/spar/datasets/similarity/findSimilar';
import { NearTexts, type NearText } from '../../../../src/spar/datasets/similarity/nearTexts';
import { jaccard, shinglesOf } from '../../../../src/spar/datasets/similarity/shingles';
import { bins, Sketches } from '../../../../src/spar/datasets/similarity/sketches';
import { recordLine } from '../../../../src/spar/datasets/newLines';
import { foldLines } from '../../../../src/spar/datasets/recordState';

const words = 'sea ship gull ice harbour winter tide rope sail mast storm coast sand light wind wave'.split(
  ' ',
);
const sentence = fc.array(fc.constantFrom(...words), { minLength: 8, maxLength: 40 });

/** The similarity by its definition, over texts instead of hashes. */
function plainJaccard(a: string, b: string): number {
  const set = (text: string): Set<string> => {
    const found = new Set<string>();
    for (let at = 0; at + 5 <= text.length; at += 1) found.add(text.slice(at, at + 5));
    return found;
  };
  const [left, right] = [set(a), set(b)];
  const shared = [...left].filter((one) => right.has(one)).length;
  return shared / (left.size + right.size - shared);
}

function near(texts: readonly string[], threshold: number): ReadonlyMap<number, NearText> {
  const all = new NearTexts();
  for (const [number, text] of texts.entries()) all.add(number, text);
  const checks = all.check(threshold, (text) => text);
  while (checks.begin()) {
    for (const [number, text] of texts.entries()) checks.give(number, text);
    checks.end();
  }
  return checks.near;
}

describe('similarity', () => {
  test('is what its definition says', () => {
    fc.assert(
      fc.property(sentence, sentence, (a, b) => {
        const [left, right] = [a.join(' '), b.join(' ')];
        expect(jaccard(shinglesOf(left), shinglesOf(right))).toBeCloseTo(plainJaccard(left, right), 10);
      }),
    );
  });

  test('leaves case, punctuation and white space apart, and no letters', () => {
    const same = (a: string, b: string): number => jaccard(shinglesOf(a), shinglesOf(b));
    expect(same('The sea, the ship!', ' the  SEA\nthe ship')).toBe(1);
    expect(same('日本語のテキスト', '日本語のテキスト。')).toBeGreaterThan(0.5);
    expect(same('Ça va', 'ca va')).toBeLessThan(1);
    expect(same('', '')).toBe(0);
    expect(same('?!', '?!')).toBe(0);
  });

  test('is estimated by sketches without bias', () => {
    const sketches = new Sketches();
    let [sum, count] = [0, 0];
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-z]{6,9}$/u), { minLength: 60, maxLength: 90 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (list, share) => {
          const other = list.map((word, at) =>
            at < list.length * share ? word : Array.from(word).reverse().join(''),
          );
          const [left, right] = [list.join(' '), other.join(' ')];
          const [a, b] = [sketches.add(left), sketches.add(right)];
          if (a === null || b === null) return;
          const error = sketches.estimate(a, b) - jaccard(shinglesOf(left), shinglesOf(right));
          expect(Math.abs(error)).toBeLessThan(0.25);
          sum += error;
          count += 1;
        },
      ),
      { numRuns: 200, seed: 1 },
    );
    expect(Math.abs(sum / count)).toBeLessThan(0.02);
  });

  test('bands are as wide as still bring 99 of 100 pairs at the threshold together', () => {
    const chance = (rows: number, threshold: number): number =>
      1 - (1 - threshold ** rows) ** Math.floor(bins / rows);
    for (const threshold of [0.3, 0.4, 0.6, 0.8, 0.95, 1]) {
      const rows = rowsFor(threshold);
      expect(chance(rows, threshold)).toBeGreaterThanOrEqual(0.99);
      if (rows < 6) expect(chance(rows + 1, threshold)).toBeLessThan(0.99);
    }
  });
});

describe('near texts', () => {
  test('claims no pair that is not as similar as it says', () => {
    fc.assert(
      fc.property(fc.array(sentence, { maxLength: 12 }), (list) => {
        const texts = [...new Set(list.map((one) => one.join(' ')))];
        for (const [number, { text, similarity }] of near(texts, 0.6)) {
          expect(text).toBeLessThan(number);
          expect(plainJaccard(texts[number] ?? '', texts[text] ?? '')).toBeCloseTo(similarity, 10);
          expect(similarity).toBeGreaterThanOrEqual(0.6);
        }
      }),
    );
  });

  test('finds texts of which one word in many differs', () => {
    const base = Array.from({ length: 101 }, (_, at) =>
      words.map((word, index) => `${word}${(at * 7 + index * 3) % 101}`).join(' '),
    );
    const texts = [...base, ...base.map((text) => text.replace(/^\w+/u, 'other'))];
    const found = near(texts, 0.8);
    expect([...found].filter(([number, { text }]) => number === text + base.length)).toHaveLength(
      base.length,
    );
  });

  test('finds all of a thousand texts after one template', () => {
    const texts = Array.from(
      { length: 1000 },
      (_, at) => `Write a short story about the number ${at} and its friends in the old harbour town.`,
    );
    const found = near(texts, 0.7);
    expect(found.size).toBe(999);
    for (const [number, { text }] of found) expect(text).toBeLessThan(number);
  });
});

describe('findSimilar', () => {
  const record = (instruction: string, chosen: string) => ({
    record: recordLine({ instruction, chosen, rejected: 'no' }, '2026-01-01T00:00:00.000Z'),
    state: foldLines([]),
    line: 1,
  });
  async function* batches(...records: readonly ReturnType<typeof record>[]) {
    yield await Promise.resolve(records);
  }

  test('names the most similar first, and never the record itself', async () => {
    const target = record('Describe the harbour in winter.', 'The gulls stand on the ice.');
    const same = record('Describe the harbour in winter!', 'The gulls stand on the ice!');
    const close = record('Describe the harbour in summer.', 'Nothing of the kind.');
    const far = record('What is two and two?', 'Four.');
    const found = await findSimilar(batches(far, close, target, same), target.record, { threshold: 0.4 });
    expect(found.map(({ id }) => id)).toEqual([same.record.id, close.record.id]);
    expect(found[0]).toMatchObject({ instruction: 1, chosen: 1 });
    expect(await findSimilar(batches(same, close), target.record, { threshold: 0.4, limit: 1 })).toHaveLength(
      1,
    );
  });

  test('stops when it is aborted', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    const target = record('a', 'b');
    await expect(findSimilar(batches(target), target.record, { signal: stop.signal })).rejects.toThrow(
      'enough',
    );
  });
});
