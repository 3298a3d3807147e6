import type { Dirent } from 'node:fs';
import { readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from './logError';

/**
 * The first symbolic link below a folder, by its path from there; null where there is none. A run makes none, and what
 * is written through one lands anywhere. Rejects where a folder can't be read.
 */
export async function linkIn(folder: string, below = ''): Promise<string | null> {
  // Without Node's `recursive`, which follows links in some versions.
  for (const entry of await entriesOf(join(folder, below))) {
    const name = join(below, entry.name);
    if (entry.isSymbolicLink()) return name;
    const found = entry.isDirectory() ? await linkIn(folder, name) : null;
    if (found !== null) return found;
  }
  return null;
}

/** Of a run that another process works on a folder may go meanwhile. */
async function entriesOf(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Where a file lies, links followed; where it is to be made, as it is named. Null for a link to what is not there. */
export async function placeOf(file: string): Promise<string | null> {
  try {
    return await realpath(file);
  } catch {
    return readlink(file).then(
      () => null,
      () => file,
    );
  }
}
