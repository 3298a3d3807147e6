import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { formats } from '../../../src/spar/datasets/export/formats';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { FakeTerminal } from './fakeTerminal';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-exchange-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** Runs `spar`; words that end like a file or begin with `@` stand below the test's folder. */
async function spar(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new FakeTerminal();
  const placed = args.map((word) =>
    /^@|\.jsonl$/u.test(word) ? join(folder, word.replace(/^@/u, '')) : word,
  );
  const code = await main(placed, terminal);
  expect(terminal.listenerCount).toBe(0);
  const local = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { code, stdout: local(terminal.stdout.text), stderr: local(terminal.stderr.text) };
}

async function dataset(
  count: number,
  status: 'accepted' | 'pending' | 'rejected' = 'accepted',
): Promise<void> {
  const file = await DatasetFile.open(join(folder, 'd.spar.jsonl'));
  for (let index = 0; index < count; index += 1) {
    const pair = { instruction: `${status} ${index}`, rejected: 'bad', chosen: 'good' };
    await file.addRecord(pair, status === 'pending' ? undefined : { status });
  }
}

describe('spar export', () => {
  it('writes the files and says how to train on them', async () => {
    await dataset(4);
    await dataset(1, 'rejected');
    const { code, stdout, stderr } = await spar(
      ...['export', '--dataset', 'd.spar.jsonl', '--format', 'llama-factory', '--output-dir', '@out'],
      ...['--split', 'train=0.75,test=0.25'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe(
      [
        '4 rows of 4 records',
        '  train.jsonl: 3 rows, 3 instructions',
        '  test.jsonl: 1 row, 1 instruction',
        '  1 left out: of another status, or deleted',
        'Files in ' +
          join(folder, 'out') +
          ': train.jsonl, train.meta.jsonl, test.jsonl, test.meta.jsonl, llamafactory.yaml, dataset_info.json, manifest.json',
        'To train on it:',
        '  llamafactory-cli train llamafactory.yaml',
        '',
      ]
        .join('\n')
        .replaceAll(`${folder}/`, ''),
    );
    expect(await readdir(join(folder, 'out'))).toContain('test.jsonl');
  });

  it('ends with 3 and the counts where nothing qualifies', async () => {
    await dataset(2, 'pending');
    await dataset(1, 'rejected');
    const args = ['export', '--dataset', 'd.spar.jsonl', '--format', 'trl', '--output-dir', '@out'];
    const { code, stdout, stderr } = await spar(...args);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toBe(
      [
        'spar export: Nothing qualifies (0 accepted, 2 pending, 1 rejected, 0 contested, 0 deleted), so no file was written. Review the pending ones first, or add --status pending.',
        '  3 left out: of another status, or deleted',
        '',
      ].join('\n'),
    );
    const json = await spar(...args, '--json');
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({
      rows: 0,
      files: [],
      counts: { pending: 2, rejected: 1 },
    });
    expect(await readdir(folder)).not.toContain('out');
    expect((await spar(...args, '--status', 'all')).code).toBe(0);
    const rows = (await readFile(join(folder, 'out', 'train.jsonl'), 'utf8')).trimEnd().split('\n');
    expect(rows).toHaveLength(2);
    expect(rows.join()).not.toContain('rejected 0');
  });

  it('refuses a folder that can’t be made before it reads anything', async () => {
    await writeFile(join(folder, 'file'), '');
    const { code, stderr } = await spar(
      ...['export', '--dataset', 'none.spar.jsonl', '--format', 'trl', '--output-dir', '@file/out'],
    );
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('Could not write to the folder (file/out)') as string,
    });
  });

  it('names all formats', async () => {
    const { stdout } = await spar('export', '--list');
    const help = await spar('export', '--help');
    for (const { name } of formats) {
      expect(stdout).toContain(`  ${name} `);
      expect(help.stdout).toContain(`  ${name} `);
    }
  });

  it.each([
    [['--dataset', 'd'], '--format NAME is missing'],
    [['--dataset', 'd', '--format', 'trl'], '--output-dir DIR is missing.'],
    [['--format', 'trl', '--output-dir', 'o'], '--dataset FILE is missing.'],
    [['--dataset', 'd', '--format', 'x', '--output-dir', 'o'], 'There is no format “x”'],
    [
      ['--dataset', 'd', '--format', 'trl', '--output-dir', 'o', '--status', 'rejected'],
      '--status is “rejected”',
    ],
    [['--dataset', 'd', '--format', 'trl', '--output-dir', 'o', '--what', 'x'], '--what is “x”'],
    [
      ['--dataset', 'd', '--format', 'trl', '--output-dir', 'o', '--split', 'train=0.9'],
      'The shares add up to 0.9',
    ],
    [
      ['--dataset', 'd', '--format', 'trl', '--output-dir', 'o', '--split', 'a/b=1'],
      "can't name a split's file",
    ],
    [['--dataset', 'd', '--format', 'trl', '--output-dir', 'o', '--split', 'a=1,b=x'], '“b=x” is no share'],
    [['--dataset', 'd', '--format', 'trl', '--output-dir', 'o', '--seed', '-1'], 'seed'],
    [['--dataset', 'd', '--format', 'trl-kto', '--output-dir', 'o', '--what', 'refiner'], 'have no labels'],
  ])('refuses %j', async (args, message) => {
    const { code, stdout, stderr } = await spar('export', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });

  it('says what is wrong with a dataset', async () => {
    const args = ['--format', 'trl', '--output-dir', '@out'];
    const missing = await spar('export', '--dataset', 'none.spar.jsonl', ...args);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('none.spar.jsonl') as string });
    await writeFile(join(folder, 'other.jsonl'), '{"a":1}\n');
    const other = await spar('export', '--dataset', 'other.jsonl', ...args);
    expect(other.stderr).toContain('another kind of file');
  });
});

