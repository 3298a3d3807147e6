import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { readEvaluationPrompts } from '../../../../src/spar/datasets/lint/evaluationPrompts';
import { findingIds } from '../../../../src/spar/datasets/lint/report';
import { changeLine, type NewRecord } from '../../../../src/spar/datasets/newLines';
import type { DatasetLine } from '../../../../src/spar/datasets/schema';
import { lintLines, lintPairs, linesOf, shortly, withFile } from './linting';

const essay =
  'Write a short essay about the harbour in winter, with its gulls and ships, and do not use any commas in it.';
const answer =
  'The harbour lies still in winter and the gulls stand on the ice while the last ships wait for the tide to turn.';

/** Puts records into splits, in their order; null leaves one out. */
function inSplits(
  pairs: readonly Partial<NewRecord>[],
  splits: readonly (string | null)[],
): readonly DatasetLine[] {
  const records = linesOf(pairs);
  const changes = records.flatMap((record, at) => {
    const split = splits[at] ?? null;
    const stamp = { id: `split-${at}`, time: '2026-02-01T00:00:00.000Z', after: [] };
    return split === null ? [] : [changeLine(record.id, { split }, stamp)];
  });
  return [...records, ...changes];
}

describe('duplicates', () => {
  test('the younger of two pairs that differ in white space of the instruction is one', async () => {
    const { findings } = await lintPairs([
      { instruction: 'Say  it.', chosen: 'It', rejected: 'No' },
      { instruction: 'say it.', chosen: 'It', rejected: 'No' },
      { instruction: 'Say them.', chosen: 'Them', rejected: 'No' },
    ]);
    expect(shortly(findings)).toEqual(['2 duplicate']);
    expect(findings[0]).toMatchObject({ related: [{ line: 1 }], fixTitle: 'Reject this pair' });
  });

  test('nearly the same instruction and answer make a near duplicate, with the similarity that was worked out', async () => {
    const { findings } = await lintPairs([
      { instruction: essay, chosen: answer, rejected: `Well, ${answer}` },
      {
        instruction: essay.replace('winter', 'winters'),
        chosen: answer.replace('ice', 'icy'),
        rejected: 'Another one.',
      },
    ]);
    expect(shortly(findings)).toEqual(['2 near-duplicate']);
    expect(findings[0]?.message).toMatch(/Instruction \(9\d % alike\) and chosen answer \(9\d %\)/u);
  });

  test('texts that share little are none', async () => {
    const { findings } = await lintPairs([
      { instruction: essay, chosen: answer, rejected: 'x, y' },
      {
        instruction: 'Write a poem about the desert in spring, with its lizards and caravans.',
        chosen: 'Sand.',
        rejected: 'x, z',
      },
    ]);
    expect(findings).toEqual([]);
  });

  test('a similar instruction with another answer, and a stock answer, are told as such', async () => {
    const { findings } = await lintPairs([
      { instruction: essay, chosen: answer, rejected: 'x, y' },
      {
        instruction: `${essay} Thanks.`,
        chosen: 'Ships wait for nobody, and the gulls know it well enough.',
        rejected: 'x, z',
      },
      {
        instruction: 'What is to be seen from the window of your office today?',
        chosen: `${answer}!`,
        rejected: 'x',
      },
    ]);
    expect(shortly(findings)).toEqual(['2 similar-instruction', '3 similar-chosen']);
  });

  test('the threshold is an option', async () => {
    const pairs = [
      { instruction: essay, chosen: answer, rejected: 'x, y' },
      {
        instruction: essay.replace('winter', 'summer').replace('gulls', 'crows'),
        chosen: answer.replace('winter', 'summer').replace('gulls', 'crows'),
        rejected: 'x, y',
      },
    ];
    expect((await lintPairs(pairs, { thresholds: { similarity: 0.95 } })).findings).toEqual([]);
    expect(shortly((await lintPairs(pairs, { thresholds: { similarity: 0.6 } })).findings)).toEqual([
      '2 near-duplicate',
    ]);
  });
});

describe('splits', () => {
  const pairs = [
    { instruction: essay, chosen: answer, rejected: 'x, y' },
    { instruction: essay, chosen: 'Gulls.', rejected: 'x, y' },
    { instruction: essay, chosen: 'Ships at the harbour.', rejected: 'x, z' },
  ];

  test('the same instruction in two splits is found where fewer of its records are', async () => {
    const { findings } = await lintLines(inSplits(pairs, ['train', 'test', 'train']));
    expect(shortly(findings)).toEqual(['2 split-leak']);
    expect(findings[0]?.fix).toMatchObject([{ type: 'change', change: { split: 'train' } }]);
  });

  test('one split, or none, is no leak', async () => {
    expect((await lintLines(inSplits(pairs, ['test', 'test', null]))).findings).toEqual([]);
  });

  test('nearly the same instruction in another split is found, too', async () => {
    const near = [pairs[0] ?? {}, { ...pairs[1], instruction: `${essay} Please.` }];
    const { findings } = await lintLines(inSplits(near, ['train', 'test']));
    expect(shortly(findings)).toEqual(['2 similar-instruction', '2 near-split-leak']);
  });
});

