import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium as chromiumPath } from './chromium.mjs';
import { node24 } from './dependencies.mjs';
import { downloadedVSCode, hasDisplay } from './desktop.mjs';
import { installLinks } from './installLinks.mjs';
import { launchArguments } from './page.mjs';
import { asUrlPath, root } from './places.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';
import { startServer } from './server.mjs';
import { webWorkbench } from './workbench.mjs';

/**
 * @typedef {object} TestRun
 * @property {string} tests the bundled module with `run()`
 * @property {string} extension the folder of the extension under development
 * @property {readonly string[]} beside folders of extensions to install beside it
 * @property {string} workspace the folder to open
 * @property {string} home scratch folder
 * @property {Record<string, unknown>} settings the user's settings
 * @property {Record<string, string>} env for the extension host
 */

const longest = 12 * 60_000;

/**
 * Runs the suites in the extension host of a real VS Code: the desktop one where it can be downloaded and
 * started, else the web workbench. Prints their progress.
 * @param {TestRun} options
 * @returns {Promise<Record<string, number> | undefined>} what the module wrote to `SPAR_TEST_RESULTS`; undefined
 *   when it did not come to its end
 */
export async function runExtensionTests(options) {
  const results = join(options.home, 'results.json');
  const progress = join(options.home, 'progress.txt');
  const env = { ...options.env, SPAR_TEST_RESULTS: results, SPAR_TEST_PROGRESS: progress };
  await mkdir(join(options.home, 'user', 'User'), { recursive: true });
  await writeFile(
    join(options.home, 'user', 'User', 'settings.json'),
    JSON.stringify(options.settings, null, 2),
  );

  await installLinks(join(options.home, 'extensions'), options.beside);

  const desktop = await downloadedVSCode();
  const virtualScreen =
    desktop && !hasDisplay() && (await run(['xvfb-run', '--help'], { quiet: true })).code === 0;
  if (desktop && (hasDisplay() || virtualScreen)) {
    await watched(progress, () => inDesktop(desktop, { ...options, env }, Boolean(virtualScreen)));
    if (existsSync(progress)) return resultsIn(results);
    say('VS Code did not start here; the web workbench takes its place.');
  }
  await rm(progress, { force: true });
  await watched(progress, () => inWebWorkbench({ ...options, env }));
  return resultsIn(results);
}

/**
 * @param {string} executable
 * @param {TestRun} options
 * @param {boolean} virtualScreen
 */
async function inDesktop(executable, { tests, extension, workspace, home, env }, virtualScreen) {
  say('Running in the extension host of the desktop VS Code …');
  const { code, output } = await run(
    [
      ...(virtualScreen ? ['xvfb-run', '-a'] : []),
      executable,
      workspace,
      `--extensionDevelopmentPath=${extension}`,
      `--extensionTestsPath=${tests}`,
      ...['--user-data-dir', join(home, 'user'), '--extensions-dir', join(home, 'extensions')],
      ...[
        '--no-sandbox',
        '--disable-gpu-sandbox',
        '--disable-updates',
        '--skip-welcome',
        '--skip-release-notes',
      ],
      ...['--disable-workspace-trust', '--disable-telemetry'],
    ],
    { env, quiet: true, timeout: longest },
  );
  if (code !== 0) console.log(lastLines(output));
}

/** @param {TestRun} options */
async function inWebWorkbench({ tests, extension, workspace, home, env }) {
  const node = await node24();
  const workbench = await webWorkbench();
  const executablePath = await chromiumPath();
  say("Running in the extension host of VS Code's web workbench …");
  const server = await startServer({ node, workbench, home, testDriver: true, env });
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath, args: launchArguments });
  try {
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    await page.exposeFunction('codeAutomationLog', () => {});
    /** @type {Promise<unknown>} */
    const ended = new Promise((resolve) => {
      void page.exposeFunction('codeAutomationExit', resolve);
      setTimeout(() => resolve('late'), longest).unref();
      page.on('crash', () => resolve('crashed'));
    });
    const remote = server.origin.replace('http:', 'vscode-remote:');
    const payload = [
      ['extensionDevelopmentPath', `${remote}${asUrlPath(extension)}`],
      ['extensionTestsPath', `${remote}${asUrlPath(tests)}`],
      ['skipWelcome', 'true'],
    ];
    const query = new URLSearchParams({ folder: asUrlPath(workspace), payload: JSON.stringify(payload) });
    await page.goto(`${server.origin}/?${query}`);
    const how = await ended;
    if (how === 'late' || how === 'crashed' || !existsSync(join(home, 'results.json'))) {
      await mkdir(join(root, 'test-results'), { recursive: true });
      const picture = join(root, 'test-results', 'editor-tests.png');
      await page.screenshot({ path: picture }).catch(() => {});
      console.log(`${lastLines(server.output())}\nThe editor tests did not end (${how}); see ${picture}`);
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

/**
 * Prints what is added to a file while something runs.
 * @param {string} file
 * @param {() => Promise<void>} work
 */
async function watched(file, work) {
  let shown = 0;
  const show = async () => {
    const text = await readFile(file, 'utf8').catch(() => '');
    process.stdout.write(text.slice(shown));
    shown = text.length;
  };
  let showing = Promise.resolve();
  const timer = setInterval(() => (showing = showing.then(show)), 250);
  try {
    await work();
  } finally {
    clearInterval(timer);
    await showing;
    await show();
  }
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, number> | undefined>}
 */
async function resultsIn(file) {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function lastLines(/** @type {string} */ text) {
  return text.split('\n').slice(-40).join('\n');
}
