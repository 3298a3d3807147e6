import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { pair } from '../datasets/lines';
import { FakeTerminal } from './fakeTerminal';

let folder: string;
let dataset: DatasetFile;
const path = (name = 'pairs.spar.jsonl'): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-versions-'));
  dataset = await DatasetFile.open(path());
  const { id } = await dataset.addRecord(pair(1), { status: 'accepted' });
  await dataset.decide(id, { status: 'rejected' });
  await dataset.decide(id, { status: 'accepted' });
  await dataset.addRecord(pair(2));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function spar(...args: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const terminal = new FakeTerminal();
  const code = await main(args, terminal);
  expect(terminal.listenerCount).toBe(0);
  const local = (text: string): string => text.replaceAll(`${folder}/`, '');
  return { code, stdout: local(terminal.stdout.text), stderr: local(terminal.stderr.text) };
}

describe('spar compact', () => {
  it('says what it would save, saves it, and has nothing left to do', async () => {
    const before = await readFile(path(), 'utf8');
    const dry = await spar('compact', '--dry-run', path());
    expect(dry).toMatchObject({ code: 0, stderr: '' });
    expect(dry.stdout).toMatch(
      /^pairs\.spar\.jsonl: 5 → 3 lines, [\d,]+ → [\d,]+ bytes \(nothing was written\)\n$/u,
    );
    expect(await readFile(path(), 'utf8')).toBe(before);
    const told = JSON.parse((await spar('compact', '--json', path())).stdout) as {
      readonly files: readonly { readonly bytesBefore: number; readonly bytesAfter: number }[];
    };
    const after = await readFile(path(), 'utf8');
    expect(told.files).toMatchObject([
      { bytesBefore: Buffer.byteLength(before), bytesAfter: Buffer.byteLength(after) },
    ]);
    expect((await spar('compact', path())).stdout).toBe('pairs.spar.jsonl: nothing to leave out\n');
    expect((await DatasetFile.open(path())).counts()).toMatchObject({ accepted: 1, pending: 1 });
    expect((await readdir(folder)).sort()).toEqual(['.gitattributes', 'pairs.spar.jsonl']);
  });

  it('says what is wrong', async () => {
    expect((await spar('compact')).code).toBe(2);
    expect(await spar('compact', path('none'))).toMatchObject({
      code: 1,
      stderr: 'spar compact: none is not there. Name a dataset (*.spar.jsonl).\n',
    });
  });
});

describe('spar diff', () => {
  it('shows pairs with word-level differences, and one JSON object', async () => {
    await copyFile(path(), path('old.spar.jsonl'));
    const [first = ''] = [...dataset.records()];
    await dataset.change(first, { chosen: 'It is \u001b[31mred 1', tags: { add: ['short'] } });
    await dataset.addRecord(pair(3), { status: 'rejected' });
    const { code, stdout, stderr } = await spar('diff', path('old.spar.jsonl'), path());
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.replace(/[0-9a-f]{8}/gu, 'ID')).toBe(
      [
        '1 added, 1 changed in texts, tags or split; 1 pair is as before.',
        '',
        'changed ID · accepted · +short',
        '  Say 1.',
        '  chosen',
        '    It is [-well-]{+␛[31mred+} 1',
        '',
        'added ID · rejected',
        '  Say 3.',
        '    It [-is, well,-]{+is well+} 3',
        '',
      ].join('\n'),
    );
    const json = await spar('diff', path('old.spar.jsonl'), path(), '--json', '--limit', '0');
    expect(JSON.parse(json.stdout)).toEqual({
      counts: { added: 1, removed: 0, decided: 0, changed: 1, unchanged: 1 },
      pairs: [],
      unreadable: { before: 0, after: 0 },
    });
  });

  it('says what is wrong', async () => {
    expect((await spar('diff', path())).stderr).toMatch(/^spar diff: Name two versions of a dataset/u);
    expect((await spar('diff', path(), path(), '--limit', '-1')).code).toBe(2);
    expect(await spar('diff', path('none'), path())).toMatchObject({
      code: 1,
      stderr: 'spar diff: none is not there. Name a dataset (*.spar.jsonl).\n',
    });
    await writeFile(path('empty'), '');
    expect((await spar('diff', path('empty'), path())).stdout).toMatch(
      /^2 added; 0 pairs are as before\.\n/u,
    );
  });
});
