import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from './fakeTerminal';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-ifeval-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const prompts = [
  {
    key: 1,
    prompt: 'No commas, in quotes.',
    instruction_id_list: ['punctuation:no_comma', 'startend:quotation'],
    kwargs: [{}, {}],
  },
  {
    key: 2,
    prompt: 'Two words at most.',
    instruction_id_list: ['length_constraints:number_words'],
    kwargs: [{ relation: 'less than', num_words: 3 }],
  },
  {
    key: 3,
    prompt: 'A title.',
    instruction_id_list: ['detectable_format:title'],
    kwargs: [{ num_words: null }],
  },
];
const responses = [
  { prompt: 'A title.', response: 'No title' },
  { prompt: 'No commas, in quotes.', response: 'Here you are:\n"Fine and good"' },
  { prompt: 'Two words at most.', response: 'Two words' },
];

async function write(name: string, rows: readonly (object | string)[]): Promise<void> {
  const lines = rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row)));
  await writeFile(join(folder, name), `${lines.join('\n')}\n`);
}

async function ifeval(...more: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new FakeTerminal();
  const files = [
    '--input-data',
    join(folder, 'prompts.jsonl'),
    '--input-response-data',
    join(folder, 'responses.jsonl'),
    '--output-dir',
    join(folder, 'out', 'gpt'),
  ];
  const code = await main(['ifeval', ...files, ...more], terminal);
  expect(terminal.listenerCount).toBe(0);
  const local = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { code, stdout: local(terminal.stdout.text), stderr: local(terminal.stderr.text) };
}

