import { mkdir, open, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import * as promises from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendLines } from '../../../src/spar/log/appendLines';
import type { LogFileSystem } from '../../../src/spar/log/fileSystem';
import { temporaryFolder } from './temporaryFolder';

/** A disk on which log files take only so many more bytes, and then none until space is made. */
class FullDisk {
  readonly synced: string[] = [];
  constructor(public bytesLeft: number) {}

  readonly fileSystem: LogFileSystem = {
    ...promises,
    open: async (path, flags, mode) => {
      const handle = await open(path, flags, mode);
      const name = String(path);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        this.synced.push(name);
        await sync();
      };
      if (flags === 'a+') handle.write = this.limited(handle);
      return handle;
    },
  };

  private limited(handle: promises.FileHandle): promises.FileHandle['write'] {
    const write = handle.write.bind(handle);
    const limited = async (...[bytes, offset, length]: [Uint8Array, number, number]) => {
      if (this.bytesLeft === 0)
        throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
      const part = Math.min(length, this.bytesLeft);
      this.bytesLeft -= part;
      return write(bytes, offset, part, null);
    };
    return limited as promises.FileHandle['write'];
  }
}

/** A disk whose every new file is refused with a system's code. */
function refusingDisk(code: string): LogFileSystem {
  const refuse = () => Promise.reject(Object.assign(new Error(code), { code }));
  return { ...promises, open: refuse };
}

describe('appendLines', () => {
  const folder = temporaryFolder();
  const text = (name = 'log'): Promise<string> => readFile(folder.path(name), 'utf8');

  test('creates folders and file, and leaves nothing else behind', async () => {
    expect(await appendLines(folder.path('a', 'b', 'log'), ['one', 'two'])).toEqual({
      offset: 0,
      end: 8,
      mended: false,
      created: true,
      mark: expect.objectContaining({ end: 8, tail: Buffer.from('one\ntwo\n') }) as unknown,
    });
    expect(await text('a/b/log')).toBe('one\ntwo\n');
    expect(await readdir(folder.path('a', 'b'))).toEqual(['log']);
  });

  test('syncs the file, and its folder when the file is new', async () => {
    const disk = new FullDisk(1000);
    const file = folder.path('log');
    await appendLines(file, ['one'], { fileSystem: disk.fileSystem });
    await appendLines(file, ['two'], { fileSystem: disk.fileSystem });
    expect(disk.synced).toEqual([file, folder.path(), file]);
  });

  test('a torn last line stays as it is and the next begins on a fresh line', async () => {
    await writeFile(folder.path('log'), 'one\n{"to');
    expect(await appendLines(folder.path('log'), ['two'])).toEqual({
      offset: 9,
      end: 13,
      mended: true,
      created: false,
      mark: expect.objectContaining({ end: 13 }) as unknown,
    });
    expect(await text()).toBe('one\n{"to\ntwo\n');
  });

  test('a full disk takes back the part that was written, and the next append goes well', async () => {
    await writeFile(folder.path('log'), 'one\n');
    const disk = new FullDisk(5);
    const failed = appendLines(folder.path('log'), ['a long line'], { fileSystem: disk.fileSystem });
    await expect(failed).rejects.toMatchObject({ kind: 'disk-full' });
    await expect(failed).rejects.toThrow(
      /the disk is full\. Nothing was added\. Free some space, then try again\.$/u,
    );
    expect(await text()).toBe('one\n');
    disk.bytesLeft = 100;
    await appendLines(folder.path('log'), ['two'], { fileSystem: disk.fileSystem });
    expect(await text()).toBe('one\ntwo\n');
    expect(await readdir(folder.path())).toEqual(['log']);
  });

  test.runIf(process.platform === 'linux')('a device takes no lines', async () => {
    await expect(appendLines('/dev/null', ['one'])).rejects.toMatchObject({
      kind: 'wrong-type',
      message: '/dev/null is a device or a pipe, so nothing was added to it. Name a file.',
    });
  });

  test.runIf(process.platform === 'linux')('a folder that takes no files is told as that', async () => {
    await expect(appendLines('/proc/pairs.spar.jsonl', ['one'])).rejects.toMatchObject({
      kind: 'no-permission',
      message: expect.stringContaining('its folder takes no files') as string,
    });
  });

  test.runIf(process.platform === 'linux')('the system’s own full device is a full disk', async () => {
    const fileSystem: LogFileSystem = {
      ...promises,
      open: (path, flags) => open(flags === 'a+' ? '/dev/full' : path, flags),
    };
    await expect(appendLines(folder.path('log'), ['one'], { fileSystem })).rejects.toMatchObject({
      kind: 'disk-full',
      path: folder.path('log'),
    });
  });

  test.each([
    ['EROFS', 'read-only'],
    ['EACCES', 'no-permission'],
    ['EDQUOT', 'disk-full'],
    ['EIO', 'io'],
  ])('%s is told as %s, with what to do', async (code, kind) => {
    const failed = appendLines(folder.path('log'), ['one'], { fileSystem: refusingDisk(code) });
    await expect(failed).rejects.toMatchObject({ name: 'LogError', kind });
    await expect(failed).rejects.toThrow(/^Could not .+: .+\. .+\.$/u);
  });

  test('a folder where the file should be, and a file where its folder should be', async () => {
    await mkdir(folder.path('log'));
    await writeFile(folder.path('file'), '');
    await expect(appendLines(folder.path('log'), ['one'])).rejects.toMatchObject({ kind: 'wrong-type' });
    await expect(appendLines(folder.path('file', 'log'), ['one'])).rejects.toMatchObject({
      kind: 'wrong-type',
    });
  });

  test('refuses a line that holds a line end', async () => {
    await expect(appendLines(folder.path('log'), ['a\nb'])).rejects.toMatchObject({ kind: 'unwritable' });
    expect(await readdir(folder.path())).toEqual([]);
  });

  test('a link to a place that is not there is told as that', async () => {
    await symlink(folder.path('none', 'log'), folder.path('link'));
    await expect(appendLines(folder.path('link'), ['one'])).rejects.toMatchObject({
      kind: 'no-permission',
      message: expect.stringContaining('a link to a place that is not there') as string,
    });
    expect(await readdir(folder.path())).toEqual(['link']);
  });

  test('follows a link to the file itself', async () => {
    await writeFile(folder.path('log'), 'one\n');
    await symlink(folder.path('log'), folder.path('link'));
    await appendLines(folder.path('link'), ['two']);
    expect(await text()).toBe('one\ntwo\n');
  });

  test(
    'whatever a crash left, all whole lines and all bytes are still there after the next append',
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.string()), fc.nat(), async (values, cut) => {
          const before = Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
          const torn = before.subarray(0, cut % (before.length + 1));
          await writeFile(folder.path('torn'), torn);
          await appendLines(folder.path('torn'), ['"next"']);
          const after = await readFile(folder.path('torn'));
          expect(after.subarray(0, torn.length).equals(torn)).toBe(true);
          expect(after.subarray(torn.length).toString()).toMatch(/^\n?"next"\n$/u);
          const whole = torn.toString().split('\n').slice(0, -1);
          expect(after.toString().split('\n').slice(0, whole.length)).toEqual(whole);
          await rm(folder.path('torn'));
        }),
        { numRuns: 30 },
      );
    },
  );
});