describe('spar import', () => {
  const rows = [
    { prompt: 'P', chosen: 'C', rejected: 'R' },
    { prompt: 'Q', response: 'R' },
    { prompt: 'P', chosen: 'C', rejected: 'R' },
  ];

  async function write(): Promise<void> {
    await writeFile(join(folder, 'rows.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  }

  it('says first what it would do', async () => {
    await write();
    const { code, stdout, stderr } = await spar(
      'import',
      '--dataset',
      'd.spar.jsonl',
      'rows.jsonl',
      '--dry-run',
    );
    expect(code).toBe(0);
    expect(stdout).toBe(
      [
        '3 rows: 2 preference, 1 prompt-response',
        '  1 pairs twice in the input',
        '1 pairs would be imported into d.spar.jsonl, pending',
        '',
      ].join('\n'),
    );
    expect(stderr).toBe(
      [
        'spar import: 1 refused:',
        '  1: an instruction with one answer is no pair; refine it first',
        '     rows.jsonl:2',
        '',
      ].join('\n'),
    );
    expect(await readdir(folder)).toEqual(['rows.jsonl']);
  });

  it('imports once, with status, tags and what is left for refining', async () => {
    await write();
    const args = [
      'import',
      '--dataset',
      'd.spar.jsonl',
      'rows.jsonl',
      '--status',
      'accepted',
      '--tag',
      'a',
      '--tag',
      'b',
      '--unpaired',
      'later.jsonl',
      '--json',
    ];
    expect(JSON.parse((await spar(...args)).stdout)).toMatchObject({
      rows: 3,
      pairs: 1,
      dryRun: false,
      unpaired: 1,
    });
    const again = await spar(...args);
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ pairs: 0, duplicates: { inDataset: 1, inInput: 1 } });
    const counts = (await DatasetFile.open(join(folder, 'd.spar.jsonl'))).counts();
    expect(counts).toMatchObject({
      records: 1,
      accepted: 1,
      tags: new Map([
        ['a', 1],
        ['b', 1],
      ]),
    });
    expect(JSON.parse(await readFile(join(folder, 'later.jsonl'), 'utf8'))).toMatchObject({
      prompt: 'Q',
      response: 'R',
    });
  });

  it('ends with 3 where there is no pair, and changes nothing', async () => {
    await writeFile(join(folder, 'rows.jsonl'), '{"a":1}\n');
    const { code, stderr } = await spar('import', '--dataset', 'd.spar.jsonl', 'rows.jsonl');
    expect(code).toBe(3);
    expect(stderr).toContain('no shape SPaR knows');
    expect(await readdir(folder)).toEqual(['rows.jsonl']);
  });

  it('reads no dataset that it writes', async () => {
    await dataset(1);
    const { code, stderr } = await spar('import', '--dataset', 'd.spar.jsonl', 'd.spar.jsonl');
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('which is read') as string,
    });
  });

  it.each([
    [['rows.jsonl'], '--dataset FILE is missing.'],
    [['--dataset', 'd'], 'Name at least one file'],
    [['--dataset', 'd', 'x', '--status', 'rejected'], '--status is “rejected”'],
    [['--dataset', 'd', 'x', '--format', 'xml'], 'There is no format “xml”'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await spar('import', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
