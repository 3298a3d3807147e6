/**
 * npm run bench:activation
 *
 * How long the extension takes to activate, in the extension host of a real VS Code: loading its code and the
 * call of `activate()`. Prints the median of five fresh extension hosts; fails above the budget.
 */
import { build } from 'esbuild';
import { realpathSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runExtensionTests } from './rig/extensionTests.mjs';
import { quietSettings } from './rig/page.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript, Unmet } from './rig/say.mjs';

const times = 5;
/** Milliseconds. */
const budget = 30;

await runScript(async () => {
  if ((await run([process.execPath, join(root, 'scripts', 'build.mjs')])).code !== 0) {
    throw new Unmet('The build failed, so nothing was measured.');
  }
  const tests = join(root, 'out', 'test', 'activationTime.js');
  await build({
    absWorkingDir: root,
    entryPoints: ['test/editor/support/activationTime.ts'],
    outfile: tests,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    external: ['vscode'],
  });
  /** @type {Awaited<ReturnType<typeof activation>>[]} */
  const figures = [];
  for (let count = 0; count < times; count += 1) figures.push(await activation(tests));
  const median = medianOf(figures.map(({ load, call }) => load + call));
  const parts = ['load', 'call', 'processor'].map(
    (part) => `${part} ${medianOf(figures.map((f) => f[part] ?? NaN))}`,
  );
  console.log(`Activation: ${median} ms, median of ${times} (${parts.join(', ')} ms)`);
  if (median > budget) throw new Unmet(`That is over the budget of ${budget} ms.`);
});

/** @param {readonly number[]} figures */
function medianOf(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return Math.round((sorted[Math.floor(sorted.length / 2)] ?? NaN) * 10) / 10;
}

/**
 * @param {string} tests
 * @returns {Promise<Record<string, number> & { load: number, call: number }>}
 */
async function activation(tests) {
  const home = await mkdtemp(join(realpathSync(tmpdir()), 'spar-activation-'));
  try {
    const workspace = join(home, 'samples');
    await cp(join(root, 'samples'), workspace, { recursive: true });
    const settings = { ...quietSettings };
    const figures = await runExtensionTests({
      tests,
      extension: root,
      beside: [],
      workspace,
      home,
      settings,
      env: {},
    });
    const { load, call } = figures ?? {};
    if (load === undefined || call === undefined) throw new Unmet('The extension could not be activated.');
    return { ...figures, load, call };
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}
