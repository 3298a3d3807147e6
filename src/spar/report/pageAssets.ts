import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The page's own script and style, as they were built. */
export interface PageAssets {
  readonly script: string;
  readonly style: string;
}

/**
 * The page's script and style from the first of the folders that has them.
 *
 * @throws Error where none has.
 */
export async function readPageAssets(folders: readonly string[]): Promise<PageAssets> {
  for (const folder of folders) {
    const read = (name: string): Promise<string | null> =>
      readFile(join(folder, name), 'utf8').catch(() => null);
    const [script, style] = await Promise.all([read('report.js'), read('report.css')]);
    if (script !== null && style !== null) return { script, style };
  }
  throw new Error(
    `The parts of a report’s page (report.js, report.css) are not in ${folders.join(' or ')}. Install SPaR anew.`,
  );
}
