/**
 * npm test
 *
 * On a fresh clone too: fetches what is missing, then lint, unit, editor and browser tests. Every tier runs,
 * whatever the others did; a tier that ran no test counts as failed. The last line is `N passed, N failed`.
 */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { installDependencies, node24 } from './rig/dependencies.mjs';
import { root } from './rig/places.mjs';
import { run } from './rig/run.mjs';
import { duration, runScript, say } from './rig/say.mjs';

const results = join(root, 'test-results');

await runScript(async () => {
  await installDependencies();
  await node24();
  await rm(results, { recursive: true, force: true });
  await mkdir(results, { recursive: true });
  const started = Date.now();

  say('Lint …');
  const lint = await script('lint.mjs');
  say('Unit tests …');
  const unit = await unitTests();
  say('Editor tests, in the extension host of a real VS Code …');
  const editor = await script('test-editor.mjs');
  say('Browser tests, with screenshots …');
  const e2e = await script('test-e2e.mjs');

  const tiers = [
    // One check, so that the sum can't say `0 failed` when lint complains.
    { name: 'lint', code: lint, passed: lint === 0 ? 1 : 0, failed: 0 },
    { name: 'unit', code: unit, ...(await vitestCounts('unit.json')) },
    { name: 'editor', code: editor, ...(await read('editor.json')) },
    { name: 'e2e', code: e2e, ...(await vitestCounts('e2e.json')) },
  ].map((tier) => ({
    ...tier,
    failed: tier.code === 0 && tier.passed > 0 ? tier.failed : Math.max(1, tier.failed),
  }));

  console.log(`\nAll tiers, in ${duration(Date.now() - started)}:`);
  for (const { name, passed, failed } of tiers) {
    console.log(`  ${name.padEnd(7)} ${passed} passed, ${failed} failed`);
  }
  for (const { title, reason } of await passedAtSecondAttempt('e2e.json')) {
    console.log(`  passed at the second attempt only: ${title}\n    ${reason}`);
  }
  const passed = tiers.reduce((sum, tier) => sum + tier.passed, 0);
  const failed = tiers.reduce((sum, tier) => sum + tier.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
});

/** @param {string} name */
async function script(name) {
  return (await run([process.execPath, join(root, 'scripts', name)], { cwd: root })).code;
}

async function unitTests() {
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const { code } = await run(
    [
      ...[process.execPath, vitest, 'run', '--reporter=default', '--reporter=json'],
      `--outputFile.json=${join(results, 'unit.json')}`,
    ],
    { cwd: root },
  );
  return code;
}

/**
 * A suite that could not be loaded has no test in it, and counts as one that failed.
 * @param {string} file
 */
async function vitestCounts(file) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, numPendingTests } = await read(file);
  return {
    passed: numPassedTests ?? 0,
    failed: Math.max(numFailedTests ?? 0, numFailedTestSuites ? 1 : 0) + (numPendingTests ?? 0),
  };
}

/**
 * What failed first and passed then: a fault of the timing, in the test or in the extension, that wants to be found.
 * @param {string} file
 * @returns {Promise<{ title: string; reason: string }[]>}
 */
async function passedAtSecondAttempt(file) {
  /** @type {{ assertionResults: { status: string; title: string; failureMessages: string[] }[] }[]} */
  const suites = (await read(file)).testResults ?? [];
  return suites
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
    .map(({ title, failureMessages: [first = ''] }) => ({ title, reason: first.split('\n', 1)[0] ?? '' }));
}

/**
 * @param {string} file
 * @returns {Promise<any>}
 */
async function read(file) {
  try {
    return JSON.parse(await readFile(join(results, file), 'utf8'));
  } catch {
    return { passed: 0, failed: 0 };
  }
}
