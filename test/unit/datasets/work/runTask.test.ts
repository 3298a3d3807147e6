import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { buildSync } from 'esbuild';
import { beforeAll, describe, expect, test } from 'vitest';
import { LogError } from '../../../../src/spar/log/logError';
import { recordIdOf, recordLine } from '../../../../src/spar/datasets/newLines';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { lintDataset } from '../../../../src/spar/datasets/lint/lint';
import { packedReport, unpackedReport } from '../../../../src/spar/datasets/work/packedReport';
import { runTask } from '../../../../src/spar/datasets/work/runTask';
import type { TaskInput } from '../../../../src/spar/datasets/work/tasks';
import { TokenizerProblem } from '../../../../src/spar/tokens/modelTokenizer';
import { temporaryFolder } from '../../log/temporaryFolder';
import { pair } from '../lines';

const folder = temporaryFolder();
const file = (): string => folder.path('pairs.spar.jsonl');
const lintInput = (path: string): TaskInput<'lint'> => ({ file: path, evaluation: [], tokenizer: null });

/** What is sent by a thread that is made for a test; `workerData` and `parentPort` are at hand in its code. */
async function scriptOf(code: string): Promise<string> {
  const path = folder.path('thread.cjs');
  await writeFile(path, `const { parentPort, workerData } = require('node:worker_threads');\n${code}`);
  return path;
}

describe('a task in a thread', () => {
  let text = '';

  beforeAll(() => {
    const built = buildSync({
      entryPoints: ['src/spar/datasets/work/thread.ts'],
      mainFields: ['module', 'main'],
      ...({ bundle: true, write: false, platform: 'node', format: 'cjs', logLevel: 'error' } as const),
    });
    text = built.outputFiles[0]?.text ?? '';
  });

  async function thread(): Promise<string> {
    const path = folder.path('worker.cjs');
    await writeFile(path, text);
    return path;
  }

  async function dataset(): Promise<void> {
    const opened = await DatasetFile.open(file());
    const odd = { ...pair(0), chosen: 'As an AI language model, I cannot do that.' };
    await opened.apply(
      [
        odd,
        ...Array.from({ length: 40 }, (_, number) => pair(number)),
        { ...pair(9), chosen: '[[end]]' },
      ].map((record) => ({ type: 'add', record, decision: { status: 'accepted' } })),
    );
  }

  test('comes to what it comes to without one', { timeout: 60_000 }, async () => {
    await dataset();
    const script = await thread();
    const shares: number[] = [];
    const packed = await runTask('lint', lintInput(file()), {
      ...{ script, inBackground: true },
      onProgress: (share) => shares.push(share),
    });
    const { ids, ...report } = unpackedReport(packed);
    const { ids: expected, ...rest } = await lintDataset(file());
    expect(report).toEqual(rest);
    expect([...ids].map(([code, set]) => [code, set.size, [...set]])).toEqual(
      [...expected].map(([code, set]) => [code, set.size, [...set]]),
    );
    expect([...ids.keys()]).toContain('leaked-marker');
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));

    const files = { files: [file()] };
    expect(await runTask('statistics', files, { script })).toEqual(
      await runTask('statistics', files, { script: null }),
    );
    const like = { file: file(), target: recordLine(pair(9), '2026-01-01T00:00:00.000Z') };
    const similar = await runTask('similar', like, { script });
    expect(similar[0]).toMatchObject({ id: recordIdOf({ ...pair(9), chosen: '[[end]]' }), instruction: 1 });
    expect(similar).toEqual(await runTask('similar', like, { script: null }));
    const target = { datasets: [file()], format: 'trl', outputFolder: folder.path('out') } as const;
    const first: number[] = [];
    const preview = await runTask('preview', target, {
      script,
      onInterim: ({ count }) => first.push(count),
    });
    expect([first, preview.count, existsSync(target.outputFolder)]).toEqual([[5], 42, false]);
    const exported = await runTask('export', target, { script });
    const elsewhere = { ...target, outputFolder: folder.path('elsewhere') };
    expect(await runTask('export', elsewhere, { script: null })).toEqual({
      ...exported,
      outputFolder: elsewhere.outputFolder,
    });
    for (const { name } of exported.files)
      expect(await readFile(folder.path('out', name))).toEqual(
        await readFile(folder.path('elsewhere', name)),
      );
  });

  test('makes fixes and edits', { timeout: 60_000 }, async () => {
    await dataset();
    const script = await thread();
    const { findings } = await lintDataset(file());
    const edits = await runTask('fix', { file: file(), findings }, { script });
    expect(edits).toBeGreaterThan(0);
    const id = recordIdOf(pair(5));
    await runTask('edit', { file: file(), edits: [{ type: 'delete', id }] }, { script });
    const opened = await DatasetFile.open(file());
    expect(opened.state(id)?.deleted).toBe(true);
    const written = (await readFile(file(), 'utf8')).match(/"name":"spar lint"/gu);
    expect(written?.length).toBe(findings.filter(({ fix }) => fix?.[0]?.type === 'decide').length);
  });

  test(
    'fails as it fails without one, of the same kind and in the same words',
    { timeout: 60_000 },
    async () => {
      const script = await thread();
      await mkdir(file());
      const failure = (of: Promise<unknown>): Promise<unknown> => of.then(String, (error: unknown) => error);
      const [there, here] = await Promise.all(
        [script, null].map((place) => failure(runTask('lint', lintInput(file()), { script: place }))),
      );
      expect(there).toBeInstanceOf(LogError);
      expect(there).toMatchObject({ kind: 'wrong-type', path: file(), message: (here as LogError).message });
      const tokenizer = folder.path('none.json');
      const problem = runTask('lint', { ...lintInput(file()), tokenizer }, { script });
      await expect(problem).rejects.toThrow(TokenizerProblem);
      await expect(problem).rejects.toThrow(`There is no file “${tokenizer}”.`);
      const target = { datasets: [], format: 'trl', outputFolder: folder.path('out') } as const;
      const split = [{ name: '../x', share: 1 }];
      await expect(runTask('export', { ...target, split }, { script })).rejects.toThrow('../x');
    },
  );
});

