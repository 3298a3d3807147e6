import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from '../../../src/spar/log/durable';
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
    await expect(makeFolder(join('/proc', 'x', 'y'))).rejects.toMatchObject({ code: 'ENOENT' });
  },
);
