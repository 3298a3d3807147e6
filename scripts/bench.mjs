/**
 * npm run bench [-- PART [ARGUMENTS]]
 *
 * Every claim of speed, cost and size, one part after the other on this machine; fails when one is missed, and names
 * the parts that missed one. Each part is bundled and run with Node.js 24; the editor's figures are measured in a real
 * VS Code. PART runs one alone: `editor`, or a file of bench/.
 */
import { build } from 'esbuild';
import { join } from 'node:path';
import { measureEditor } from './measure-editor.mjs';
import { node24 } from './rig/dependencies.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript } from './rig/say.mjs';

const parts = /** @type {const} */ ([
  'search',
  'judge',
  'verifiers',
  'throughput',
  'selfplay',
  'datasets',
  'exporting',
  'lint',
  'editor',
]);

await runScript(async () => {
  const [wished, ...others] = process.argv.slice(2);
  if (wished !== undefined) {
    if (parts.some((part) => part === wished)) return measure(wished, others);
    console.error(`No part “${wished}”. There are: ${parts.join(', ')}.`);
    return 2;
  }
  const missed = [];
  for (const part of parts) {
    console.log(`\n== ${part}\n`);
    if ((await measure(part, [])) !== 0) missed.push(part);
  }
  console.log(missed.length === 0 ? '\nAll claims kept.' : `\nA claim was missed in: ${missed.join(', ')}.`);
  return missed.length === 0 ? 0 : 1;
});

/**
 * @param {string} part
 * @param {readonly string[]} others
 */
async function measure(part, others) {
  if (part === 'editor') return (await measureEditor()) ? 0 : 1;
  return measureEngine(part, others);
}

/**
 * @param {string} name
 * @param {readonly string[]} others
 */
async function measureEngine(name, others) {
  const outfile = join(root, 'out', 'bench', `${name}.mjs`);
  await build({
    absWorkingDir: root,
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    // Packages are loaded from node_modules, as they are.
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  // What threads of the engine run lies beside it, as it does in dist.
  await build({
    absWorkingDir: root,
    entryPoints: ['src/spar/datasets/table/readerThread.ts'],
    outfile: join(root, 'out', 'bench', 'datasetReader.js'),
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    minify: true,
    logLevel: 'error',
  });
  const node = await node24();
  return (await run([node, '--enable-source-maps', outfile, ...others], { cwd: root })).code;
}
