import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder, requireWritable } from '../../../src/spar/log/durable';
import { temporaryFolder } from './temporaryFolder';

const folder = temporaryFolder();

test('makes a folder with those above it, and tells whether it was there', async () => {
  const deep = folder.path('a', 'b', 'c');
  expect(await makeFolder(deep)).toBe(true);
  expect((await stat(deep)).isDirectory()).toBe(true);
  expect(await makeFolder(deep)).toBe(false);
});

test('a file in its place is told', async () => {
  await writeFile(folder.path('file'), '');
  await expect(makeFolder(folder.path('file'))).rejects.toMatchObject({ code: 'EEXIST' });
  await expect(makeFolder(folder.path('file', 'below'))).rejects.toMatchObject({
    code: expect.stringMatching(/EEXIST|ENOTDIR/u) as string,
  });
});

test.runIf(process.platform === 'linux')(
  'where none can be made it says so instead of trying on',
  async () => {
    await expect(makeFolder(join('/proc', 'x', 'y'))).rejects.toMatchObject({
      message: expect.stringContaining('/proc takes no folders') as string,
    });
    await expect(requireWritable(join('/proc', 'x', 'y'))).rejects.toMatchObject({ kind: 'no-permission' });
    await expect(requireWritable('/dev/null')).rejects.toMatchObject({ kind: 'wrong-type' });
  },
);

test('a folder that could be made is not made by asking', async () => {
  await requireWritable(folder.path('a', 'b'));
  await requireWritable(folder.path('.'));
  expect(await readdir(folder.path('.'))).toEqual([]);
  await writeFile(folder.path('file'), '');
  for (const place of [folder.path('file'), folder.path('file', 'below')])
    await expect(requireWritable(place)).rejects.toMatchObject({ kind: 'wrong-type', path: place });
});
