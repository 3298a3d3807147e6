import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PageAssets } from './html';

/**
 * The page's script and style from the first of the folders that has them.
 *
 * @throws Error where none has.
 */
export async function readPageAssets(folders: readonly string[]): Promise<PageAssets> {
  for (const folder of folders) {
    const read = (name: string): Promise<string | null> =>
      readFile(join(folder, name), 'utf8').catch(() => null);
    const [script, style] = await Promise.all([read('statistics.js'), read('statistics.css')]);
    if (script !== null && style !== null) return { script, style };
  }
  throw new Error(
    `The parts of the page (statistics.js, statistics.css) are not in ${folders.join(' or ')}. Install SPaR anew.`,
  );
}
