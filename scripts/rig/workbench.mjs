import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './places.mjs';
import { npm } from './run.mjs';
import { duration, say, Unmet } from './say.mjs';

/** Holds the server and web workbench of VS Code 1.139.1. */
const packageName = 'code-server@4.139.1';

/**
 * VS Code's server and web workbench, from the npm registry, for machines where no VS Code can be downloaded.
 * Kept in the cache folder; fetched once.
 * @returns {Promise<string>} the folder that holds `out/server-main.js`
 */
export async function webWorkbench() {
  const home = join(cacheFolder(), packageName.replace('@', '-'));
  const inside = join('node_modules', 'code-server', 'lib', 'vscode');
  const done = join(home, '.complete');
  if (existsSync(done)) return join(home, inside);

  const started = Date.now();
  say(`Fetching VS Code's web workbench into ${cacheFolder()} (about half a minute, 600 MB, once) …`);
  const partial = `${home}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await writeFile(join(partial, 'package.json'), '{ "private": true }\n');
  await install(partial, [packageName]);
  await install(join(partial, inside), ['--omit=dev']);
  await writeFile(join(partial, '.complete'), '');
  await rm(home, { recursive: true, force: true });
  try {
    await rename(partial, home);
  } catch (error) {
    // Another run was quicker; its copy is as good.
    await rm(partial, { recursive: true, force: true });
    if (!existsSync(done)) throw error;
  }
  say(`The web workbench is there (${duration(Date.now() - started)}).`);
  return join(home, inside);
}

/**
 * Without install scripts: they would compile native modules that nothing here needs.
 * @param {string} folder
 * @param {readonly string[]} args
 */
async function install(folder, args) {
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--engine-strict=false', '--loglevel=error'];
  const { code, output } = await npm(['install', '--prefix', folder, ...flags, ...args], {
    cwd: folder,
    quiet: true,
  });
  if (code !== 0)
    throw new Unmet(`${output}\nThe web workbench (npm package ${packageName}) could not be fetched.`);
}
