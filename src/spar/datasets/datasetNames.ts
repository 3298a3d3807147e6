import { basename, join } from 'node:path';
import { fileNameProblem } from '../log/fileName';

export const datasetEnding = '.spar.jsonl';

export type DatasetPath =
  | { readonly ok: true; readonly path: string }
  /** For a person. */
  | { readonly ok: false; readonly reason: string };

/**
 * The file of a dataset in its folder. The name comes from a person or a setting: it can't leave the
 * folder, and is a file name on Linux, macOS and Windows alike. A trailing `.spar.jsonl` is taken as meant.
 */
export function datasetPath(folder: string, name: string): DatasetPath {
  const bare = datasetName(name.trim().normalize('NFC'), '');
  const problem = fileNameProblem(bare);
  if (problem !== null)
    return { ok: false, reason: `“${name}” can't name a dataset: ${problem}. Choose another name.` };
  return { ok: true, path: join(folder, bare + datasetEnding) };
}

/** The name to show for a dataset's file. */
export function datasetNameOf(path: string): string {
  return datasetName(basename(path), basename(path));
}

function datasetName(file: string, otherwise: string): string {
  if (!file.toLowerCase().endsWith(datasetEnding)) return file;
  return file.slice(0, -datasetEnding.length) || otherwise;
}
