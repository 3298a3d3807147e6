import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { parse } from 'jsonc-parser';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { exportDataset, type ExportResult } from '../../../../src/spar/datasets/export/exportDataset';
import { previewExport } from '../../../../src/spar/datasets/export/previewExport';
import type { ExportTarget } from '../../../../src/spar/datasets/export/request';
import { rowText } from '../../../../src/spar/datasets/export/rowWriters';
import { recordIdOf, type NewRecord } from '../../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { temporaryFolder } from '../../log/temporaryFolder';
import { datasetInfoEntry, trainerSchemas } from './trainerSchemas';

const folder = temporaryFolder();

/** `count` instructions, each with two pairs. */
function siblings(count: number): readonly NewRecord[] {
  return Array.from({ length: count * 2 }, (_, index) => ({
    instruction: `Instruction ${index >> 1}`,
    rejected: `bad ${index}`,
    chosen: `good ${index}`,
  }));
}

async function dataset(records: readonly NewRecord[], name = 'pairs.spar.jsonl'): Promise<DatasetFile> {
  const file = await DatasetFile.open(folder.path(name), { now: () => new Date(0) });
  await file.apply(records.map((record) => ({ type: 'add', record, decision: { status: 'accepted' } })));
  return file;
}

async function run(target: Partial<ExportTarget> = {}): Promise<ExportResult> {
  return exportDataset({
    datasets: [folder.path('pairs.spar.jsonl')],
    format: 'trl',
    outputFolder: folder.path('out'),
    ...target,
  });
}

