import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The lines of the latest search's journal, as they stand on the disk. */
export async function journalOf(folder: string): Promise<readonly { readonly kind?: string }[]> {
  const runs = join(folder, '.spar', 'runs');
  const latest = (await readdir(runs)).sort().at(-1);
  if (latest === undefined) return [];
  const text = await readFile(join(runs, latest, 'journal.jsonl'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { readonly kind?: string });
}
