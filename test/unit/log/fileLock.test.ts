import { spawnSync } from 'node:child_process';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { acquireLock } from '../../../src/spar/log/fileLock';
import { fileNameProblem } from '../../../src/spar/log/fileName';
import { thisOwner } from '../../../src/spar/log/lockOwner';
import { refuseSecrets } from '../../../src/spar/log/secrets';
import { temporaryFolder } from './temporaryFolder';

describe('acquireLock', () => {
  const folder = temporaryFolder();
  const lockText = (): Promise<string> => readFile(folder.path('log.lock'), 'utf8');

  async function leaveLock(owner: object | string): Promise<void> {
    await writeFile(folder.path('log.lock'), typeof owner === 'string' ? owner : JSON.stringify(owner));
  }

  test('is held by one at a time, and leaves nothing behind', async () => {
    const inside: string[] = [];
    const work = async (name: string): Promise<void> => {
      const lock = await acquireLock(folder.path('log'));
      inside.push(`${name} in`);
      await new Promise((resolve) => setImmediate(resolve));
      inside.push(`${name} out`);
      await lock.release();
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(work));
    const names = inside.filter((_, index) => index % 2 === 0).map((entry) => entry.charAt(0));
    expect(inside).toEqual(names.flatMap((name) => [`${name} in`, `${name} out`]));
    expect([...names].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(await readdir(folder.path())).toEqual([]);
  });

  test('one who does not wait is told who holds it and what to do', async () => {
    const lock = await acquireLock(folder.path('log'));
    const refused = acquireLock(folder.path('log'), { waitMs: 0 });
    await expect(refused).rejects.toMatchObject({ name: 'LogError', kind: 'locked' });
    await expect(refused).rejects.toThrow(
      new RegExp(`Another process \\(process ${process.pid} on .+delete .+log\\.lock\\.$`, 'u'),
    );
    await lock.release();
  });

  test('a dead process on this machine loses its lock at once', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    await leaveLock({ token: 'gone', ...thisOwner(), pid });
    const lock = await acquireLock(folder.path('log'), { waitMs: 0 });
    expect(await lockText()).toContain(String(process.pid));
    await lock.release();
  });

  test.each([
    ['of another machine', { token: 'far', pid: process.pid, machine: 'elsewhere' }],
    ['without an owner', ''],
    ['that names a path', { token: '../../evil', pid: 1, machine: 'elsewhere' }],
    ['of a process number that is in use again', { token: 'old', ...thisOwner() }],
  ])('a lock %s is taken over when nobody touches it', async (_, owner) => {
    await leaveLock(owner);
    await expect(acquireLock(folder.path('log'), { waitMs: 0, staleMs: 40 })).rejects.toMatchObject({
      kind: 'locked',
    });
    const lock = await acquireLock(folder.path('log'), { staleMs: 40 });
    expect(JSON.parse(await lockText())).toMatchObject(thisOwner());
    await lock.release();
    expect(await readdir(folder.path())).toEqual([]);
  });

  test('a lock that is touched is not taken over, however short the wait', async () => {
    const lock = await acquireLock(folder.path('log'), { staleMs: 200 });
    await expect(acquireLock(folder.path('log'), { staleMs: 200, waitMs: 500 })).rejects.toMatchObject({
      kind: 'locked',
    });
    await lock.assertHeld();
    await lock.release();
  });

  test('many waiters for one stale lock still go one at a time', async () => {
    await leaveLock({ token: 'far', pid: 1, machine: 'elsewhere' });
    let holders = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      const lock = await acquireLock(folder.path('log'), { staleMs: 300 });
      holders += 1;
      most = Math.max(most, holders);
      await new Promise((resolve) => setImmediate(resolve));
      holders -= 1;
      await lock.release();
    };
    await Promise.all(Array.from({ length: 12 }, work));
    expect(most).toBe(1);
    expect(await readdir(folder.path())).toEqual([]);
  });

  test('an owner that slept notices that it lost the lock, and leaves the new one alone', async () => {
    const lock = await acquireLock(folder.path('log'), { staleMs: 20 });
    await leaveLock({ token: 'new', pid: 1, machine: 'elsewhere' });
    const until = performance.now() + 60;
    while (performance.now() < until);
    await expect(lock.assertHeld()).rejects.toMatchObject({ kind: 'locked' });
    await lock.release();
    expect(await lockText()).toContain('"new"');
  });

  test('waiting ends with the reason of an abort', async () => {
    const lock = await acquireLock(folder.path('log'));
    const controller = new AbortController();
    const waiting = acquireLock(folder.path('log'), { signal: controller.signal });
    controller.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await lock.release();
  });
});

describe('fileNameProblem', () => {
  test.each(['pairs', 'my pairs 2', 'Paare-für_DPO', 'a.b', 'contest'])('“%s” is a name', (name) => {
    expect(fileNameProblem(name)).toBeNull();
  });

  test.each([
    ['', 'it is empty'],
    ['../up', 'it holds “/”'],
    ['a\\b', 'it holds “\\”'],
    ['..', 'it starts with a dot'],
    ['a.', 'it starts or ends with a space, or ends with a dot'],
    ['NUL', 'Windows keeps that name for a device'],
    ['com1.txt', 'Windows keeps that name for a device'],
    ['a\u0000', 'it holds the character U+0000'],
    ['a\u202eb', 'it holds the character U+202E'],
    ['x'.repeat(101), 'it is longer than 100 characters'],
  ])('“%s” is none', (name, problem) => {
    expect(fileNameProblem(name)).toBe(problem);
  });
});

describe('refuseSecrets', () => {
  test.each([
    'apiKey',
    'api_key',
    'OPENAI_API_KEY',
    'x-api-key',
    'Authorization',
    'client_secret',
    'accessToken',
  ])('refuses %s at any depth and does not tell its value', (key) => {
    const refused = (): void => refuseSecrets({ endpoints: [{ headers: { [key]: 'sk-123' } }] }, 'journal');
    expect(refused).toThrow(`“${key}”`);
    expect(refused).not.toThrow('sk-123');
  });

  test('takes counts of tokens, empty fields, and texts that speak of keys', () => {
    expect(() =>
      refuseSecrets(
        { promptTokens: 3, maxTokens: 5, apiKey: '', keywords: ['apiKey'], text: 'authorization: x' },
        'j',
      ),
    ).not.toThrow();
  });
});
