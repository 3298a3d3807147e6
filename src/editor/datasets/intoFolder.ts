import { dirname, join, resolve } from 'node:path';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import { moveDataset, namesakeIn, namesIn } from './fileOperations';
import { mergeDataset, type Transferred } from './transfer';
import { trashDataset } from './trash';

/** What came of moving a dataset into a folder. */
export type MovedInto =
  | { readonly kind: 'moved'; readonly to: string }
  /** The folder had a dataset of that name, which took the lines; the file is in the trash unless lines were left. */
  | { readonly kind: 'merged'; readonly to: string; readonly merged: Transferred }
  /** It lies there already; nothing was done. */
  | { readonly kind: 'there'; readonly to: string };

export interface IntoFolderOptions {
  /** Where the file is kept once another dataset has its lines. */
  readonly sparFolder: string;
  readonly now: Date;
  readonly signal?: AbortSignal;
}

/**
 * Moves a dataset into a folder; into its namesake there, also one whose name differs in case alone, which is the
 * same file on many disks.
 *
 * @throws LogError; `signal.reason` when aborted. No line is lost then: what is not in `folder` is where it was.
 */
export async function moveIntoFolder(
  file: string,
  folder: string,
  { sparFolder, now, signal }: IntoFolderOptions,
): Promise<MovedInto> {
  if (resolve(dirname(file)) === resolve(folder)) return { kind: 'there', to: file };
  const wanted = join(folder, `${datasetNameOf(file)}.spar.jsonl`);
  const namesake = namesakeIn(await namesIn(folder), wanted);
  if (namesake === null) {
    await moveDataset(file, wanted);
    return { kind: 'moved', to: wanted };
  }
  const to = join(folder, namesake);
  const merged = await mergeDataset({ from: file, to }, signal === undefined ? {} : { signal });
  // What could not be carried over must not go with the file.
  if (merged.left.length === 0) await trashDataset(file, sparFolder, now);
  return { kind: 'merged', to, merged };
}
