import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { buildSync } from 'esbuild';
import { expect, test } from 'vitest';
import { exportDataset } from '../../../../src/spar/datasets/export/exportDataset';
import { DatasetFile } from '../../../../src/spar/datasets/store';
import { temporaryFolder } from '../../log/temporaryFolder';

/** Exports again and again, by turns with two seeds, and says when it begins. */
const script = `
  import { exportDataset } from './src/spar/datasets/export/exportDataset';
  async function main() {
    const [path, outputFolder] = process.argv.slice(2);
    const split = [{ name: 'train', share: 0.5 }, { name: 'test', share: 0.5 }];
    for (let seed = 1; ; seed = 3 - seed) {
      process.stdout.write('again\\n');
      await exportDataset({ datasets: [path], format: 'trl', outputFolder, split, seed });
    }
  }
  main().catch((error) => { console.error(error); process.exitCode = 1; });
`;

const folder = temporaryFolder();
const split = [
  { name: 'train', share: 0.5 },
  { name: 'test', share: 0.5 },
];

test(
  'a killed export leaves each file old or new, and the next one clears up',
  { timeout: 60_000 },
  async () => {
    const path = folder.path('pairs.spar.jsonl');
    const dataset = await DatasetFile.open(path);
    await dataset.apply(
      Array.from({ length: 400 }, (_, index) => ({
        type: 'add',
        record: { instruction: `Say ${index}.`, rejected: 'no '.repeat(50), chosen: `yes ${index}` },
        decision: { status: 'accepted' },
      })),
    );
    const whole = new Map<string, Set<string>>();
    for (const seed of [1, 2]) {
      const outputFolder = folder.path(`seed-${seed}`);
      const { files } = await exportDataset({ datasets: [path], format: 'trl', outputFolder, split, seed });
      for (const { name, sha256 } of files) whole.set(name, (whole.get(name) ?? new Set()).add(sha256));
    }
    const child = folder.path('child.cjs');
    buildSync({
      stdin: { contents: script, resolveDir: process.cwd(), loader: 'ts' },
      bundle: true,
      platform: 'node',
      mainFields: ['module', 'main'],
      format: 'cjs',
      outfile: child,
    });
    const out = folder.path('out');
    for (const delay of [3, 11, 29, 53]) {
      const running = spawn(process.execPath, [child, path, out]);
      let begun = 0;
      running.stdout.on('data', (chunk: Buffer) => {
        begun += chunk.toString().split('again').length - 1;
        // In the midst of a later one.
        if (begun >= 3) setTimeout(() => running.kill('SIGKILL'), delay);
      });
      const signal = await new Promise((resolve) => running.on('close', (_code, by) => resolve(by)));
      expect(signal).toBe('SIGKILL');
      const names = (await readdir(out)).filter((name) => !name.endsWith('.tmp'));
      expect(names.sort()).toEqual([...whole.keys()].sort());
      for (const name of names) {
        const sha256 = createHash('sha256')
          .update(await readFile(folder.path('out', name)))
          .digest('hex');
        expect(whole.get(name)).toContain(sha256);
      }
    }
    await exportDataset({ datasets: [path], format: 'trl', outputFolder: out, split, seed: 1 });
    expect((await readdir(out)).sort()).toEqual([...whole.keys()].sort());
  },
);
