import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What takes long to fetch and is the same for every checkout; `SPAR_CACHE` moves it. */
export function cacheFolder() {
  const { SPAR_CACHE, XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (SPAR_CACHE) return SPAR_CACHE;
  if (process.platform === 'win32' && LOCALAPPDATA) return join(LOCALAPPDATA, 'spar-vscode', 'Cache');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'spar-vscode');
  return join(XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'spar-vscode');
}

/** A short name for this checkout, so that two checkouts do not share their scratch folders. */
export function checkoutName() {
  return createHash('sha256').update(root).digest('hex').slice(0, 8);
}

/**
 * A file's path as it stands in an address.
 * @param {string} file
 */
export function asUrlPath(file) {
  const slashes = file.replaceAll('\\', '/');
  return slashes.startsWith('/') ? slashes : `/${slashes}`;
}
