/**
 * npm run test:editor [-- --grep TITLE]
 *
 * Bundles test/editor/**\/*.test.ts and runs them in the extension host of a real VS Code, over a copy of
 * samples/ in a scratch folder. The extension under test is the production build.
 */
import { build } from 'esbuild';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runExtensionTests } from './rig/extensionTests.mjs';
import { quietSettings } from './rig/page.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript, Unmet } from './rig/say.mjs';

await runScript(async () => {
  const { values } = parseArgs({ options: { grep: { type: 'string', default: '' } } });
  if ((await run([process.execPath, join(root, 'scripts', 'build.mjs')])).code !== 0) {
    throw new Unmet('The build failed, so no editor test was run.');
  }
  // Below the checkout, so that mocha is found; a folder of its own, so that two runs do not meet.
  const bundles = join(root, 'out', 'test', `editor-${process.pid}`);
  const home = await mkdtemp(join(realpathSync(tmpdir()), 'spar-editor-'));
  try {
    const workspace = join(home, 'samples');
    await cp(join(root, 'samples'), workspace, { recursive: true });
    const counts = await runExtensionTests({
      tests: await bundle(bundles),
      extension: root,
      beside: [join(root, 'test', 'fixtures', 'model-provider')],
      workspace,
      home,
      settings: quietSettings,
      env: values.grep ? { SPAR_TEST_GREP: values.grep } : {},
    });
    const { passed = 0, failed = 1 } = counts ?? {};
    await report({ passed, failed });
    return failed === 0 && passed > 0 ? 0 : 1;
  } finally {
    await rm(bundles, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
});

/** Every suite becomes a file of its own, so that mocha loads it when its own functions are in place. */
async function bundle(/** @type {string} */ outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: ['test/editor/index.ts', 'test/editor/**/*.test.ts'],
    outbase: 'test/editor',
    outdir,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    mainFields: ['module', 'main'],
    target: 'node20',
    external: ['vscode', 'mocha'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return join(outdir, 'index.js');
}

/** @param {{ passed: number, failed: number }} counts */
async function report(counts) {
  await mkdir(join(root, 'test-results'), { recursive: true });
  await writeFile(join(root, 'test-results', 'editor.json'), JSON.stringify(counts));
  console.log(`\nEditor tests: ${counts.passed} passed, ${counts.failed} failed`);
}