describe('a thread that is to stop', () => {
  const waits = `parentPort.on('message', () => {});`;

  test('is not waited for where it only reads', async () => {
    const stop = new AbortController();
    const shares: number[] = [];
    // Deaf, and never done.
    const script = await scriptOf(`
      parentPort.postMessage({ type: 'progress', share: 0.5 });
      setTimeout(() => { for (;;); }, 0);
    `);
    const running = runTask('lint', lintInput('x'), {
      ...{ script, signal: stop.signal },
      onProgress: (share) => {
        shares.push(share);
        stop.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(shares).toEqual([0.5]);
  });

  const target = { datasets: [], format: 'trl', outputFolder: 'x' } as const;

  test('has cleaned up before its caller goes on where it writes', async () => {
    const stop = new AbortController();
    const left = folder.path('left');
    await writeFile(left, '');
    const script = await scriptOf(`
      parentPort.postMessage({ type: 'progress', share: 0 });
      parentPort.once('message', () => {
        require('node:fs').unlinkSync(${JSON.stringify(left)});
        parentPort.postMessage({ type: 'progress', share: 1 });
        parentPort.postMessage({ type: 'failed', error: { is: 'other', name: 'AbortError', message: 'stopped' } });
      });
    `);
    const shares: number[] = [];
    const running = runTask('export', target, {
      ...{ script, signal: stop.signal },
      onProgress: (share) => {
        shares.push(share);
        stop.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect([existsSync(left), shares]).toEqual([false, [0]]);
  });

  test('counts as done where it was done before it heard', async () => {
    const stop = new AbortController();
    const script = await scriptOf(`
      parentPort.postMessage({ type: 'progress', share: 0 });
      parentPort.once('message', () => parentPort.postMessage({ type: 'done', output: 7 }));
    `);
    const running = runTask(
      'fix',
      { file: 'x', findings: [] },
      {
        ...{ script, signal: stop.signal },
        onProgress: () => stop.abort(new Error('enough')),
      },
    );
    expect(await running).toBe(7);
  });

  test('is ended where it does not hear, which is not said to be a stop', async () => {
    const stop = new AbortController();
    const script = await scriptOf(`parentPort.postMessage({ type: 'progress', share: 0 }); ${waits}`);
    const running = runTask('export', target, {
      ...{ script, signal: stop.signal, patience: 1 },
      onProgress: () => stop.abort(),
    });
    const error: unknown = await running.catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'Error' });
    expect(String(error)).toContain(`A part of its work may be in ${target.outputFolder}`);
  });

  test('is not begun where its caller has stopped before', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await expect(runTask('export', target, { script: '/nowhere', signal })).rejects.toThrow('before');
  });
});

describe('a thread that dies', () => {
  test.each([
    ['process.exit(3)', 'The thread that lints the dataset died: it ended with code 3. Try again.'],
    ['throw new Error("odd")', 'The thread that lints the dataset died: odd. Try again.'],
    [
      'const held = []; for (;;) held.push(new Array(1e5).fill({}));',
      'The thread that lints the dataset died: it needed more memory than the editor gives it. Split the dataset, or run “spar” in a terminal.',
    ],
  ])('says so: %s', { timeout: 60_000 }, async (code, message) => {
    const script = await scriptOf(code);
    await expect(
      runTask('lint', lintInput('x'), { script, resourceLimits: { maxOldGenerationSizeMb: 16 } }),
    ).rejects.toThrow(message);
  });

  test('says so where its script is gone', async () => {
    const running = runTask('statistics', { files: [] }, { script: folder.path('gone.cjs') });
    await expect(running).rejects.toThrow(/^The thread that counts the dataset died: Cannot find module/u);
  });
});

test('a report without findings crosses too', () => {
  const empty = { findings: [], counts: new Map(), bySeverity: { error: 0, warning: 0, information: 0 } };
  const report = { ...empty, records: 0, tokens: { name: 'none', isExact: false } };
  const profile = { name: 'plain', title: '', option: '', cutoff: null } as never;
  const ids = new Map([['refusal', new Set<string>()]] as const);
  const { ids: crossed } = unpackedReport(structuredClone(packedReport({ ...report, profile, ids })));
  expect([...crossed].map(([code, set]) => [code, set.size, [...set]])).toEqual([['refusal', 0, []]]);
});
