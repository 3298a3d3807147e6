import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { FakeTerminal } from './fakeTerminal';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-repair-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const noCommas = {
  prompt: 'Describe the sea.',
  instruction_id_list: ['punctuation:no_comma'],
  kwargs: [{}],
};
const words = { prompt: 'Use at least 90 words.' };
const both = {
  prompt: 'Be brief and plain.',
  instruction_id_list: ['punctuation:no_comma', 'length_constraints:number_words', 'new:type'],
  kwargs: [{}, { relation: 'at least', num_words: 90 }, {}],
};

async function repair(
  prompts: readonly object[],
  responses: readonly object[],
  more: readonly string[] = [],
): Promise<{ code: number; stdout: string; stderr: string; rows: readonly unknown[] | null }> {
  const lines = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  await writeFile(join(folder, 'p.jsonl'), lines(prompts));
  await writeFile(join(folder, 'r.jsonl'), lines(responses));
  const terminal = new FakeTerminal();
  const args = ['--input-data', 'p.jsonl', '--input-response-data', 'r.jsonl', '--output', 'out.jsonl'];
  const placed = args.map((word) => (word.endsWith('.jsonl') ? join(folder, word) : word));
  const code = await main(['repair', ...placed, ...more], terminal);
  expect(terminal.listenerCount).toBe(0);
  const written = (await readdir(folder)).includes('out.jsonl')
    ? await readFile(join(folder, 'out.jsonl'), 'utf8')
    : null;
  const rows =
    written
      ?.trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line)) ?? null;
  const local = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { code, stdout: local(terminal.stdout.text), stderr: local(terminal.stderr.text), rows };
}

describe('spar repair', () => {
  it('writes what became of each response, in the order of the prompts', async () => {
    const { code, stdout, stderr, rows } = await repair(
      [noCommas, words, both],
      [
        { prompt: both.prompt, response: 'One, two.' },
        { prompt: words.prompt, response: 'Too short.' },
        { prompt: noCommas.prompt, response: 'The sea, at dawn, is calm.' },
      ],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(rows).toEqual([
      {
        prompt: 'Describe the sea.',
        response: 'The sea (at dawn) is calm.',
        changed: 0.5,
        followed: true,
        unresolved: [],
      },
      {
        prompt: 'Use at least 90 words.',
        response: 'Too short.',
        changed: 0,
        followed: false,
        unresolved: [
          {
            type: 'length_constraints:number_words',
            text: '≥ 90 words',
            reason: 'More words would be padding or invention; rules add neither.',
          },
        ],
      },
      {
        prompt: 'Be brief and plain.',
        response: 'One two.',
        changed: 0.5,
        followed: false,
        unresolved: [
          {
            type: 'length_constraints:number_words',
            text: '≥ 90 words',
            reason: expect.any(String) as string,
          },
          { type: 'new:type', text: 'new:type', reason: expect.any(String) as string },
        ],
      },
    ]);
    expect(stdout).toBe(
      [
        '3 responses',
        '  0 followed already',
        '  1 mended, median 50.0 % of words changed',
        '  1 mended in part',
        "  1 left as they are: rules can't mend them",
        'Rows: out.jsonl',
        '',
      ].join('\n'),
    );
  });

  it('prints its summary for machines, and names prompts without a response', async () => {
    const { code, stdout } = await repair(
      [noCommas, { prompt: 'Nobody answered.' }],
      [{ prompt: noCommas.prompt, response: 'Calm.' }],
      ['--json'],
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rows: 1,
      followed_before: 1,
      mended: 0,
      median_changed: null,
      missing: [{ line: 2, prompt: 'Nobody answered.' }],
    });
    const { stderr } = await repair(
      [noCommas, { prompt: 'No.' }],
      [{ prompt: noCommas.prompt, response: 'Calm.' }],
    );
    expect(stderr).toBe('spar repair: 1 prompts have no response and are left out:\n  line 2: No.\n');
  });

  it('says of an empty response that nothing in it is followed', async () => {
    const { rows } = await repair([noCommas], [{ prompt: noCommas.prompt, response: ' ' }]);
    expect(rows).toMatchObject([
      { response: ' ', followed: false, unresolved: [{ type: 'punctuation:no_comma' }] },
    ]);
  });

  it('writes nothing for a file with a bad line', async () => {
    const { code, stderr, rows } = await repair([noCommas, { prompt: 1 }], [{ prompt: 'x', response: 'y' }]);
    expect({ code, rows }).toEqual({ code: 1, rows: null });
    expect(stderr).toMatch(/p\.jsonl:2: prompt: /);
  });

  it('does not write over what it reads', async () => {
    await writeFile(join(folder, 'p.jsonl'), `${JSON.stringify(noCommas)}\n`);
    await writeFile(
      join(folder, 'r.jsonl'),
      `${JSON.stringify({ prompt: noCommas.prompt, response: 'a, b' })}\n`,
    );
    await symlink(join(folder, 'r.jsonl'), join(folder, 'link.jsonl'));
    for (const output of ['p.jsonl', 'r.jsonl', 'link.jsonl']) {
      const terminal = new FakeTerminal();
      const files = [
        '--input-data',
        join(folder, 'p.jsonl'),
        '--input-response-data',
        join(folder, 'r.jsonl'),
      ];
      expect(await main(['repair', ...files, '--output', join(folder, output)], terminal)).toBe(1);
      expect(terminal.stderr.text).toContain('which is read');
    }
    expect(await readFile(join(folder, 'r.jsonl'), 'utf8')).toContain('a, b');
  });

  it('wants its three options', async () => {
    const terminal = new FakeTerminal();
    expect(await main(['repair', '--output', 'x'], terminal)).toBe(2);
    expect(terminal.stderr.text).toContain('--input-data FILE is missing.');
    expect(await main(['repair', '--help'], terminal)).toBe(0);
    expect(terminal.stdout.text).toContain('Usage: spar repair');
  });
});
