import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { run } from './run.mjs';
import { say, Unmet } from './say.mjs';

/**
 * A browser of the Chromium family for the tests: one that is there, else Debian's, else Playwright's own.
 * @returns {Promise<string>} the path of its executable
 */
export async function chromium() {
  const found = await firstThatRuns(candidates());
  if (found) return found;
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    say('Installing Chromium by apt-get for the tests in a browser (about a minute) …');
    const env = { DEBIAN_FRONTEND: 'noninteractive' };
    await run(['apt-get', 'update', '-qq'], { env, quiet: true });
    await run(['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium'], {
      env,
      quiet: true,
    });
    const installed = await firstThatRuns(['/usr/bin/chromium', '/usr/bin/chromium-browser']);
    if (installed) return installed;
  }
  say("No browser of the Chromium family found; trying Playwright's own download …");
  const playwright = createRequire(import.meta.url).resolve('playwright-core/package.json');
  await run([process.execPath, join(playwright, '..', 'cli.js'), 'install', 'chromium'], {
    quiet: true,
    timeout: 240_000,
  });
  const { chromium: browser } = await import('playwright-core');
  const downloaded = await firstThatRuns([browser.executablePath()]);
  if (downloaded) return downloaded;
  throw new Unmet(
    'The tests need Chromium, Chrome or Edge, and none was found. Install one, or set SPAR_CHROMIUM to its path.',
  );
}

function candidates() {
  const { SPAR_CHROMIUM, ProgramFiles, LOCALAPPDATA, PATH = '' } = process.env;
  if (SPAR_CHROMIUM) return [SPAR_CHROMIUM];
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];
  const onPath = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)));
  const mac = ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
    (app) => `/Applications/${app}.app/Contents/MacOS/${app}`,
  );
  const windows = [ProgramFiles, process.env['ProgramFiles(x86)'], LOCALAPPDATA].flatMap((folder) =>
    folder
      ? [
          join(folder, 'Google/Chrome/Application/chrome.exe'),
          join(folder, 'Microsoft/Edge/Application/msedge.exe'),
        ]
      : [],
  );
  if (process.platform === 'win32') return windows;
  return process.platform === 'darwin' ? [...mac, ...onPath] : onPath;
}

/** @param {readonly string[]} paths */
async function firstThatRuns(paths) {
  for (const path of paths) {
    if (!existsSync(path)) continue;
    // Chrome on Windows opens a window for `--version`; there, being present must do.
    if (process.platform === 'win32') return path;
    // A placeholder that only tells how to install the browser ends with an error.
    if ((await run([path, '--version'], { quiet: true, timeout: 20_000 })).code === 0) return path;
  }
  return undefined;
}
