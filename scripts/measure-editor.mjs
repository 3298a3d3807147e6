import { build } from 'esbuild';
import { realpathSync } from 'node:fs';
import { cp, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runExtensionTests } from './rig/extensionTests.mjs';
import { quietSettings } from './rig/page.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { say, Unmet } from './rig/say.mjs';

const times = 5;

/**
 * Prints how quick and how large the extension is, measured in the extension host of a real VS Code and beside
 * an empty extension in the same hosts. Returns whether every claim held.
 */
export async function measureEditor() {
  say('Measuring the packaged extension, and five fresh extension hosts …');
  const packaged = await run([process.execPath, join(root, 'scripts', 'package.mjs')], { quiet: true });
  if (packaged.code !== 0) throw new Unmet(`${packaged.output}\nThe extension could not be packaged.`);
  const figures = await hosts();
  /** @param {(figure: Figures) => number} of */
  const median = (of) => medianOf(figures.map(of));
  const activation = median(({ load, call }) => load + call);
  const isKept = [
    claim('Extension entry, minified', await kilobytes('dist/extension.js'), { unit: 'KB', most: 150 }),
    claim('Package (.vsix)', await kilobytes('out/spar-refine.vsix'), { unit: 'KB', most: 2048 }),
    claim(`Activation, median of ${times}`, activation, { unit: 'ms', most: 30 }),
    claim(
      `Command to the first line of the tree, median of ${times}`,
      median((f) => f.root),
      {
        unit: 'ms',
        most: 100,
      },
    ),
  ];
  const shown = {
    'Activation: loading': median((f) => f.load),
    'Activation: activate()': median((f) => f.call),
    "Activation: processor's time": median((f) => f.processor),
    'Command to the original below the first line': median((f) => f.original),
    'An empty extension: activation': median((f) => f.emptyActivation),
    "An empty extension: processor's time": median((f) => f.emptyProcessor),
    'A tree with its line ready: command to that line': median((f) => f.emptyRoot),
  };
  console.log('Beside them, without a limit:');
  for (const [name, value] of Object.entries(shown)) console.log(`  ${name}: ${rounded(value)} ms`);
  return isKept.every(Boolean);
}

/** @typedef {Record<'load' | 'call' | 'processor' | 'root' | 'original' | 'emptyActivation' | 'emptyProcessor' | 'emptyRoot', number>} Figures */

async function hosts() {
  const tests = join(root, 'out', 'test', `editorSpeed-${process.pid}.js`);
  await build({
    absWorkingDir: root,
    entryPoints: ['test/editor/support/editorSpeed.ts'],
    outfile: tests,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    external: ['vscode'],
  });
  try {
    /** @type {Figures[]} */
    const figures = [];
    for (let count = 0; count < times; count += 1) figures.push(await inFreshHost(tests));
    return figures;
  } finally {
    await rm(tests, { force: true });
  }
}

/**
 * @param {string} tests
 * @returns {Promise<Figures>}
 */
async function inFreshHost(tests) {
  const home = await mkdtemp(join(realpathSync(tmpdir()), 'spar-speed-'));
  try {
    const workspace = join(home, 'samples');
    await cp(join(root, 'samples'), workspace, { recursive: true });
    const figures = await runExtensionTests({
      tests,
      extension: root,
      beside: [join(root, 'test', 'fixtures', 'empty-extension')],
      workspace,
      home,
      settings: quietSettings,
      env: {},
    });
    if (!figures) throw new Unmet('The measuring in the extension host did not come to its end.');
    return /** @type {Figures} */ (figures);
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

/**
 * @param {string} name
 * @param {number} value
 * @param {{ unit: string, most: number }} limit
 */
function claim(name, value, { unit, most }) {
  const isKept = value <= most;
  console.log(`${name}: ${rounded(value)} ${unit} [at most ${most} ${unit}: ${isKept ? 'kept' : 'MISSED'}]`);
  return isKept;
}

async function kilobytes(/** @type {string} */ file) {
  return (await stat(join(root, file))).size / 1024;
}

/** @param {readonly number[]} figures */
function medianOf(figures) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

function rounded(/** @type {number} */ value) {
  return Math.round(value * 10) / 10;
}
