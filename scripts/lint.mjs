/**
 * npm run lint [-- --fix]
 *
 * eslint (with the rule that src/spar knows no editor), prettier and the type checker; all three always run.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { runScript, say } from './rig/say.mjs';

/** Pages run in a browser, so they are checked against its types, by a tsconfig of their own. */
const webviews = ['report', 'versions', 'datasets', 'queue'].map((view) => `src/views/${view}/webview`);

await runScript(async () => {
  const { values } = parseArgs({ options: { fix: { type: 'boolean', default: false } } });
  const modules = join(root, 'node_modules');
  const checks = [
    { name: 'types', command: [join(modules, 'typescript', 'bin', 'tsc'), '-p', root] },
    ...webviews.map((folder) => ({
      name: `types of ${folder}`,
      command: [join(modules, 'typescript', 'bin', 'tsc'), '-p', join(root, folder)],
    })),
    {
      name: 'eslint',
      command: [join(modules, 'eslint', 'bin', 'eslint.js'), '.', ...(values.fix ? ['--fix'] : [])],
    },
    {
      name: 'prettier',
      command: [
        ...[join(modules, 'prettier', 'bin', 'prettier.cjs'), values.fix ? '--write' : '--check'],
        ...['--log-level=warn', '.'],
      ],
    },
  ];
  const failed = [];
  for (const { name, command } of checks) {
    say(`Checking: ${name} …`);
    if ((await run([process.execPath, ...command], { cwd: root })).code !== 0) failed.push(name);
  }
  console.log(failed.length > 0 ? `Lint failed: ${failed.join(', ')}` : 'Lint: no complaint');
  return failed.length > 0 ? 1 : 0;
});
