import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { readEvaluationPrompts } from '../../../../src/spar/datasets/lint/evaluationPrompts';
import { NearIndex } from '../../../../src/spar/datasets/similarity/nearIndex';
import { jaccard, shinglesOf } from '../../../../src/spar/datasets/similarity/shingles';
import { ContaminationGuard, overlapWords } from '../../../../src/spar/selfplay/guard/contaminationGuard';
import { randomFrom } from '../../../../src/spar/search/seeds';
import { temporaryFolder } from '../../log/temporaryFolder';

const folder = temporaryFolder();

const lighthouse =
  'Write a letter from a lighthouse keeper to the harbour master about a storm that broke the lamp last night.';
const bread =
  'Explain to a child of six how bread rises, with one comparison from the playground and no word of chemistry.';
const han = '请写一封信给港务局长，说明昨晚的暴风雨如何打碎了灯塔的灯，并请求帮助。';

function guard(...texts: readonly string[]): ContaminationGuard {
  return new ContaminationGuard(texts.map((text, at) => ({ text, file: 'eval.jsonl', line: at + 1 })));
}

/** Any UTF-16 at all. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
  .map((units) => String.fromCharCode(...units));

describe('the guard', () => {
  const held: readonly [string, string, string][] = [
    ['the prompt itself', lighthouse, 'same'],
    ['in other case and layout', `  ${lighthouse.toUpperCase().replaceAll(' ', ' \n')}`, 'same'],
    ['without punctuation', lighthouse.replace(/[.,]/gu, ''), 'words'],
    [
      'with constraints added',
      `${lighthouse} Use no commas. Answer in at most 120 words and in French.`,
      'words',
    ],
    [
      'inside another instruction',
      `Here is a task: “${lighthouse}” Solve it, then judge your answer.`,
      'words',
    ],
    ['with two words changed', lighthouse.replace('harbour', 'port').replace('last', 'one'), 'near'],
    ['in a script without spaces', `${han}请用法语。`, 'words'],
  ];
  test.each(held)('holds back a prompt %s', (_how, text, kind) => {
    expect(guard(bread, lighthouse, han).check(text)).toMatchObject({ overlaps: true, kind });
  });

  const free: readonly string[] = [
    'Write a letter to the harbour master about the new ferry.',
    'Write it in at most 120 words and in French, with no commas and exactly three paragraphs.',
    '灯塔',
    '',
    '?!',
    '\ud83d\ude00\ud83d',
  ];
  test.each(free)('lets %j pass', (text) => {
    expect(guard(bread, lighthouse, han).check(text)?.overlaps ?? false).toBe(false);
  });

  it('says with which prompt, where it stands and how much is shared', () => {
    const [half] = lighthouse.split(' that ');
    expect(guard(bread, lighthouse).check(`${lighthouse} Be brief.`)).toEqual({
      overlaps: true,
      kind: 'words',
      with: {
        file: 'eval.jsonl',
        place: 2,
        excerpt: lighthouse.length > 100 ? `${lighthouse.slice(0, 99)}…` : lighthouse,
      },
      share: 1,
    });
    const some = guard(lighthouse).check(`${half?.slice(0, 62) ?? ''} a dog and his bone.`);
    expect(some).toMatchObject({ overlaps: false, kind: 'words' });
    expect(some?.share).toBeGreaterThan(0);
    expect(some?.share).toBeLessThan(0.5);
  });

  it('says it in words', () => {
    const words = (text: string): string => {
      const found = guard('Write about the sea and all the ships on it.').check(text);
      return found === null ? 'none' : overlapWords(found);
    };
    const where = 'eval.jsonl:1 “Write about the sea and all the ships on it.”';
    expect(words('write about the sea and all the ships on it.')).toBe(`it is ${where}`);
    expect(words('Write about the sea and all the ships on it. Use no commas.')).toBe(
      `it has 100 % of the runs of 8 words of ${where}`,
    );
    expect(words('Write about the sea and all the boats on it.')).toBe(`it is 67 % like ${where}`);
    expect(words('Write about the land.')).toBe('none');
  });

  it('holds back a long passage of a longer prompt by itself', () => {
    const passage = Array.from({ length: 200 }, (_, at) => `word${at}`);
    const taken = passage.slice(60, 80).join(' ');
    expect(guard(passage.join(' ')).check(`Translate: ${taken}.`)).toMatchObject({
      overlaps: true,
      kind: 'words',
    });
    const less = passage.slice(60, 75).join(' ');
    expect(guard(passage.join(' ')).check(`Translate: ${less}.`)).toMatchObject({ overlaps: false });
  });

  it('takes what many prompts say for a phrase of the benchmark', () => {
    const rule = 'At the end of your answer add a postscript that begins with the letters P.S. please.';
    const topics = ['tides', 'rye bread', 'old maps', 'a lost dog', 'chess', 'rain in May', 'two trains'];
    const prompts = topics.map((topic) => `Tell me something new about ${topic} in a few words. ${rule}`);
    expect(guard(...prompts).check(`Draft a speech for the mayor. ${rule}`)?.overlaps ?? false).toBe(false);
    expect(guard(...prompts.slice(0, 2)).check(`Draft it. ${rule}`)?.overlaps).toBe(true);
  });

  it('reads prompts of any known shape, and a text of one a line', async () => {
    await writeFile(
      folder.path('input_data.jsonl'),
      `${JSON.stringify({ prompt: lighthouse, instruction_id_list: ['punctuation:no_comma'], kwargs: [{}] })}\nnot JSON\n`,
    );
    await writeFile(folder.path('list.txt'), `First prompt of the list\n${bread}\n`);
    await writeFile(
      folder.path('table.csv'),
      `question\n"Which of the rivers, ""big"" or small, reach the sea?"\n`,
    );
    await writeFile(
      folder.path('all.json'),
      JSON.stringify([{ prompt: han }, { instruction: 'A', input: 'B' }]),
    );
    const files = ['input_data.jsonl', 'list.txt', 'table.csv', 'all.json'].map((name) => folder.path(name));
    const loaded = await ContaminationGuard.load(files);
    expect(loaded.size).toBe(6);
    expect(loaded.check(lighthouse)?.with).toMatchObject({ file: files[0], place: 1 });
    expect(loaded.check(bread)?.with).toMatchObject({ file: files[1], place: 2 });
    expect(loaded.check('Which of the rivers, "big" or small, reach the sea?')?.with).toMatchObject({
      place: 2,
    });
    expect(loaded.check(han)?.with).toMatchObject({ file: files[3], place: 1 });
    await expect(ContaminationGuard.load([folder.path('missing.jsonl')])).rejects.toThrow(
      'There is no prompt in',
    );
  });

  it('answers for any text in time of its length', () => {
    const many = guard(bread, lighthouse, 'the same words again '.repeat(50));
    fc.assert(
      fc.property(anyText, (text) => {
        const found = many.check(text);
        expect(found === null || (found.share >= 0 && found.share <= 1)).toBe(true);
      }),
    );
    for (const unit of ['a', 'word ', 'the same words again ', '灯', '\ud800', '  \n'])
      expect(many.check(unit.repeat(Math.ceil(100_000 / unit.length)))?.with.file ?? 'none').toMatch(
        /eval|none/u,
      );
  });

  it('holds back whatever holds a whole prompt of eight words or more', () => {
    const words = fc.array(fc.constantFrom(...lighthouse.split(' '), ...bread.split(' ')), {
      minLength: 8,
      maxLength: 40,
    });
    const around = fc.array(fc.constantFrom('sea', 'ship', 'gull', 'ice', 'rope'), { maxLength: 30 });
    fc.assert(
      fc.property(words, around, around, (prompt, before, after) => {
        const text = [...before, ...prompt, ...after].join(' ');
        expect(guard(prompt.join(' ')).check(text)).toMatchObject({ overlaps: true, share: 1 });
      }),
    );
  });
});

describe('NearIndex', () => {
  it('finds what comparing with every text finds', () => {
    const random = randomFrom(7);
    const vocabulary =
      'sea ship gull ice harbour winter tide rope sail mast storm coast sand light wind'.split(' ');
    const sentence = (): string[] =>
      Array.from({ length: 30 }, () => vocabulary[Math.floor(random() * vocabulary.length)] ?? '');
    const texts = Array.from({ length: 60 }, () => sentence().join(' '));
    const index = new NearIndex(texts, 0.6);
    let missed = 0;
    for (const text of texts) {
      const changed = text.split(' ').map((word) => (random() < 0.06 ? 'quay' : word));
      const own = shinglesOf(changed.join(' '));
      const best = Math.max(...texts.map((other) => jaccard(own, shinglesOf(other))));
      const found = index.nearest(changed.join(' '));
      if (found !== null) expect(found.similarity).toBeCloseTo(best, 10);
      else if (best >= 0.6) missed += 1;
    }
    expect(missed).toBeLessThanOrEqual(1);
  });
});

const data = fileURLToPath(new URL('../../../../../shared/data/ifeval/input_data.jsonl', import.meta.url));

// The data is no part of the project; where it is not there, there is nothing to measure.
describe.runIf(existsSync(data))('on the prompts of IFEval', () => {
  it('holds back hardly any for another, and all that are extended', async () => {
    const all = await readEvaluationPrompts(data);
    expect(all.length).toBe(541);
    const [even, odd] = [0, 1].map((rest) => all.filter((_, at) => at % 2 === rest));
    const half = new ContaminationGuard(even ?? []);
    const wrong = (odd ?? []).filter(({ text }) => half.check(text)?.overlaps === true);
    // One of all 541 for any other; with half of the prompts some of the benchmark's phrases pass for a prompt's own.
    expect(wrong.length).toBeLessThanOrEqual(6);
    const whole = new ContaminationGuard(all);
    const extended = all.map(
      ({ text }) => `${text}\n\nUse three paragraphs. End with a question to the reader.`,
    );
    expect(extended.filter((text) => whole.check(text)?.overlaps !== true)).toEqual([]);
  });
});
