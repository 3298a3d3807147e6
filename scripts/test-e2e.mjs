/**
 * npm run test:e2e [-- ARGUMENTS OF VITEST]
 *
 * Packages the extension, installs that very package into VS Code's web workbench, and runs test/e2e/**\/*.e2e.ts:
 * a person's keys and clicks in a real browser. Screenshots go to test-results/screenshots.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from './rig/chromium.mjs';
import { node24 } from './rig/dependencies.mjs';
import { installLinks } from './rig/installLinks.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript, say, Unmet } from './rig/say.mjs';
import { unzipVsix } from './rig/vsix.mjs';
import { webWorkbench } from './rig/workbench.mjs';

await runScript(async () => {
  const home = await mkdtemp(join(tmpdir(), 'spar-e2e-'));
  try {
    const vsix = join(home, 'spar.vsix');
    const packaged = await run([process.execPath, join(root, 'scripts', 'package.mjs'), '--out', vsix], {
      quiet: true,
    });
    if (packaged.code !== 0) throw new Unmet(`${packaged.output}\nNothing to test: packaging failed.`);
    await unzipVsix(vsix, join(home, 'vsix'));
    const extensions = join(home, 'extensions');
    await installLinks(extensions, [
      join(home, 'vsix', 'extension'),
      join(root, 'test', 'fixtures', 'model-provider'),
    ]);
    const env = {
      SPAR_E2E_NODE: await node24(),
      SPAR_E2E_WORKBENCH: await webWorkbench(),
      SPAR_E2E_BROWSER: await chromium(),
      SPAR_E2E_EXTENSIONS: extensions,
    };
    say("Driving the extension in VS Code's web workbench as a person would …");
    const results = join(root, 'test-results', 'e2e.json');
    await mkdir(join(root, 'test-results'), { recursive: true });
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const { code } = await run(
      [
        ...[env.SPAR_E2E_NODE, vitest, 'run', '--config', join(root, 'vitest.e2e.config.mts')],
        ...['--reporter=verbose', '--reporter=json', `--outputFile.json=${results}`],
        ...process.argv.slice(2),
      ],
      { cwd: root, env },
    );
    return code;
  } finally {
    await rm(home, { recursive: true, force: true, maxRetries: 3 });
  }
});
