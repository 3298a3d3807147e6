import { mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { moveIntoFolder } from '../../../../src/editor/datasets/intoFolder';
import { offerWords, unofferedDatasets } from '../../../../src/editor/datasets/storedOffer';
import {
  deleteForGood,
  sizeOf,
  trashDataset,
  trashedDatasets,
  trashOf,
  trashPlaces,
} from '../../../../src/editor/datasets/trash';
import { datasetLineText } from '../../../../src/spar/datasets/datasetLine';
import { record } from '../../datasets/lines';
import { temporaryFolder } from '../../log/temporaryFolder';

const folder = temporaryFolder();
const now = new Date('2026-01-02T03:04:05.678Z');

async function dataset(file: string, ...numbers: readonly number[]): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, numbers.map((number) => `${datasetLineText(record(number))}\n`).join(''));
  return file;
}

describe('a dataset that was kept without a folder', () => {
  const options = () => ({ sparFolder: folder.path('storage', '.spar'), now });

  test('moves into a folder that has none of its name, which is made if need be', async () => {
    const file = await dataset(folder.path('storage', 'datasets', 'pairs.spar.jsonl'), 1);
    const bytes = await readFile(file);
    const to = folder.path('work', 'datasets', 'pairs.spar.jsonl');
    expect(await moveIntoFolder(file, dirname(to), options())).toEqual({ kind: 'moved', to });
    expect(await readFile(to)).toEqual(bytes);
    expect(await readdir(folder.path('storage', 'datasets'))).toEqual([]);
  });

  test.each(['pairs', 'Pairs'])('merges into its namesake “%s”, and can be restored', async (name) => {
    const file = await dataset(folder.path('storage', 'datasets', 'pairs.spar.jsonl'), 1, 2);
    const to = await dataset(folder.path('work', `${name}.spar.jsonl`), 2, 3);
    const done = await moveIntoFolder(file, folder.path('work'), options());
    expect(done).toMatchObject({ kind: 'merged', to, merged: { newRecords: 1, known: 1, left: [] } });
    expect((await readFile(to, 'utf8')).trimEnd().split('\n')).toHaveLength(3);
    const places = trashPlaces({ all: () => [], storedDatasets: () => [dirname(file)] });
    expect(places).toEqual([{ sparFolder: folder.path('storage', '.spar'), roots: [dirname(file)] }]);
    expect(await trashedDatasets(places[0]!.sparFolder, places[0]!.roots)).toMatchObject([{ from: file }]);
  });

  test('stays whole where it lies in that folder already', async () => {
    const file = await dataset(folder.path('work', 'pairs.spar.jsonl'), 1);
    expect(await moveIntoFolder(file, `${folder.path('work')}/`, options())).toEqual({
      kind: 'there',
      to: file,
    });
    expect((await stat(file)).size).toBeGreaterThan(100);
  });

  test('is offered once, and again when it has grown', async () => {
    const file = await dataset(folder.path('storage', 'pairs.spar.jsonl'), 1);
    const empty = await dataset(folder.path('storage', 'empty.spar.jsonl'));
    const kept = new Map<string, unknown>([['spar.offeredDatasets', 'odd']]);
    const notes = {
      get: (key: string) => kept.get(key),
      update: (key: string, value: unknown) => Promise.resolve(void kept.set(key, value)),
    };
    const files = [file, empty, folder.path('gone.spar.jsonl')];
    expect(await unofferedDatasets(files, notes)).toEqual([file]);
    expect(await unofferedDatasets(files, notes)).toEqual([]);
    await dataset(file, 1, 2);
    expect(await unofferedDatasets(files, notes)).toEqual([file]);
    expect(offerWords([file]).message).toContain('The dataset “pairs” was kept');
    expect(offerWords([file, empty]).message).toContain('2 datasets were kept');
  });
});

describe('the trash', () => {
  test('of several folders, each with its own, and of the editor’s storage is found once', () => {
    const home = (root: string) => ({
      sparFolder: join(root, '.spar'),
      datasetFile: join(root, 'datasets', 'pairs.spar.jsonl'),
    });
    const homes = {
      all: () => [home('/a'), home('/b'), home('/storage')],
      storedDatasets: () => ['/storage/datasets', '/global/datasets'],
    };
    expect(trashPlaces(homes).map(({ sparFolder }) => sparFolder)).toEqual([
      '/a/.spar',
      '/b/.spar',
      '/storage/.spar',
      '/global/.spar',
    ]);
    expect(trashOf('/b/datasets/x.spar.jsonl', homes, '/b/.spar')).toBe('/b/.spar');
    expect(trashOf('/global/datasets/x.spar.jsonl', homes, '/a/.spar')).toBe('/global/.spar');
  });

  test('is emptied of datasets and of nothing else', async () => {
    const spar = folder.path('.spar');
    const files = [
      await dataset(folder.path('datasets', 'one.spar.jsonl'), 1),
      await dataset(folder.path('datasets', 'two.spar.jsonl'), 1, 2),
    ];
    const sizes = await Promise.all(files.map(async (file) => (await stat(file)).size));
    for (const [index, file] of files.entries())
      await trashDataset(file, spar, new Date(now.getTime() + index));
    await mkdir(join(spar, 'trash', 'other'));
    await writeFile(join(spar, 'trash', 'other', 'note.txt'), 'mine');
    const trashed = await trashedDatasets(spar, [folder.path('datasets')]);
    expect(await sizeOf(trashed)).toBe(sizes[0]! + sizes[1]!);
    expect(await deleteForGood(trashed)).toBe(2);
    expect(await trashedDatasets(spar, [folder.path('datasets')])).toEqual([]);
    expect((await readdir(join(spar, 'trash'))).sort()).toEqual(['.gitignore', 'other']);
  });

  test('never deletes through a link', async () => {
    const spar = folder.path('.spar');
    const outside = folder.path('outside');
    const file = await dataset(join(outside, 'one.spar.jsonl'), 1);
    await writeFile(
      join(outside, 'from.json'),
      JSON.stringify({ from: file, kept: file, at: now.toISOString() }),
    );
    await mkdir(join(spar, 'trash'), { recursive: true });
    await symlink(outside, join(spar, 'trash', 'linked'));
    const trashed = await trashedDatasets(spar, [folder.path('datasets')]);
    expect(trashed).toHaveLength(1);
    expect(await deleteForGood(trashed)).toBe(0);
    expect((await readdir(outside)).sort()).toEqual(['from.json', 'one.spar.jsonl']);
  });
});
