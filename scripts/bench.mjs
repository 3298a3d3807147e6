/**
 * npm run bench [-- NAME [ARGUMENTS]]
 *
 * Bundles bench/index.ts, or bench/NAME.ts where there is one, and runs it with Node.js 24.
 */
import { build } from 'esbuild';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node24 } from './rig/dependencies.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript } from './rig/say.mjs';

await runScript(async () => {
  const [wished = '', ...others] = process.argv.slice(2);
  const isName = /^\w+$/.test(wished) && existsSync(join(root, 'bench', `${wished}.ts`));
  const name = isName ? wished : 'index';
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
  const node = await node24();
  return (
    await run([node, '--enable-source-maps', outfile, ...(isName ? others : process.argv.slice(2))], {
      cwd: root,
    })
  ).code;
});
