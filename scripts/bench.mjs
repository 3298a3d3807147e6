/** npm run bench: bundles bench/index.ts and runs it with Node.js 24, its arguments passed on. */
import { build } from 'esbuild';
import { join } from 'node:path';
import { node24 } from './rig/dependencies.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript } from './rig/say.mjs';

await runScript(async () => {
  const outfile = join(root, 'out', 'bench', 'index.mjs');
  await build({
    absWorkingDir: root,
    entryPoints: ['bench/index.ts'],
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
  const node = await node24();
  return (await run([node, '--enable-source-maps', outfile, ...process.argv.slice(2)], { cwd: root })).code;
});
