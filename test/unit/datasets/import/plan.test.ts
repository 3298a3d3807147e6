import { readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { planImport, type ImportOptions, type ImportPlan } from '../../../../src/spar/datasets/import/plan';
import { runImport, writeUnpaired } from '../../../../src/spar/datasets/import/runImport';
import { recordIdOf, type NewRecord } from '../../../../src/spar/datasets/newLines';
import { correctedRecord } from '../../../../src/spar/datasets/corrected';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { temporaryFolder } from '../../log/temporaryFolder';

const folder = temporaryFolder();
const dataset = (): string => folder.path('pairs.spar.jsonl');

async function plan(
  rows: readonly unknown[] | string,
  options: Partial<ImportOptions> & { readonly name?: string } = {},
): Promise<ImportPlan> {
  const { name = 'rows.jsonl', ...rest } = options;
  const text = typeof rows === 'string' ? rows : rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(folder.path(name), text);
  return planImport([folder.path(name)], { dataset: dataset(), sourceName: () => name, ...rest });
}

/** Instruction, rejected and chosen, a line each. */
function pairs({ records }: ImportPlan): readonly string[] {
  return records.map(({ instruction, rejected, chosen }) => {
    const asked =
      typeof instruction === 'string'
        ? instruction
        : instruction.map(({ role, content }) => `${role}: ${content}`).join(' / ');
    return `${asked} | ${rejected} | ${chosen}`;
  });
}

function refusals({ refused }: ImportPlan): readonly string[] {
  return refused.map(({ reason, places }) => `${places.map(({ row }) => row).join(',')}: ${reason}`);
}

const preference: { prompt: string; chosen: string; rejected: string } = {
  prompt: 'P',
  chosen: 'C',
  rejected: 'R',
};
const pair: NewRecord = { instruction: 'P', rejected: 'R', chosen: 'C' };

describe('planImport', () => {
  it('reads pairs of all shapes', async () => {
    const found = await plan([
      preference,
      {
        instruction: 'Q',
        completions: [
          { response: 'worst', overall_score: 1 },
          { response: 'middle', overall_score: 5 },
          { response: 'best', overall_score: 9 },
        ],
      },
      {
        input: {
          messages: [
            { role: 'system', content: 'S' },
            { role: 'user', content: 'U' },
          ],
        },
        preferred_output: [{ role: 'assistant', content: 'C' }],
        non_preferred_output: [{ role: 'assistant', content: 'R' }],
      },
      {
        vars: { fruit: 'apples', count: 3 },
        prompts: ['Name {{count}} {{ fruit }}.', 'Name {{count}} {{ fruit }}.'],
        providers: ['a', 'b'],
        chosen: ['Gala'],
        rejected: ['Pear', 'Plum'],
      },
      {
        messages: [
          { role: 'user', content: 'M' },
          { role: 'assistant', content: 'C' },
        ],
        rejected_response: 'R',
      },
      {
        prompt: [{ role: 'user', content: 'K' }],
        completion: [{ role: 'assistant', content: 'good' }],
        label: true,
      },
      {
        prompt: [{ role: 'user', content: 'K' }],
        completion: [{ role: 'assistant', content: 'bad' }],
        label: false,
      },
    ]);
    expect(pairs(found)).toEqual([
      'P | R | C',
      'Q | worst | best',
      'system: S / user: U | R | C',
      'Name 3 apples. | Pear | Gala',
      'Name 3 apples. | Plum | Gala',
      'M | R | C',
      'K | bad | good',
    ]);
    expect(found.refused).toEqual([]);
    expect(found.mapped).toEqual([
      { shape: 'kto', rows: 2 },
      { shape: 'preference', rows: 2 },
      { shape: 'openai-preference', rows: 1 },
      { shape: 'promptfoo', rows: 1 },
      { shape: 'ultrafeedback', rows: 1 },
    ]);
    expect(found.records.map(({ source }) => source)).toContainEqual({ file: 'rows.jsonl', row: 3 });
  });

  it('refuses what can not be a pair, with the lines', async () => {
    const found = await plan(
      [
        JSON.stringify({ prompt: 'P', response: 'R' }),
        'no JSON',
        '',
        JSON.stringify({ prompt: 'P', chosen: 'same', rejected: 'same' }),
        JSON.stringify({ prompt: ' ', chosen: 'C', rejected: 'R' }),
        JSON.stringify({ prompt: 'P', chosen: 'C', rejected: '' }),
        JSON.stringify({ prompt: 'P', chosen: 'half \ud800', rejected: 'R' }),
        JSON.stringify({ prompt: 'P', chosen: ['a'], rejected: ['b'], prompts: ['x', 'y'], vars: {} }),
        JSON.stringify({ prompt: 'P', chosen: ['a'], rejected: ['b'], prompts: ['{{x}}'], vars: {} }),
        JSON.stringify({ spar: 1, kind: 'deletion' }),
        JSON.stringify({ prompt: 'L', completion: 'x', label: true }),
        JSON.stringify({ prompt: 'only asks', instruction_id_list: [], kwargs: [] }),
        JSON.stringify({
          messages: [
            { role: 'user', content: 'Hi' },
            { role: 'assistant', content: 'Hello' },
          ],
        }),
        'no JSON either',
      ].join('\n'),
    );
    expect(found).toMatchObject({
      rows: 13,
      records: [],
      unpaired: [{ answer: { response: 'R' } }, { answer: { response: 'Hello' } }],
    });
    expect(new Set(refusals(found))).toEqual(
      new Set([
        '2,14: not valid JSON',
        '1,13: an instruction with one answer is no pair; refine it first',
        '4: chosen and rejected are the same text',
        '5: the instruction is empty',
        '6: chosen or rejected is empty',
        '7: a text holds half a character (a lone surrogate); write the file again in UTF-8',
        '8: outputs of different prompts; export one prompt at a time, so that a pair has one instruction',
        '9: the prompt names variables that “vars” does not give as texts',
        '10: a line of a SPaR dataset; merge datasets instead',
        '11: a labelled answer without one of the other label to the same instruction',
        '12: an instruction without an answer',
      ]),
    );
  });

  it('tells answers to IFEval prompts apart by code', async () => {
    await writeFile(
      folder.path('input_data.jsonl'),
      `${JSON.stringify({ key: 1, prompt: 'Describe the sea.', instruction_id_list: ['punctuation:no_comma'], kwargs: [{}] })}\n`,
    );
    const answers = ['Blue, wide.', 'Blue and wide.', 'Something else altogether', 'Grey, cold, wet.'];
    await writeFile(
      folder.path('responses.jsonl'),
      answers.map((response) => `${JSON.stringify({ prompt: 'Describe the sea.', response })}\n`).join(''),
    );
    const files = ['responses.jsonl', 'input_data.jsonl'].map((name) => folder.path(name));
    const found = await planImport(files, { dataset: dataset() });
    expect(pairs(found)).toEqual([
      'Describe the sea. | Blue, wide. | Blue and wide.',
      'Describe the sea. | Grey, cold, wet. | Blue and wide.',
    ]);
    expect(refusals(found)).toEqual(['3: an instruction with one answer is no pair; refine it first']);
    await runImport(found);
    const file = await DatasetFile.open(dataset());
    const record = await file.read(recordIdOf(found.records[0]!));
    expect(record!.evidence.path.map(({ checks }) => checks[0]!.result.state)).toEqual(['broken', 'held']);
  });

  it('reads JSON arrays, CSV, TSV and files whose name says nothing', async () => {
    expect(pairs(await plan(JSON.stringify([preference, preference], null, 2), { name: 'a.json' }))).toEqual([
      'P | R | C',
    ]);
    expect(pairs(await plan(JSON.stringify(preference, null, 2), { name: 'one.json' }))).toEqual([
      'P | R | C',
    ]);
    expect(pairs(await plan([preference], { name: 'lines.json' }))).toEqual(['P | R | C']);
    expect(pairs(await plan([preference], { name: 'rows' }))).toEqual(['P | R | C']);
    expect(
      pairs(await plan('\ufeffprompt;chosen;rejected\r\nP;"C; ""c""\r\nc";R\r\n', { name: 'a.csv' })),
    ).toEqual(['P | R | C; "c"\r\nc']);
    expect(pairs(await plan('prompt\tchosen\trejected\nP\tC, c\tR', { name: 'a.tsv' }))).toEqual([
      'P | R | C, c',
    ]);
    const bad = await plan('prompt,chosen,rejected\nP,C\n"P,C,R\n', { name: 'bad.csv' });
    expect(refusals(bad)).toEqual(['2: 2 cells, where the heading has 3', '3: a quoted cell has no end']);
    expect(refusals(await plan('PAR1 no', { name: 'no.parquet' }))[0]).toMatch(/^1: not a Parquet file/);
    expect(refusals(await plan('[1, ', { name: 'cut.json' }))).toEqual(['1: not valid JSON']);
    await expect(planImport([folder.path('missing.jsonl')], { dataset: dataset() })).rejects.toMatchObject({
      kind: 'not-found',
    });
  });

  it('takes one shape of row only, where it is told so', async () => {
    const found = await plan(
      [
        preference,
        {
          prompt: 'Q',
          completions: [
            { response: 'a', score: 1 },
            { response: 'b', score: 2 },
          ],
        },
      ],
      { shape: 'ultrafeedback' },
    );
    expect(pairs(found)).toEqual(['Q | a | b']);
    expect(refusals(found)).toEqual(['1: a row of the shape “preference”, not “ultrafeedback”']);
  });

  it('changes nothing', async () => {
    const file = await DatasetFile.open(dataset());
    await file.addRecord(pair);
    const before = await readFile(dataset());
    await plan([{ ...preference, chosen: 'other' }]);
    expect(await readFile(dataset())).toEqual(before);
  });

  it('reads hostile files in good time', async () => {
    for (const text of ['"'.repeat(100_001), '[['.repeat(50_000), ','.repeat(100_000), '{{'.repeat(50_000)]) {
      expect((await plan(text, { name: 'odd.csv' })).records).toEqual([]);
      expect((await plan(text, { name: 'odd.jsonl' })).records).toEqual([]);
      expect((await plan([{ chosen: ['a'], rejected: ['b'], prompts: [text], vars: {} }])).rows).toBe(1);
    }
  });
});

describe('runImport', () => {
  it('adds new pairs with status and tags, and leaves the others as they are', async () => {
    const file = await DatasetFile.open(dataset());
    const gone: NewRecord = { instruction: 'gone', rejected: 'a', chosen: 'b' };
    await file.addRecord(pair, { status: 'rejected' });
    await file.addRecord(gone);
    await file.delete(recordIdOf(gone));
    const rows = [
      preference,
      { ...preference, prompt: 'new' },
      { ...preference, prompt: 'new' },
      { prompt: 'gone', chosen: 'b', rejected: 'a' },
    ];
    const found = await plan(rows, { status: 'accepted', tags: ['second', 'first'] });
    expect(found.duplicates).toEqual({ inInput: 1, inDataset: 1, deleted: 1 });
    expect(await runImport(found)).toEqual({ added: 1, alreadyThere: 0 });
    expect(await runImport(found)).toEqual({ added: 0, alreadyThere: 1 });
    await file.refresh();
    expect(file.counts()).toMatchObject({ records: 2, accepted: 1, rejected: 1, deleted: 1 });
    const id = recordIdOf({ ...pair, instruction: 'new' });
    expect(file.state(id)).toMatchObject({ tags: ['first', 'second'], decision: { by: { kind: 'policy' } } });
    const record = correctedRecord((await file.read(id))!, file.state(id)!);
    expect(record).toMatchObject({ source: { file: 'rows.jsonl', row: 2 }, model: null, search: null });
  });

  it('writes nothing but one append: stopped before it, the dataset is as it was', async () => {
    const found = await plan([preference]);
    const stop = new AbortController();
    stop.abort(new Error('enough'));
    await expect(runImport(found, stop.signal)).rejects.toThrow('enough');
    await expect(readFile(dataset())).rejects.toThrow(/ENOENT/);
  });

  it('keeps rows with one answer for refining, in a shape that is read again', async () => {
    const chat = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'Hi' },
    ];
    const found = await plan([
      { prompt: 'P', response: 'R' },
      { messages: [...chat, { role: 'assistant', content: 'Hello' }] },
    ]);
    await writeUnpaired(found, folder.path('later.jsonl'));
    const again = await planImport([folder.path('later.jsonl')], { dataset: dataset() });
    expect(again.unpaired.map(({ answer }) => answer)).toEqual(found.unpaired.map(({ answer }) => answer));
    expect(again.unpaired[1]!.answer.instruction).toEqual(chat);
  });
});
