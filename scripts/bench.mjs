/**
 * npm run bench [-- NAME [ARGUMENTS]]
 *
 * Every claim of speed, cost and size, measured in one run; fails when one is missed. The engine's are in
 * bench/index.ts, which is bundled and run with Node.js 24; the editor's are measured in a real VS Code.
 * NAME runs one part: `editor`, or bench/NAME.ts where there is one.
 */
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { measureEditor } from './measure-editor.mjs';
import { node24 } from './rig/dependencies.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript } from './rig/say.mjs';

await runScript(async () => {
  const [wished = '', ...others] = process.argv.slice(2);
  if (wished === 'editor') return (await measureEditor()) ? 0 : 1;
  if (/^\w+$/.test(wished) && existsSync(join(root, 'bench', `${wished}.ts`))) {
    return measureEngine(wished, others);
  }
  const code = await measureEngine('index', process.argv.slice(2));
  console.log('');
  const isKept = await measureEditor();
  return isKept ? code : 1;
});

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