async function verdicts(name: string): Promise<readonly unknown[]> {
  const text = await readFile(join(folder, 'out', 'gpt', `eval_results_${name}.jsonl`), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

describe('spar ifeval', () => {
  it('writes the verdicts in the order of the prompts, and prints the report', async () => {
    await write('prompts.jsonl', prompts);
    await write('responses.jsonl', responses);
    const { code, stdout, stderr } = await ifeval();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(await verdicts('strict')).toEqual([
      {
        prompt: 'No commas, in quotes.',
        response: 'Here you are:\n"Fine and good"',
        instruction_id_list: ['punctuation:no_comma', 'startend:quotation'],
        follow_instruction_list: [true, false],
        follow_all_instructions: false,
      },
      {
        prompt: 'Two words at most.',
        response: 'Two words',
        instruction_id_list: ['length_constraints:number_words'],
        follow_instruction_list: [true],
        follow_all_instructions: true,
      },
      {
        prompt: 'A title.',
        response: 'No title',
        instruction_id_list: ['detectable_format:title'],
        follow_instruction_list: [false],
        follow_all_instructions: false,
      },
    ]);
    expect(await verdicts('loose')).toMatchObject([
      { follow_instruction_list: [true, true], follow_all_instructions: true },
      { follow_all_instructions: true },
      { follow_all_instructions: false },
    ]);
    expect(stdout.split('\n').map((line) => line.replace(/\s+/gu, ' ').trim())).toEqual([
      'strict loose of',
      'prompt level 33.33 % 66.67 % 3',
      'instruction level 50.00 % 75.00 % 4',
      '',
      'detectable_format 0.00 % 0.00 % 1',
      'length_constraints 100.00 % 100.00 % 1',
      'punctuation 100.00 % 100.00 % 1',
      'startend 0.00 % 100.00 % 1',
      '',
      'detectable_format:title 0.00 % 0.00 % 1',
      'length_constraints:number_words 100.00 % 100.00 % 1',
      'punctuation:no_comma 100.00 % 100.00 % 1',
      'startend:quotation 0.00 % 100.00 % 1',
      '',
      'Verdicts: out/gpt/eval_results_strict.jsonl, out/gpt/eval_results_loose.jsonl',
      '',
    ]);
  });

  it('names what it can’t evaluate, and evaluates the rest', async () => {
    await write('prompts.jsonl', [
      ...prompts,
      { prompt: 'Nobody answered\u001b[31m this.', instruction_id_list: [], kwargs: [] },
      { prompt: 'No columns.' },
      {
        prompt: 'Strange.',
        instruction_id_list: ['new:type', 'length_constraints:number_words', 'punctuation:no_comma'],
        kwargs: [{}, { num_words: 'three' }, null],
      },
    ]);
    await write('responses.jsonl', [
      ...responses,
      { prompt: 'No columns.', response: 'x' },
      { prompt: 'Strange.', response: 'a, b' },
      { prompt: 'Strange.', response: 'a b' },
      { prompt: 'Unasked.', response: 'x' },
    ]);
    const { code, stderr } = await ifeval();
    expect(code).toBe(0);
    expect(stderr).not.toContain('\u001b');
    expect(stderr).toContain('1 of 6 prompts have no response and are left out:\n  line 4: Nobody answered');
    expect(stderr).toContain('lines 5');
    expect(stderr).toMatch(
      /2 constraints can't be checked .*\n {2}line 6: new:type: .*\n {2}line 6: length_constraints:number_words: /,
    );
    expect(stderr).toContain('1 responses repeat an earlier prompt; the last one counts: lines 6');
    expect(stderr).toContain('1 responses are to prompts that are not in the input data.');
    expect((await verdicts('strict')).at(-1)).toMatchObject({
      response: 'a b',
      follow_instruction_list: [false, false, true],
    });
    const { stdout } = await ifeval('--json');
    expect(JSON.parse(stdout)).toMatchObject({
      prompts: 6,
      evaluated: 4,
      prompt_level: { total: 4, strict: { followed: 1, share: 0.25 } },
      types: { 'new:type': { total: 1, strict: { followed: 0 } } },
      missing: [{ line: 4 }],
      without_constraints: [5],
      unchecked: [
        { line: 6, type: 'new:type' },
        { line: 6, type: 'length_constraints:number_words' },
      ],
      repeated_responses: [6],
      unasked_responses: 1,
    });
  });

  it.each([
    ['{"prompt": "x"', /prompts\.jsonl:2: not valid JSON/],
    ['{"prompt": 5}', /prompts\.jsonl:2: prompt: /],
    [
      '{"prompt": "x", "instruction_id_list": ["a"], "kwargs": []}',
      /:2: 1 in instruction_id_list, but 0 in kwargs/,
    ],
    ['{"prompt": "x", "kwargs": []}', /:2: kwargs without instruction_id_list/],
    ['[]', /:2: the row: /],
  ])('writes nothing for a file with the line %s', async (line, message) => {
    await write('prompts.jsonl', [prompts[0] ?? '', line, ...prompts.slice(1)]);
    await write('responses.jsonl', responses);
    const { code, stdout, stderr } = await ifeval();
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(stderr).toContain('Mend or remove this line');
    expect(await readdir(folder)).not.toContain('out');
  });

  it('says which file is not there', async () => {
    await write('prompts.jsonl', prompts);
    const { code, stderr } = await ifeval();
    expect(code).toBe(1);
    expect(stderr).toContain('There are no rows in responses.jsonl');
  });

  it('says where it can’t write', async () => {
    await write('prompts.jsonl', prompts);
    await write('responses.jsonl', responses);
    await mkdir(join(folder, 'out'));
    await writeFile(join(folder, 'out', 'gpt'), 'a file');
    const { code, stderr } = await ifeval();
    expect(code).toBe(1);
    expect(stderr).toMatch(/out\/gpt/);
    expect(await readFile(join(folder, 'out', 'gpt'), 'utf8')).toBe('a file');
  });

  it('wants its three options', async () => {
    const terminal = new FakeTerminal();
    expect(await main(['ifeval', '--input-data', 'x'], terminal)).toBe(2);
    expect(terminal.stderr.text).toContain('--input-response-data FILE is missing.');
    expect(await main(['ifeval', '--help'], terminal)).toBe(0);
    expect(terminal.stdout.text).toContain('Usage: spar ifeval');
  });
});
