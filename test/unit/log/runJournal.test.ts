import { appendFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import * as promises from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { LogFileSystem } from '../../../src/spar/log/fileSystem';
import { readJournal } from '../../../src/spar/log/journalLines';
import { listRuns, pruneRuns } from '../../../src/spar/log/runFolders';
import { RunJournal } from '../../../src/spar/log/runJournal';
import { temporaryFolder } from './temporaryFolder';

const now = (): Date => new Date('2026-01-02T03:04:05.678Z');

/** Counts how often a file with this ending was synced. */
class SyncCount {
  readonly names: string[] = [];
  readonly fileSystem: LogFileSystem = {
    ...promises,
    open: async (path, flags, mode) => {
      const handle = await promises.open(path, flags, mode);
      const sync = handle.sync.bind(handle);
      handle.sync = async () => {
        this.names.push(String(path));
        await sync();
      };
      return handle;
    },
  };

  of(ending: string): number {
    return this.names.filter((name) => name.endsWith(ending)).length;
  }
}

describe('RunJournal', () => {
  const folder = temporaryFolder();
  const spar = (): string => folder.path('.spar');
  const begin = (id: string, settings: unknown = {}): Promise<RunJournal> =>
    RunJournal.create(spar(), { id, settings }, { now });

  async function entries(id: string): Promise<readonly unknown[]> {
    const read: unknown[] = [];
    for await (const entry of readJournal(folder.path('.spar', 'runs', id, 'journal.jsonl')))
      read.push(entry);
    return read;
  }

  test('keeps settings, events, replies and summary, and runs out of Git but not prompts', async () => {
    const run = await begin('first', { gate: 0.5 });
    await run.append('search-started', { path: '0' });
    await run.replies.put('key', { text: 'line\u2028end', finishReason: 'stop' });
    await run.writeSummary({ pairs: 1 });
    await run.close();
    const at = (name: string): Promise<string> =>
      readFile(folder.path('.spar', 'runs', 'first', name), 'utf8');
    expect((await readdir(folder.path('.spar', 'runs', 'first'))).sort()).toEqual([
      'journal.jsonl',
      'replies.jsonl',
      'settings.json',
      'summary.json',
    ]);
    expect(await at('journal.jsonl')).toBe(
      '{"spar":1,"kind":"search-started","time":"2026-01-02T03:04:05.678Z","payload":{"path":"0"}}\n',
    );
    expect(await at('replies.jsonl')).toBe(
      '{"spar":1,"key":"key","finishReason":"stop","text":"line\\u2028end"}\n',
    );
    expect(await listRuns(spar())).toEqual([
      {
        id: 'first',
        folder: folder.path('.spar', 'runs', 'first'),
        created: '2026-01-02T03:04:05.678Z',
        settings: { gate: 0.5 },
        summary: { pairs: 1 },
      },
    ]);
    const ignored = await readFile(folder.path('.spar', '.gitignore'), 'utf8');
    expect(ignored.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual(['/runs/*']);
  });

  test('a .gitignore of the user stays', async () => {
    await mkdir(spar());
    await writeFile(folder.path('.spar', '.gitignore'), '# mine\n');
    await (await begin('first')).close();
    expect(await readFile(folder.path('.spar', '.gitignore'), 'utf8')).toBe('# mine\n');
  });

  test('goes on after a crash in mid-line: the torn bytes stay, the rest is read', async () => {
    const run = await begin('torn');
    await run.append('one', 1);
    await run.close();
    const file = folder.path('.spar', 'runs', 'torn', 'journal.jsonl');
    await appendFile(file, '{"spar":1,"kind":"tw');
    expect(await entries('torn')).toMatchObject([{ kind: 'one' }, { type: 'torn', number: 2 }]);
    const again = await RunJournal.open(spar(), 'torn', { now });
    await again.append('three', 3);
    await again.close();
    await appendFile(file, '{"spar":2,"kind":"future"}\n');
    expect(await entries('torn')).toMatchObject([
      { kind: 'one', payload: 1 },
      { type: 'damaged', number: 2, reason: 'not valid JSON' },
      { kind: 'three', payload: 3 },
      { type: 'newer', number: 4 },
    ]);
  });

  test('events of one tick are written in order with one sync, and as they were when given', async () => {
    const count = new SyncCount();
    const run = await RunJournal.create(
      spar(),
      { id: 'r', settings: {} },
      { now, fileSystem: count.fileSystem },
    );
    const payload = { n: 0 };
    const appended = Array.from({ length: 50 }, (_, n) => {
      payload.n = n;
      return run.append('tick', payload);
    });
    await Promise.all(appended);
    expect(count.of('journal.jsonl')).toBe(1);
    const replies = Array.from({ length: 20 }, (_, n) =>
      run.replies.put(`k${n}`, { text: `${n}`, finishReason: 'stop' }),
    );
    expect(run.replies.get('k3')).toEqual({ text: '3', finishReason: 'stop' });
    await Promise.all(replies);
    expect(count.of('replies.jsonl')).toBe(1);
    await run.close();
    expect((await entries('r')).map((entry) => (entry as { payload: unknown }).payload)).toEqual(
      Array.from({ length: 50 }, (_, n) => ({ n })),
    );
  });

  test('replies come back after opening again, the first of a key stays, torn and damaged ones are missing', async () => {
    const run = await begin('r');
    await run.replies.put('a', { text: 'é ✓ \ud800', finishReason: 'length' });
    await run.replies.put('b', { text: 'b', finishReason: 'stop' });
    await run.replies.put('a', { text: 'other', finishReason: 'stop' });
    await run.close();
    await appendFile(
      folder.path('.spar', 'runs', 'r', 'replies.jsonl'),
      '{"spar":1,"key":"c"}\nnonsense\n{"spar":1,"key":"d","te',
    );
    const again = await RunJournal.open(spar(), 'r');
    expect(['a', 'b', 'c', 'd'].map((key) => again.replies.get(key))).toEqual([
      { text: 'é ✓ \ud800', finishReason: 'length' },
      { text: 'b', finishReason: 'stop' },
      undefined,
      undefined,
    ]);
    await again.replies.put('d', { text: 'd', finishReason: 'stop' });
    expect(again.replies.get('d')).toEqual({ text: 'd', finishReason: 'stop' });
    await again.close();
  });

  test('never holds a secret, in any of its files', async () => {
    const secret = { headers: { Authorization: 'Bearer sk-1' } };
    await expect(begin('r', secret)).rejects.toMatchObject({ kind: 'secret' });
    const run = await begin('r');
    await expect(run.append('started', { apiKey: 'sk-1' })).rejects.toMatchObject({ kind: 'secret' });
    await expect(run.writeSummary(secret)).rejects.toMatchObject({ kind: 'secret' });
    await run.append('started', { model: 'm' });
    await run.close();
    const files = await readdir(folder.path('.spar', 'runs', 'r'));
    const texts = await Promise.all(
      files.map((name) => readFile(folder.path('.spar', 'runs', 'r', name), 'utf8')),
    );
    expect(texts.join('')).not.toContain('sk-1');
  });

  test('an event that can’t be written is refused alone', async () => {
    const run = await begin('r');
    const cycle: unknown[] = [];
    cycle.push(cycle);
    await expect(run.append('bad', cycle)).rejects.toMatchObject({ kind: 'unwritable' });
    await run.append('good', null);
    await run.close();
    expect(await entries('r')).toMatchObject([{ kind: 'good' }]);
  });

  test('one process at a time; ids that leave the folder, or are taken, are refused', async () => {
    const run = await begin('r');
    const second = RunJournal.open(spar(), 'r', { waitMs: 0 });
    await expect(second).rejects.toMatchObject({ kind: 'locked' });
    await expect(second).rejects.toThrow('is open in another window or terminal');
    await run.close();
    await expect(begin('r')).rejects.toMatchObject({ kind: 'wrong-type' });
    await expect(begin('../r')).rejects.toMatchObject({ kind: 'wrong-type' });
    await expect(RunJournal.open(spar(), 'none')).rejects.toMatchObject({ kind: 'not-found' });
  });

  test('lists the newest first and prunes the oldest on request, but none that is open', async () => {
    expect(await listRuns(spar())).toEqual([]);
    for (const day of [1, 2, 3, 4]) {
      const run = await RunJournal.create(
        spar(),
        { id: `r${day}`, settings: {} },
        { now: () => new Date(Date.UTC(2026, 0, day)) },
      );
      if (day !== 2) await run.close();
    }
    await writeFile(folder.path('.spar', 'runs', 'a file'), '');
    expect((await listRuns(spar())).map(({ id }) => id)).toEqual(['r4', 'r3', 'r2', 'r1']);
    expect(await pruneRuns(spar(), 1)).toEqual(['r3', 'r1']);
    expect((await listRuns(spar())).map(({ id }) => id)).toEqual(['r4', 'r2']);
  });
});
