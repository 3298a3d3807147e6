import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { DatasetFile } from '../../../src/spar/datasets/store';
import { temporaryFolder } from '../log/temporaryFolder';
import { pair, pairId } from './lines';

/** What a child process runs: decisions one after another, each told on its output once it is saved. */
const script = `
  import { DatasetFile } from './src/spar/datasets/store';
  async function main() {
    const [path, name, count] = process.argv.slice(2);
    const dataset = await DatasetFile.open(path);
    for (let n = 0; n < Number(count); n += 1) {
      const pair = { instruction: name + ' says ' + n, rejected: 'a '.repeat(n), chosen: 'b '.repeat(n) };
      const { id } = await dataset.addRecord(pair, { status: 'accepted' });
      process.stdout.write(id + '\\n');
    }
  }
  main().catch((error) => { console.error(error); process.exitCode = 1; });
`;

interface Ended {
  readonly code: number | null;
  /** Ids that the child said were saved. */
  readonly saved: readonly string[];
  readonly errors: string;
}

describe('several processes and one dataset', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');

  function build(): string {
    const outfile = folder.path('child.cjs');
    buildSync({
      stdin: { contents: script, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile,
    });
    return outfile;
  }

  function run(child: string, name: string, killAfter = Number.POSITIVE_INFINITY): Promise<Ended> {
    const running = spawn(process.execPath, [child, path(), name, '200']);
    let output = '';
    let errors = '';
    running.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (output.split('\n').length > killAfter) running.kill('SIGKILL');
    });
    running.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    return new Promise((resolve) => {
      running.on('close', (code) => resolve({ code, saved: output.split('\n').slice(0, -1), errors }));
    });
  }

  test('two that append at once lose nothing and tear nothing', { timeout: 60_000 }, async () => {
    const child = build();
    const ended = await Promise.all([run(child, 'one'), run(child, 'two')]);
    expect(ended.map(({ code, errors }) => ({ code, errors }))).toEqual(
      Array(2).fill({ code: 0, errors: '' }),
    );
    const dataset = await DatasetFile.open(path());
    expect(dataset.problems).toEqual([]);
    expect(dataset.counts()).toMatchObject({ records: 400, accepted: 400, missing: 0 });
    expect([...dataset.records()].sort()).toEqual(ended.flatMap(({ saved }) => saved).sort());
    expect((await readFile(path(), 'utf8')).split('\n')).toHaveLength(801);
    expect((await readdir(folder.path('datasets'))).sort()).toEqual(['.gitattributes', 'pairs.spar.jsonl']);
  });

  test(
    'one that is killed loses nothing it called saved, and stops nobody',
    { timeout: 60_000 },
    async () => {
      const child = build();
      const killed = await run(child, 'one', 20);
      const dataset = await DatasetFile.open(path());
      for (const id of killed.saved) expect(dataset.state(id)).toMatchObject({ status: 'accepted' });
      expect(dataset.problems.every(({ type }) => type === 'torn')).toBe(true);
      await dataset.addRecord(pair(), { status: 'rejected' });
      const after = await DatasetFile.open(path());
      expect(after.state(pairId)).toMatchObject({ status: 'rejected' });
      for (const id of killed.saved) expect(after.state(id)).toMatchObject({ status: 'accepted' });
    },
  );
});

describe('Git', () => {
  const folder = temporaryFolder();
  const path = (): string => folder.path('datasets', 'pairs.spar.jsonl');

  async function git(...args: readonly string[]): Promise<void> {
    const identity = [
      '-c',
      'user.name=Tester',
      '-c',
      'user.email=tester@example.com',
      '-c',
      'commit.gpgsign=false',
    ];
    const running = spawn('git', [...identity, ...args], {
      cwd: folder.path(),
      env: { ...process.env, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: join(folder.path(), 'none') },
    });
    let errors = '';
    running.stderr.on('data', (chunk: Buffer) => {
      errors += chunk.toString();
    });
    const code = await new Promise((resolve) => running.on('close', resolve));
    if (code !== 0) throw new Error(`git ${args.join(' ')}: ${errors}`);
  }

  async function save(message: string): Promise<void> {
    await git('add', '.');
    await git('commit', '-q', '-m', message);
  }

  test.each([false, true])(
    'two branches’ decisions survive a merge; compacted on one: %s',
    async (isCompacted) => {
      await git('init', '-q', '-b', 'main');
      const dataset = await DatasetFile.open(path());
      const ids: string[] = [];
      for (const number of [1, 2, 3])
        ids.push((await dataset.addRecord(pair(number), { status: 'pending' })).id);
      await save('pairs');
      await git('checkout', '-q', '-b', 'other');
      await dataset.decide(ids[0]!, { status: 'rejected' });
      await dataset.decide(ids[1]!, { status: 'accepted' });
      await save('theirs');
      await git('checkout', '-q', 'main');
      await dataset.refresh();
      await dataset.decide(ids[0]!, { status: 'accepted' });
      await dataset.decide(ids[2]!, { status: 'rejected' });
      await dataset.addRecord(pair(4));
      if (isCompacted) await dataset.compact();
      await save('ours');
      await git('merge', '-q', '-m', 'merge', 'other');
      await dataset.refresh();
      expect(dataset.problems).toEqual([]);
      expect(ids.map((id) => dataset.state(id)?.status)).toEqual(['contested', 'accepted', 'rejected']);
      await dataset.decide(ids[0]!, { status: 'accepted' });
      await dataset.compact();
      expect((await DatasetFile.open(path())).counts()).toMatchObject({
        records: 4,
        accepted: 2,
        rejected: 1,
        pending: 1,
      });
    },
  );
});
