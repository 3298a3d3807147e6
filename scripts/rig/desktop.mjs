import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';
import { run } from './run.mjs';
import { say } from './say.mjs';

const updates = 'https://update.code.visualstudio.com/api/releases/stable';

/** True where a window can open. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);
}

/**
 * A downloaded desktop VS Code, or undefined where none can be had.
 * @returns {Promise<string | undefined>} its executable
 */
export async function downloadedVSCode() {
  if (process.env['SPAR_EDITOR'] === 'web' || !(await answers(updates))) return undefined;
  const cachePath = join(cacheFolder(), 'vscode');
  if (!existsSync(cachePath)) say(`Downloading VS Code into ${cachePath} (about 150 MB, once) …`);
  const { downloadAndUnzipVSCode, SilentReporter } = await import('@vscode/test-electron');
  try {
    return await downloadAndUnzipVSCode({
      version: 'stable',
      cachePath,
      reporter: new SilentReporter(),
      timeout: 30_000,
    });
  } catch (error) {
    say(`VS Code could not be downloaded: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The command `code` of an installed VS Code, if it is on the PATH. */
export async function installedCode() {
  if (process.env['SPAR_EDITOR'] === 'web') return undefined;
  const { code } = await run(['code', '--version'], { quiet: true, timeout: 20_000 });
  return code === 0 ? 'code' : undefined;
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(6000) })).ok;
  } catch {
    return false;
  }
}