describe('length bias', () => {
  const set = (chosen: (at: number) => string, rejected: (at: number) => string) =>
    Array.from({ length: 30 }, (_, at) => ({
      instruction: `${at} ${'abcdefghij'.charAt(at % 10).repeat(at + 5)}`,
      chosen: chosen(at),
      rejected: rejected(at),
    }));
  const text = (at: number, length: number): string =>
    `${at}`.padEnd(length, 'qwertzuiopasdfghjkl'.slice(at % 19) || 'q');

  test.each([
    ['longer', 120, 100],
    ['shorter', 100, 120],
  ])('chosen answers that are mostly %s are found', async (word, chosen, rejected) => {
    const { findings } = await lintPairs(
      set(
        (at) => text(at, chosen),
        (at) => text(at + 50, rejected),
      ),
    );
    const [bias] = findings.filter(({ code }) => code === 'length-bias');
    expect(bias).toMatchObject({ record: null, line: 1 });
    expect(bias?.message).toContain(`is the ${word} one in 100 % of 30 pairs`);
  });

  test('neither a balanced set nor a small difference is a bias', async () => {
    const balanced = set(
      (at) => text(at, at % 2 === 0 ? 120 : 100),
      (at) => text(at + 50, at % 2 === 0 ? 100 : 120),
    );
    const close = set(
      (at) => text(at, 400 + at * 20),
      (at) => text(at + 50, 399 + at * 20),
    );
    for (const pairs of [balanced, close]) {
      expect((await lintPairs(pairs)).counts.has('length-bias')).toBe(false);
    }
  });
});

describe('evaluation prompts', () => {
  const prompt =
    'Write a letter to your landlord about the broken heating in your flat, in less than 100 words and without commas.';
  const evaluation = [{ text: prompt, file: 'eval.jsonl', line: 7 }];

  test('a prompt is found whatever its case and spaces', async () => {
    const { findings } = await lintPairs([{ instruction: ` ${prompt.toUpperCase()}\n` }], { evaluation });
    expect(shortly(findings)).toEqual(['1 evaluation-prompt instruction']);
    expect(findings[0]?.related).toMatchObject([{ file: 'eval.jsonl', line: 7 }]);
  });

  test('a prompt inside a longer instruction overlaps', async () => {
    const { findings } = await lintPairs(
      [{ instruction: `Please do this. ${prompt} Sign with your name.` }],
      { evaluation },
    );
    expect(shortly(findings)).toEqual(['1 evaluation-overlap instruction']);
    expect(findings[0]?.message).toContain('100 %');
  });

  test('shared words in another order, or a few in a row, are no overlap', async () => {
    const instruction =
      'Without commas, write to the landlord a letter in your flat about heating, in less than 100 words.';
    expect((await lintPairs([{ instruction }], { evaluation })).findings).toEqual([]);
  });

  test('are read from IFEval’s rows, other shapes, and plain lines', async () => {
    const rows = [
      JSON.stringify({ key: 1, prompt: 'First?', instruction_id_list: [], kwargs: [] }),
      JSON.stringify({ messages: [{ role: 'user', content: 'Second?' }] }),
      '{"nothing": 1}',
      'not JSON',
    ];
    await withFile(rows.join('\n'), async (file) => {
      expect((await readEvaluationPrompts(file)).map(({ text, line }) => [text, line])).toEqual([
        ['First?', 1],
        ['Second?', 2],
      ]);
      const plain = file.replace(/\.jsonl$/u, '.txt');
      await writeFile(plain, 'One?\n\nTwo?\n');
      expect((await readEvaluationPrompts(plain)).map(({ text, line }) => [text, line])).toEqual([
        ['One?', 1],
        ['Two?', 3],
      ]);
      await writeFile(plain, '\n');
      await expect(readEvaluationPrompts(plain)).rejects.toThrow('There is no prompt in');
    });
  });
});

describe('what is looked at', () => {
  test('rejected and deleted pairs are left out, and corrections count', async () => {
    const [bad] = linesOf([{ chosen: 'Pa\u0007ris' }]);
    if (bad === undefined) throw new Error('There is no line.');
    const stamp = { id: 'c1', time: '2026-02-01T00:00:00.000Z', after: [] };
    expect((await lintLines([bad])).bySeverity.warning).toBe(1);
    expect((await lintLines([bad, changeLine(bad.id, { chosen: 'Paris' }, stamp)])).findings).toEqual([]);
    expect((await lintLines([bad], { statuses: ['accepted'] })).records).toBe(0);
  });

  test('of each code only so many findings are kept, and all are counted and named by id', async () => {
    const pairs = Array.from({ length: 9 }, (_, at) => ({
      instruction: 'abcdefghi'.charAt(at).repeat(9),
      chosen: `\u0007${'rstuvwxyz'.charAt(at).repeat(9)}`,
    }));
    const report = await lintPairs(pairs, { mostOfCode: 4 });
    expect(report.findings).toHaveLength(4);
    expect(report.counts.get('control-character')).toBe(9);
    expect(findingIds(report, ['control-character'])).toHaveLength(9);
    expect(findingIds(report)).toHaveLength(9);
  });

  test('stops when it is aborted', async () => {
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(lintPairs([{}], { signal: stop.signal })).rejects.toThrow('enough');
  });

  test('progress ends at 1 and never falls', async () => {
    const told: number[] = [];
    await lintPairs([{}, { instruction: 'Another one.' }], { onProgress: (share) => told.push(share) });
    expect(told.at(-1)).toBe(1);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });
});
