import { cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Puts unpacked extensions into an editor's empty extensions folder as links, so that a rebuild needs no new
 * installation. The editor makes its own list of them when it starts.
 * @param {string} extensionsFolder
 * @param {readonly string[]} folders each with a package.json
 */
export async function installLinks(extensionsFolder, folders) {
  await mkdir(extensionsFolder, { recursive: true });
  for (const folder of folders) {
    const { publisher, name, version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const place = join(extensionsFolder, `${publisher}.${name}-${version}`);
    // A junction needs no privilege on Windows; elsewhere the type is ignored.
    await symlink(folder, place, 'junction').catch(() => cp(folder, place, { recursive: true }));
  }
}
