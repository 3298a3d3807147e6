import { existsSync } from 'node:fs';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One line of a dataset, as it stands in the file. */
export type DatasetLine = Readonly<Record<string, unknown>>;

/** The lines of the workspace's dataset, parsed; none while there is no file. Fails on a line that is no JSON. */
export async function datasetLines(
  workspace: string,
  file = 'datasets/pairs.spar.jsonl',
): Promise<readonly DatasetLine[]> {
  const path = join(workspace, file);
  if (!existsSync(path)) return [];
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as DatasetLine);
}

/** What a line says about a decision, without its own id and time. */
export function decisionIn({ kind, status, record, by }: DatasetLine): object {
  return { kind, status, record, by };
}

/** Every file below a folder that holds the text, links and sockets left out. */
export async function filesWith(folder: string, text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}
