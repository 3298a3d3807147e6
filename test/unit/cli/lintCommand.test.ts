import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../src/cli/main';
import { datasetLineText } from '../../../src/spar/datasets/datasetLine';
import type { NewRecord } from '../../../src/spar/datasets/newLines';
import { linesOf } from '../datasets/lint/linting';
import { FakeTerminal } from './fakeTerminal';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-lint-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const file = (): string => join(folder, 'pairs.spar.jsonl');

async function write(pairs: readonly Partial<NewRecord>[], rest = ''): Promise<void> {
  await writeFile(
    file(),
    linesOf(pairs)
      .map((line) => `${datasetLineText(line)}\n`)
      .join('') + rest,
  );
}

async function lint(...args: readonly string[]) {
  const terminal = new FakeTerminal();
  const code = await main(['lint', ...args], terminal);
  expect(terminal.listenerCount).toBe(0);
  return {
    code,
    stdout: terminal.stdout.text.replaceAll(folder, '.'),
    stderr: terminal.stderr.text.replaceAll(folder, '.'),
  };
}

test('a clean dataset ends with 0', async () => {
  await write([{}]);
  expect(await lint(file())).toEqual({
    code: 0,
    stdout:
      './pairs.spar.jsonl: nothing found in 1 record; tokens estimated for LLaMA-Factory, cutoff_len 2048.\n',
    stderr: '',
  });
});

test('findings are told with file and line, and end with 3', async () => {
  await write(
    [{}, { instruction: 'Say hello to all of us.', chosen: 'Hello\u0007', rejected: 'No' }],
    'not JSON\n',
  );
  const { code, stdout } = await lint(file(), '--profile', 'plain');
  expect(code).toBe(3);
  expect(stdout.split('\n')).toEqual([
    './pairs.spar.jsonl:2: warning The chosen text has 1 control character: U+0007. [control-character]',
    './pairs.spar.jsonl:3: error Not valid JSON. [damaged-line]',
    './pairs.spar.jsonl: 1 error, 1 warning in 2 records.',
    '',
  ]);
});

test('only findings of the level that is asked for count', async () => {
  await write([{ chosen: 'Hello\u0007' }]);
  expect((await lint(file(), '--severity', 'error')).code).toBe(0);
  expect((await lint(file(), '--ignore', 'control-character,refusal')).code).toBe(0);
});

test('many findings of one code are cut, and counted', async () => {
  await write(
    Array.from({ length: 14 }, (_, at) => ({
      instruction: `Instruction ${'x'.repeat(at * 7)}`,
      chosen: `${at}\u0001${'yz'.repeat(at)}`,
      rejected: 'no',
    })),
  );
  const { stdout } = await lint(file());
  expect(stdout.match(/\[control-character\]/gu)).toHaveLength(10);
  expect(stdout).toContain('and 4 more “control-character”');
});

test('--json is one object', async () => {
  await write([{ chosen: 'Hello\u0007' }]);
  const { code, stdout } = await lint(file(), '--json', '--profile', 'trl', '--cutoff', '512');
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({
    clean: false,
    files: [
      {
        file: './pairs.spar.jsonl',
        records: 1,
        profile: { name: 'trl', cutoff: 512 },
        tokens: { counted_with: 'estimate', exact: false },
        counts: { 'control-character': 1 },
        findings: [{ code: 'control-character', line: 1, field: 'chosen', fix: 'Remove control characters' }],
      },
    ],
  });
});

test('--eval names prompts that must not be in the set', async () => {
  const prompts = join(folder, 'input_data.jsonl');
  await writeFile(
    prompts,
    `${JSON.stringify({ key: 1, prompt: 'Name the CAPITAL of France  in one word.', instruction_id_list: [], kwargs: [] })}\n`,
  );
  await write([{}]);
  const { code, stdout } = await lint(file(), '--eval', prompts);
  expect(code).toBe(3);
  expect(stdout).toContain(
    'The instruction is the prompt in line 1 of the evaluation. (./input_data.jsonl:1) [evaluation-prompt]',
  );
});

