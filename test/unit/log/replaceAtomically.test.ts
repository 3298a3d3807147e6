import * as promises from 'node:fs/promises';
import { readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { appendLines } from '../../../src/spar/log/appendLines';
import type { LogFileSystem } from '../../../src/spar/log/fileSystem';
import { replaceAtomically, type NewLine } from '../../../src/spar/log/replaceAtomically';
import { temporaryFolder } from './temporaryFolder';

/** Fails the last step, as a full disk or a virus scanner may. */
const renamingFails: LogFileSystem = {
  ...promises,
  rename: () => Promise.reject(Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })),
};

describe('replaceAtomically', () => {
  const folder = temporaryFolder();
  const file = (): string => folder.path('log');
  const text = (): Promise<string> => readFile(file(), 'utf8');

  test('writes new lines and stretches of the old file, byte for byte', async () => {
    await writeFile(
      file(),
      Buffer.concat([Buffer.from('one\n'), Buffer.from([0xff, 10]), Buffer.from('three')]),
    );
    const lines = ['new', { offset: 4, length: 1 }, { offset: 6, length: 5 }];
    expect(await replaceAtomically(file(), () => lines)).toEqual({ size: 12, merged: 0 });
    expect(await readFile(file())).toEqual(
      Buffer.concat([Buffer.from('new\n'), Buffer.from([0xff, 10]), Buffer.from('three\n')]),
    );
    expect(await readdir(folder.path())).toEqual(['log']);
  });

  test('keeps the file’s permissions', async () => {
    await writeFile(file(), 'one\n', { mode: 0o640 });
    const before = (await stat(file())).mode;
    await replaceAtomically(file(), () => ['two']);
    expect((await stat(file())).mode).toBe(before);
  });

  test('takes over what others append meanwhile', async () => {
    await writeFile(file(), 'one\ntwo\n');
    async function* write(size: number): AsyncGenerator<NewLine> {
      await appendLines(file(), ['three']);
      yield `was ${size} bytes`;
    }
    expect(await replaceAtomically(file(), write)).toEqual({ size: 18, merged: 6 });
    expect(await text()).toBe('was 8 bytes\nthree\n');
  });

  test.each([
    ['replaced', async (path: string) => rename(`${path}.other`, path)],
    ['cut', async (path: string) => writeFile(path, 'one\n')],
    [
      'edited in place',
      async (path: string) => {
        await writeFile(path, 'ONE\ntwo\n');
        await utimes(path, new Date(0), new Date(0));
      },
    ],
  ])('leaves a file alone that was %s meanwhile', async (_, change) => {
    await writeFile(file(), 'one\ntwo\n');
    await writeFile(`${file()}.other`, 'one\ntwo\nmore\n');
    async function* write(): AsyncGenerator<NewLine> {
      await change(file());
      yield 'new';
    }
    await expect(replaceAtomically(file(), write)).rejects.toMatchObject({ kind: 'changed' });
    expect(await text()).toMatch(/^one|^ONE/u);
    expect((await readdir(folder.path())).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('a failure at any step leaves the old file and no other', async () => {
    await writeFile(file(), 'one\n');
    const failing = (): Iterable<NewLine> => ({
      [Symbol.iterator]: () => {
        throw new Error('no lines');
      },
    });
    await expect(replaceAtomically(file(), failing)).rejects.toThrow('no lines');
    await expect(replaceAtomically(file(), () => ['x'], { fileSystem: renamingFails })).rejects.toMatchObject(
      {
        kind: 'io',
      },
    );
    await expect(replaceAtomically(folder.path('none'), () => ['x'])).rejects.toMatchObject({
      kind: 'not-found',
    });
    expect(await text()).toBe('one\n');
    expect(await readdir(folder.path())).toEqual(['log']);
  });
});
