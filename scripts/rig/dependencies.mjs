import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './places.mjs';
import { npm, run } from './run.mjs';
import { say, Unmet } from './say.mjs';

const minimumMajor = 20;

/** Installs what package-lock.json names and `node_modules` lacks; quick when nothing is missing. */
export async function installDependencies() {
  if (Number(process.versions.node.split('.')[0]) < minimumMajor) {
    throw new Unmet(
      `Node.js ${minimumMajor} or later is needed; this is ${process.version}. See https://nodejs.org.`,
    );
  }
  if (await isInstalled()) return;
  say(
    'Installing the development packages named in package-lock.json (one to two minutes on a fresh machine) …',
  );
  const { code } = await npm(['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root });
  if (code !== 0)
    throw new Unmet('npm ci failed; its own message is above. Is the package registry reachable?');
}

/**
 * A Node.js 24 that runs here, from the `node` development package: the editor's server needs it.
 * @returns {Promise<string>} the path of its executable
 */
export async function node24() {
  const packaged = join(
    root,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (await isNode24(packaged)) return packaged;
  if (await isNode24(process.execPath)) return process.execPath;
  // npm's setting `ignore-scripts` leaves the package without its executable.
  say('Fetching Node.js 24 (the package "node" is there, its executable is not) …');
  await npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error'], { cwd: root });
  if (await isNode24(packaged)) return packaged;
  throw new Unmet('Node.js 24 could not be fetched by the package "node". Install Node.js 24 and try again.');
}

/** True when every package that the lock file asks for on this machine is there in that version. */
async function isInstalled() {
  const wanted = await packagesIn(join(root, 'package-lock.json'));
  const present = await packagesIn(join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' ||
      optional === true ||
      (present[path]?.version === version && existsSync(join(root, path))),
  );
}

/**
 * @param {string} lockFile
 * @returns {Promise<Record<string, { version?: string, optional?: boolean }>>}
 */
async function packagesIn(lockFile) {
  try {
    return JSON.parse(await readFile(lockFile, 'utf8')).packages ?? {};
  } catch {
    return {};
  }
}

/** @param {string} executable */
async function isNode24(executable) {
  const { code, output } = await run([executable, '--version'], { quiet: true, timeout: 20_000 });
  return code === 0 && Number(/^v(\d+)\./.exec(output)?.[1]) >= 24;
}
