import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal, type FakeTerminalOptions } from './fakeTerminal';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-check-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function check(
  texts: { readonly instruction: string; readonly response: string | null },
  more: readonly string[] = [],
  options: FakeTerminalOptions = {},
): Promise<Ran> {
  const terminal = new FakeTerminal(options);
  const [instruction, response] = [join(folder, 'i.md'), join(folder, 'r.md')];
  await writeFile(instruction, texts.instruction);
  if (texts.response !== null) await writeFile(response, texts.response);
  const args = [
    'check',
    '--instruction',
    instruction,
    '--response',
    texts.response === null ? '-' : response,
  ];
  const code = await main([...args, ...more], terminal);
  expect(terminal.listenerCount).toBe(0);
  return { code, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
}

const instruction =
  'Describe the sea. Do not use any commas. Wrap your entire response with double quotation marks.';

describe('own verifiers', () => {
  const texts = { instruction: 'Describe the sea. Do not use any commas.', response: 'Acme sea.' };
  const file = () => join(folder, 'own.json');
  const brand = { name: 'no brands', type: 'custom:word_list', args: { words: ['Acme'], must: 'none' } };

  it('are checked beside what the instruction says', async () => {
    await writeFile(file(), JSON.stringify({ verifiers: [brand] }));
    const { code, stdout, stderr } = await check(texts, ['--verifiers', file(), '--json']);
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      followed: false,
      constraints: [
        { id: 'punctuation:no_comma', state: 'held' },
        { text: 'no brands', state: 'broken' },
      ],
      unchecked: ['Describe the sea'],
    });
  });

  it('count but for those that are wrong, which are told with line and column', async () => {
    const wrong = { name: 'x', type: 'custom:regex', args: { pattern: '(' } };
    await writeFile(file(), JSON.stringify({ verifiers: [wrong, brand] }, null, 1));
    const { code, stderr, stdout } = await check(texts, ['--verifiers', file()]);
    expect(code).toBe(3);
    expect(stderr).toBe(
      `spar check: ${file()}:7:16: “args.pattern” is no regular expression: Unterminated group. It is left out.\n`,
    );
    expect(stdout).toContain('✗ no brands: “Acme” must not appear; found 1 time.');
  });

  it('that run for too long leave it open', async () => {
    const slow = { name: 'slow', type: 'custom:regex', args: { pattern: '(a+)+$' } };
    await writeFile(file(), JSON.stringify({ verifiers: [slow] }));
    const response = `${'a'.repeat(80)}!`;
    const { code, stdout } = await check({ ...texts, response }, ['--verifiers', file()]);
    expect(code).toBe(0);
    expect(stdout).toContain('? slow: The pattern /(a+)+$/ takes too long on this text');
    expect(stdout).toContain('None of 2 constraints is violated. 1 is not known.');
  });

  it.each([
    ['is not there', null, 'there is no such file.'],
    ['is no text', new Uint8Array([0xff, 0xfe, 0x00]), 'it is not UTF-8 text. Save it as UTF-8.'],
  ])('in a file that %s are an error', async (_, bytes, why) => {
    if (bytes !== null) await writeFile(file(), bytes);
    const { code, stdout, stderr } = await check(texts, ['--verifiers', file()]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(`spar check: The verifiers in “${file()}” can't be read: ${why}\n`);
  });
});

describe('spar check', () => {
  it('says of each constraint what becomes of it, and where', async () => {
    const { code, stdout, stderr } = await check({
      instruction,
      response: '"The sea, you know.\r\nIs blue, and wide."\n',
    });
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(stdout).toBe(
      [
        '✗ no comma: There are 2 commas; none is allowed.',
        '    1:9  "The sea[,] you know.',
        '    2:8  Is blue[,] and wide."',
        '✓ in double quotation marks',
        '? not checked by code:',
        '  Describe the sea',
        '1 of 2 constraints is violated.',
        '',
      ].join('\n'),
    );
  });

  it('answers 0 where nothing is violated', async () => {
    const { code, stdout } = await check({ instruction, response: '"Blue and wide"' });
    expect(code).toBe(0);
    expect(stdout).toContain('All 2 constraints that code can check are followed.');
  });

  it('says that there is nothing to check', async () => {
    const { code, stdout } = await check({ instruction: 'Be kind.', response: 'x' });
    expect(code).toBe(0);
    expect(stdout).toContain('The instruction states nothing that code can check.');
  });

  it('prints JSON with places', async () => {
    const { code, stdout } = await check({ instruction, response: null }, ['--json'], {
      stdin: ['"A, b"'],
    });
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toEqual({
      followed: false,
      complete: false,
      constraints: [
        {
          id: 'punctuation:no_comma',
          type: 'punctuation:no_comma',
          args: {},
          text: 'no comma',
          state: 'broken',
          message: 'There is 1 comma; none is allowed.',
          spans: [{ start: 2, end: 3, line: 1, column: 3 }],
        },
        {
          id: 'startend:quotation',
          type: 'startend:quotation',
          args: {},
          text: 'in double quotation marks',
          state: 'held',
          message: null,
          spans: [],
        },
      ],
      unchecked: ['Describe the sea'],
    });
  });

  it('takes an empty response, which breaks what it must hold', async () => {
    const { code, stdout } = await check({ instruction: 'Use at least 5 words.', response: '' });
    expect(code).toBe(3);
    expect(stdout).toContain('The response has 0 words; it must be at least 5.');
  });

  it('lets no response speak to the terminal', async () => {
    const { stdout } = await check({ instruction, response: '\u001b[2J, \u202e😀, x' }, [], { isTTY: true });
    expect(stdout).not.toContain('\u001b[2J');
    expect(stdout).not.toContain('\u202e');
  });

  it('says what it can’t read', async () => {
    const terminal = new FakeTerminal();
    const nowhere = join(folder, 'nowhere.md');
    expect(await main(['check', '--instruction', nowhere, '--response', nowhere], terminal)).toBe(1);
    expect(terminal.stderr.text).toContain('there is no such file');
    expect(await main(['check', '--instruction', '-', '--response', '-'], terminal)).toBe(2);
    expect(await main(['check', '--help'], terminal)).toBe(0);
  });
});