async function rows(name: string): Promise<readonly Record<string, unknown>[]> {
  const text = await readFile(folder.path('out', name), 'utf8');
  expect(text === '' || text.endsWith('\n')).toBe(true);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

async function allBytes(name = 'out'): Promise<Readonly<Record<string, string>>> {
  const names = (await readdir(folder.path(name))).sort();
  const texts = await Promise.all(names.map((file) => readFile(folder.path(name, file), 'latin1')));
  return Object.fromEntries(names.map((file, index) => [file, texts[index]!]));
}

const asked = (row: Record<string, unknown>): string =>
  (row['prompt'] as readonly { content: string }[])[0]!.content;

describe('exportDataset', () => {
  it('writes accepted records, each file with its sidecar, and a manifest that is true', async () => {
    const [first, second, third, fourth, fifth] = siblings(3);
    const file = await dataset([first!, second!]);
    await file.addRecord(third!, { status: 'rejected' });
    await file.addRecord(fourth!);
    await file.addRecord(fifth!, { status: 'accepted' });
    await file.delete(recordIdOf(fifth!));
    const result = await run();
    expect(result).toMatchObject({
      rows: 2,
      counts: { records: 4, accepted: 2, pending: 1, rejected: 1, contested: 0, deleted: 1, exported: 2 },
      leftOut: [{ reason: 'status', count: 3 }],
      splits: [{ name: 'train', file: 'train.jsonl', rows: 2, instructions: 1 }],
      training: { text: 'trl dpo --config trl.yaml' },
      notes: [],
    });
    expect(await readdir(folder.path('out'))).toEqual([
      'manifest.json',
      'train.jsonl',
      'train.meta.jsonl',
      'trl.yaml',
    ]);
    const train = await rows('train.jsonl');
    for (const row of train) expect(trainerSchemas.trl.safeParse(row).success).toBe(true);
    const meta = await rows('train.meta.jsonl');
    expect(meta.map(({ id }) => id)).toEqual([first!, second!].map(recordIdOf));
    expect(meta[0]).toMatchObject({ status: 'accepted', decided: { by: { kind: 'person' } }, split: null });
    const manifest = JSON.parse(await readFile(folder.path('out', 'manifest.json'), 'utf8')) as {
      sources: unknown;
      files: { name: string; bytes: number; rows: number | null; sha256: string }[];
    };
    const hash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
    const source = await readFile(folder.path('pairs.spar.jsonl'));
    expect(manifest.sources).toEqual([
      { file: 'pairs.spar.jsonl', bytes: source.length, sha256: hash(source) },
    ]);
    for (const { name, bytes, sha256 } of manifest.files) {
      const written = await readFile(folder.path('out', name));
      expect({ name, bytes, sha256 }).toEqual({ name, bytes: written.length, sha256: hash(written) });
    }
    expect(manifest.files.map(({ name, rows: count }) => [name, count])).toEqual([
      ['train.jsonl', 2],
      ['train.meta.jsonl', 2],
      ['trl.yaml', null],
    ]);
  });

  it('exports pending ones where they are asked for, and never what is contested', async () => {
    const [first, second, third] = siblings(2);
    const file = await dataset([first!]);
    await file.addRecord(second!);
    await file.addRecord(third!);
    const others = await DatasetFile.open(file.path);
    // Neither knows of the other's decision.
    await file.decide(recordIdOf(third!), { status: 'accepted' });
    await others.decide(recordIdOf(third!), { status: 'rejected' });
    expect((await run({ statuses: ['pending'] })).rows).toBe(1);
    expect((await run({ statuses: ['accepted', 'pending'] })).counts).toMatchObject({
      contested: 1,
      exported: 2,
    });
    expect(
      (await rows('train.jsonl')).map((row) => (row['chosen'] as { content: string }[])[0]!.content),
    ).toEqual(['good 0', 'good 1']);
  });

  it('writes corrected texts', async () => {
    const [first] = siblings(1);
    const file = await dataset([first!]);
    await file.change(recordIdOf(first!), { chosen: 'better' });
    await run();
    expect((await rows('train.jsonl'))[0]).toMatchObject({ chosen: [{ content: 'better' }] });
    expect((await rows('train.meta.jsonl'))[0]).toMatchObject({ corrected: ['chosen'] });
  });

  it('writes nothing and makes no folder where nothing qualifies', async () => {
    const [first] = siblings(1);
    const file = await DatasetFile.open(folder.path('pairs.spar.jsonl'));
    await file.addRecord(first!);
    expect(await run()).toMatchObject({ rows: 0, files: [], training: null, counts: { pending: 1 } });
    expect(await readdir(folder.path())).toEqual(['.gitattributes', 'pairs.spar.jsonl']);
  });

  it('splits by instruction, by the seed, into the shares', async () => {
    await dataset(siblings(40));
    const split = [
      { name: 'train', share: 0.9 },
      { name: 'test', share: 0.1 },
    ];
    const result = await run({ split });
    expect(result.splits).toMatchObject([
      { name: 'train', rows: 72, instructions: 36 },
      { name: 'test', rows: 8, instructions: 4 },
    ]);
    const [train, test] = [
      new Set((await rows('train.jsonl')).map(asked)),
      new Set((await rows('test.jsonl')).map(asked)),
    ];
    expect([train.size, test.size]).toEqual([36, 4]);
    expect([...test].some((instruction) => train.has(instruction))).toBe(false);
    await run({ split, outputFolder: folder.path('again') });
    expect(await allBytes('again')).toEqual(await allBytes());
    await run({ split, seed: 1 });
    expect(new Set((await rows('test.jsonl')).map(asked))).not.toEqual(test);
  });

  it('goes by the splits of the records first', async () => {
    const records = siblings(4);
    const file = await dataset(records);
    await file.change(recordIdOf(records[3]!), { split: 'test' });
    await file.change(recordIdOf(records[4]!), { split: 'validation' });
    expect((await run()).splits).toMatchObject([
      { name: 'train', rows: 4 },
      { name: 'test', rows: 2 },
      { name: 'validation', rows: 2 },
    ]);
    expect((await rows('test.jsonl')).map(asked)).toEqual(['Instruction 1', 'Instruction 1']);
    await file.change(recordIdOf(records[2]!), { split: 'train' });
    expect((await run()).notes).toEqual([
      expect.stringMatching(/^1 instructions have records of different splits/),
      'Left from an earlier export, and not part of this one: test.jsonl, test.meta.jsonl.',
    ]);
    await file.change(recordIdOf(records[0]!), { split: '../up' });
    await expect(run()).rejects.toThrow(/“..\/up” can't name a split's file/);
  });

  it('gives the same bytes for the same input, whatever stood there', async () => {
    await dataset(siblings(10));
    for (const format of ['llama-factory', 'parquet', 'csv', 'axolotl', 'together-sft'] as const) {
      const target = {
        format,
        split: [
          { name: 'train', share: 0.5 },
          { name: 'test', share: 0.5 },
        ],
      };
      await run({ ...target, outputFolder: folder.path(`first-${format}`) });
      const first = await allBytes(`first-${format}`);
      await run({ ...target, outputFolder: folder.path(`first-${format}`) });
      expect(await allBytes(`first-${format}`)).toEqual(first);
      expect(Object.keys(first).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    }
  });

  it('takes records of several datasets once each', async () => {
    const records = siblings(2);
    await dataset(records.slice(0, 3));
    await dataset(records.slice(2), 'more.spar.jsonl');
    const datasets = [folder.path('pairs.spar.jsonl'), folder.path('more.spar.jsonl')];
    expect(await run({ datasets })).toMatchObject({ rows: 4, leftOut: [{ reason: 'repeated', count: 1 }] });
    expect((await rows('train.meta.jsonl')).map((row) => row['dataset'])).toEqual([
      'pairs.spar.jsonl',
      'pairs.spar.jsonl',
      'pairs.spar.jsonl',
      'more.spar.jsonl',
    ]);
    const ids = [recordIdOf(records[0]!), recordIdOf(records[1]!)];
    expect((await run({ datasets, ids, except: [ids[1]!] })).rows).toBe(1);
  });

  it('writes over no dataset', async () => {
    await dataset(siblings(1));
    await mkdir(folder.path('out'));
    await symlink(folder.path('pairs.spar.jsonl'), folder.path('out', 'train.jsonl'));
    await expect(run()).rejects.toThrow(/is a dataset and is not written over/);
    await dataset(siblings(1), 'other/train.jsonl');
    await expect(run({ outputFolder: folder.path('other') })).rejects.toThrow(/is a dataset and is not/);
    expect(await readdir(folder.path('out'))).toEqual(['train.jsonl']);
    expect((await DatasetFile.open(folder.path('other', 'train.jsonl'))).counts().records).toBe(2);
  });

  it('refuses what is no dataset, and says so', async () => {
    await expect(run()).rejects.toMatchObject({ kind: 'not-found' });
    await writeFile(folder.path('pairs.spar.jsonl'), '{"prompt":"a","response":"b"}\n');
    await expect(run()).rejects.toThrow(/another kind of file, not a SPaR dataset/);
    expect(await readdir(folder.path())).toEqual(['pairs.spar.jsonl']);
  });

  it('leaves the folder as it was when it is stopped', async () => {
    await dataset(siblings(3));
    await run();
    const before = await allBytes();
    const stop = new AbortController();
    const reason = new Error('enough');
    await expect(
      run({ format: 'openai', signal: stop.signal, onProgress: () => stop.abort(reason) }),
    ).rejects.toBe(reason);
    expect(await allBytes()).toEqual(before);
  });

  it('adds to dataset_info.json, comments and all', async () => {
    await dataset(siblings(4));
    await mkdir(folder.path('out'));
    const mine =
      '{\n    // my own\n    "mine": {"file_name": "mine.json"}, /* ours */ "spar_dpo": {"ranking": false}\n}\n';
    await writeFile(folder.path('out', 'dataset_info.json'), mine);
    const split = [
      { name: 'train', share: 0.5 },
      { name: 'test', share: 0.5 },
    ];
    await run({ format: 'llama-factory', split });
    const text = await readFile(folder.path('out', 'dataset_info.json'), 'utf8');
    expect(text).toContain('    // my own\n    "mine": {"file_name": "mine.json"}, /* ours */');
    const info = parse(text) as Record<string, unknown>;
    expect(Object.keys(info)).toEqual(['mine', 'spar_dpo', 'spar_dpo_test']);
    for (const name of ['spar_dpo', 'spar_dpo_test'])
      expect(datasetInfoEntry.safeParse(info[name]).error).toBeUndefined();
    expect(info['spar_dpo_test']).toMatchObject({ file_name: 'test.jsonl', ranking: true });
    await run({ format: 'llama-factory-sft', name: 'answers' });
    const more = parse(await readFile(folder.path('out', 'dataset_info.json'), 'utf8')) as Record<
      string,
      object
    >;
    expect(Object.keys(more)).toEqual(['mine', 'spar_dpo', 'spar_dpo_test', 'answers']);
    expect(datasetInfoEntry.safeParse(more['answers']).error).toBeUndefined();
    expect(Object.keys(more['answers']!)).not.toContain('ranking');
    await writeFile(folder.path('out', 'dataset_info.json'), '[1, 2');
    const before = await allBytes();
    await expect(run({ format: 'llama-factory' })).rejects.toThrow(
      /dataset_info.json in the output folder is not/,
    );
    expect(await allBytes()).toEqual(before);
  });

  it.each([
    [
      'trl',
      'trl.yaml',
      { loss_type: ['sigmoid', 'sft'], loss_weights: [1, 0.1], max_length: 2048, learning_rate: 2e-7 },
    ],
    ['trl-kto', 'trl.yaml', { datasets: [{ path: 'json', data_files: 'train.jsonl', split: 'train' }] }],
    ['parquet', 'trl.yaml', { datasets: [{ path: 'parquet', data_files: 'train.parquet', split: 'train' }] }],
    [
      'llama-factory',
      'llamafactory.yaml',
      { stage: 'dpo', dataset: 'spar_dpo', dataset_dir: '.', pref_ftx: 0.1, cutoff_len: 2048 },
    ],
    ['llama-factory-sft', 'llamafactory.yaml', { stage: 'sft', dataset: 'spar_sft' }],
    [
      'axolotl',
      'axolotl.yaml',
      {
        rl: 'dpo',
        sample_packing: false,
        datasets: [
          {
            path: 'train.jsonl',
            ds_type: 'json',
            split: 'train',
            type: 'chat_template.default',
            field_messages: 'messages',
            field_chosen: 'chosen',
            field_rejected: 'rejected',
          },
        ],
      },
    ],
  ] as const)('%s: settings that train on it', async (format, name, expected) => {
    await dataset(siblings(1));
    await run({ format });
    expect(parseYaml(await readFile(folder.path('out', name), 'utf8'))).toMatchObject(expected);
  });

  it('shows the first rows and the count beforehand', async () => {
    await dataset(siblings(4));
    const request = { datasets: [folder.path('pairs.spar.jsonl')], format: 'together' } as const;
    const preview = await previewExport(request, { rows: 2 });
    await run({ format: 'together' });
    const written = (await readFile(folder.path('out', 'train.jsonl'), 'utf8')).split('\n');
    expect(preview.rows.map(rowText)).toEqual(written.slice(0, 2));
    expect(preview).toMatchObject({ count: 8, isComplete: true, counts: { accepted: 8 } });
  });

  it('names rows of an earlier export that it leaves', async () => {
    await dataset(siblings(4));
    const split = [
      { name: 'train', share: 0.5 },
      { name: 'test', share: 0.5 },
    ];
    expect((await run({ split })).notes).toEqual([]);
    expect((await run({ split })).notes).toEqual([]);
    const left = 'Left from an earlier export, and not part of this one: test.jsonl, test.meta.jsonl.';
    expect((await run()).notes).toEqual([left]);
    await writeFile(folder.path('out', 'mine.jsonl'), '{}');
    expect((await run()).notes).toEqual([left]);
  });

  it('says where a service wants more rows, and where a split is empty', async () => {
    await dataset(siblings(1));
    const split = [
      { name: 'train', share: 0.5 },
      { name: 'test', share: 0.5 },
    ];
    expect((await run({ format: 'openai-sft', split })).notes).toEqual([
      'There are too few instructions for all splits: test.jsonl is empty.',
      'The service takes no file of fewer than 10 rows; train.jsonl has 2.',
    ]);
  });
});
