import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  createDataset,
  freeDatasetPath,
  moveDataset,
  namesIn,
} from '../../../../src/editor/datasets/fileOperations';
import { restoreDataset, trashDataset, trashedDatasets } from '../../../../src/editor/datasets/trash';
import { temporaryFolder } from '../../log/temporaryFolder';

describe('files of datasets', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');
  const spar = (): string => folder.path('.spar');
  const at = new Date('2026-01-02T03:04:05.678Z');

  test('an empty dataset is an empty file that Git merges by lines, and is never made over another', async () => {
    await createDataset(path());
    expect(await readFile(path(), 'utf8')).toBe('');
    expect((await readdir(folder.path('datasets'))).sort()).toEqual(['.gitattributes', 'pairs.spar.jsonl']);
    await writeFile(path(), 'mine\n');
    await expect(createDataset(path())).rejects.toThrow('create the dataset');
    expect(await readFile(path(), 'utf8')).toBe('mine\n');
  });

  test('a name that is taken is refused, whatever its case, but not to the dataset that has it', async () => {
    await createDataset(path());
    const names = await namesIn(folder.path('datasets'));
    expect(freeDatasetPath(folder.path('datasets'), 'Pairs', { names })).toEqual({
      ok: false,
      reason: 'There is a dataset “pairs” already. Choose another name.',
    });
    const file = folder.path('datasets', 'Pairs.spar.jsonl');
    expect(freeDatasetPath(folder.path('datasets'), 'Pairs', { names, except: path() })).toEqual({
      ok: true,
      path: file,
    });
    expect(freeDatasetPath(folder.path('datasets'), '../x', { names })).toMatchObject({ ok: false });
  });

  test('a deleted dataset keeps its bytes, stays out of Git and comes back whole', async () => {
    await mkdir(folder.path('datasets'));
    const bytes = Buffer.from([0x7b, 0xff, 0x0a, 0x00]);
    await writeFile(path(), bytes);
    const trashed = await trashDataset(path(), spar(), at);
    expect(await readdir(folder.path('datasets'))).toEqual([]);
    expect(await readFile(folder.path('.spar', 'trash', '.gitignore'), 'utf8')).toBe('*\n');
    expect(await trashedDatasets(spar(), [folder.path()])).toEqual([trashed]);
    await restoreDataset(trashed);
    expect(await readFile(path())).toEqual(bytes);
    expect(await trashedDatasets(spar(), [folder.path()])).toEqual([]);
  });

  test('a dataset is not restored over another, and stays where it is kept', async () => {
    await createDataset(path());
    const trashed = await trashDataset(path(), spar(), at);
    await writeFile(path(), 'new\n');
    await expect(restoreDataset(trashed)).rejects.toThrow('another dataset stands there now');
    expect(await readFile(path(), 'utf8')).toBe('new\n');
    expect(await readFile(trashed.kept, 'utf8')).toBe('');
  });

  test('a note that names a place elsewhere restores into the folder of datasets', async () => {
    await createDataset(path());
    const { kept } = await trashDataset(path(), spar(), at);
    const note = { from: '/somewhere/else/pairs.spar.jsonl', kept: '/etc/passwd', at: at.toISOString() };
    await writeFile(
      folder.path('.spar', 'trash', '2026-01-02T03-04-05-678Z', 'from.json'),
      JSON.stringify(note),
    );
    expect(await trashedDatasets(spar(), [folder.path('datasets'), folder.path()])).toEqual([
      { from: path(), kept, at: at.toISOString() },
    ]);
  });

  test('a dataset is moved into a folder, never over another', async () => {
    await createDataset(path());
    const to = folder.path('work', 'datasets', 'pairs.spar.jsonl');
    await moveDataset(path(), to);
    expect((await readdir(folder.path('work', 'datasets'))).sort()).toEqual([
      '.gitattributes',
      'pairs.spar.jsonl',
    ]);
    await createDataset(path());
    await expect(moveDataset(path(), to)).rejects.toThrow('another dataset stands there now');
    expect(await namesIn(folder.path('datasets'))).toContain('pairs.spar.jsonl');
  });

  test('what does not exist can not be deleted, and leaves nothing behind', async () => {
    await expect(trashDataset(path(), spar(), at)).rejects.toThrow('does not exist');
    expect(await trashedDatasets(spar(), [folder.path()])).toEqual([]);
  });
});