test('--fix appends lines, and what is fixed is found no more', async () => {
  await write([
    { chosen: 'Hello\u0007 CafÃ©', rejected: 'Hello' },
    { instruction: 'Say yes or no.', chosen: 'same', rejected: 'same' },
    { instruction: 'Write about the rain in spring.', chosen: 'Rain � falls', rejected: 'x' },
  ]);
  const before = await readFile(file(), 'utf8');
  const { code, stdout } = await lint(file(), '--fix');
  // What no rule can mend stays, and the exit code says so.
  expect(code).toBe(3);
  expect(stdout).toContain('replacement-character');
  expect(stdout).not.toContain('control-character');
  expect(stdout).not.toContain('mojibake');
  const after = await readFile(file(), 'utf8');
  expect(after.startsWith(before)).toBe(true);
  const added = after
    .slice(before.length)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(added).toMatchObject([
    { kind: 'change', chosen: 'Hello\u0007 Café' },
    { kind: 'decision', status: 'rejected', by: { kind: 'policy', name: 'spar lint' } },
    { kind: 'change', chosen: 'Hello Café' },
  ]);
  expect(await lint(file(), '--fix', '--ignore', 'replacement-character')).toMatchObject({ code: 0 });
});

test('--fix takes nothing away that was not named', async () => {
  const refusal = {
    instruction: 'Name a river.',
    chosen: "I'm sorry, but I can't help.",
    rejected: 'The Rhine',
  };
  await write([
    { chosen: 'Hello\u0007' },
    refusal,
    { instruction: 'Say  yes.', chosen: 'Yes, of course', rejected: 'no' },
    { instruction: 'say yes.', chosen: 'Yes, of course', rejected: 'No' },
  ]);
  const { code, stdout } = await lint(file(), '--fix');
  expect(code).toBe(3);
  expect(stdout).toContain(
    './pairs.spar.jsonl: 1 fix made; each is a line of its own and can be undone.\n' +
      './pairs.spar.jsonl: not fixed unless named, since a pair or a part of a text goes with it: --fix --only refusal,near-duplicate\n',
  );
  const named = await lint(file(), '--fix', '--only', 'near-duplicate');
  expect(named.code).toBe(0);
  expect(named.stdout).toBe(
    './pairs.spar.jsonl: 1 fix made; each is a line of its own and can be undone.\n' +
      './pairs.spar.jsonl: nothing found in 3 records; tokens estimated for LLaMA-Factory, cutoff_len 2048.\n',
  );
  const left = await lint(
    file(),
    '--only',
    'refusal,near-duplicate',
    '--only',
    'secret',
    '--ignore',
    'near-duplicate',
  );
  expect(left.code).toBe(3);
  expect(left.stdout).toContain('[refusal]');
});

test.each([
  [[], 2, 'Name at least one dataset'],
  [['x', '--profile', 'ollama'], 2, '--profile must be one of llama-factory, trl, plain'],
  [['x', '--cutoff', '0'], 2, '--cutoff must be a whole number'],
  [['x', '--similarity', '2'], 2, '--similarity must be a number from 0.3 to 1'],
  [['x', '--severity', 'fatal'], 2, '--severity must be one of'],
  [['x', '--fix', '--json'], 2, 'can’t be given together'],
  [['x', '--only', 'Refusal'], 2, '--only takes codes such as “refusal”, not “Refusal”'],
  [['x', '--only', 'no-such-code'], 1, 'There is no code “no-such-code”'],
  [['x', '--ignore', 'no-such-code'], 1, 'There is no code “no-such-code”'],
  [['/nowhere/pairs.spar.jsonl'], 1, 'There is no file'],
  [['/tmp'], 1, 'is a folder'],
  [['/dev/null'], 1, 'is no file'],
] as const)('%j ends with %i', async (args, wanted, words) => {
  const { code, stderr } = await lint(...args);
  expect({ code, stderr }).toMatchObject({ code: wanted });
  expect(stderr).toContain(words);
});

test('a tokenizer or an evaluation file that can’t be used ends with 1', async () => {
  await write([{}]);
  const bad = join(folder, 'tokenizer.json');
  await writeFile(bad, '{"model": 3}');
  expect(await lint(file(), '--tokenizer', bad)).toMatchObject({ code: 1 });
  expect((await lint(file(), '--tokenizer', join(folder, 'none.json'))).stderr).toContain('There is no file');
  expect((await lint(file(), '--eval', join(folder, 'none.jsonl'))).stderr).toContain('There is no prompt');
});

test('help lists every code', async () => {
  const { code, stdout } = await lint('--help');
  expect(code).toBe(0);
  expect(stdout).toContain('near-split-leak');
});
