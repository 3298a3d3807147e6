import { execFileSync } from 'node:child_process';
import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeLinesDurably } from '../../../src/spar/log/writeLines';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spar-lines-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

describe('writeLinesDurably', () => {
  it('makes a file, and replaces one', async () => {
    const file = join(folder, 'a.jsonl');
    await writeLinesDurably(file, ['{"a":"é"}', '{}']);
    expect(await readFile(file, 'utf8')).toBe('{"a":"é"}\n{}\n');
    await writeLinesDurably(file, []);
    expect(await readFile(file, 'utf8')).toBe('');
  });

  it('leaves the old file, and nothing else, when the lines end in an error', async () => {
    const file = join(folder, 'a.jsonl');
    await writeFile(file, 'old');
    function* lines(): Generator<string> {
      yield 'x'.repeat(3_000_000);
      throw new Error('no more');
    }
    await expect(writeLinesDurably(file, lines())).rejects.toThrow('no more');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.jsonl']);
  });

  it('leaves the old file when stopped', async () => {
    const file = join(folder, 'a.jsonl');
    await writeFile(file, 'old');
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(writeLinesDurably(file, ['new'], { signal })).rejects.toThrow('stopped');
    expect(await readFile(file, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['a.jsonl']);
  });

  it.runIf(process.platform === 'linux')('replaces no device, no pipe and no folder', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    for (const file of [pipe, folder, '/dev/null']) {
      await expect(writeLinesDurably(file, ['x'])).rejects.toMatchObject({ kind: 'wrong-type' });
    }
    expect((await stat(pipe)).isFIFO()).toBe(true);
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    expect(await readdir(folder)).toEqual(['pipe']);
  });

  it('follows a link', async () => {
    await writeFile(join(folder, 'a'), 'old');
    await symlink(join(folder, 'a'), join(folder, 'b'));
    await writeLinesDurably(join(folder, 'b'), ['new']);
    expect(await readFile(join(folder, 'a'), 'utf8')).toBe('new\n');
    expect((await lstat(join(folder, 'b'))).isSymbolicLink()).toBe(true);
  });

  it('tells a folder that is not there', async () => {
    await expect(writeLinesDurably(join(folder, 'no', 'a.jsonl'), ['x'])).rejects.toMatchObject({
      name: 'LogError',
      kind: 'not-found',
    });
  });
});
