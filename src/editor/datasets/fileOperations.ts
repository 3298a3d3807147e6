import { constants } from 'node:fs';
import { copyFile, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { datasetNameOf, datasetPath, type DatasetPath } from '../../spar/datasets/datasetNames';
import { ensureGitAttributes } from '../../spar/datasets/gitAttributes';
import { makeFolder, syncFolder } from '../../spar/log/durable';
import { acquireLock } from '../../spar/log/fileLock';
import { nodeFileSystem } from '../../spar/log/fileSystem';
import { errorCode, LogError, toLogError } from '../../spar/log/logError';

/** Names of the files in a folder; none where it does not exist. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

export interface Taken {
  readonly names: readonly string[];
  /** File whose own name does not count: the one that is renamed. */
  readonly except?: string | undefined;
}

/**
 * Where a dataset of that name would be, unless its folder has one already. Names that differ only in case are
 * one file on many disks, so they count as the same.
 */
export function freeDatasetPath(folder: string, name: string, taken: Taken): DatasetPath {
  const checked = datasetPath(folder, name);
  if (!checked.ok) return checked;
  const own = taken.except === undefined ? null : basename(taken.except);
  const other = namesakeIn(
    taken.names.filter((one) => one !== own),
    checked.path,
  );
  if (other === null) return checked;
  return { ok: false, reason: `There is a dataset “${datasetNameOf(other)}” already. Choose another name.` };
}

/** The file among names that would be the same as a path's on some disk; null where there is none. */
export function namesakeIn(names: readonly string[], path: string): string | null {
  const folded = (name: string): string => name.normalize('NFC').toLowerCase();
  const wanted = folded(basename(path));
  return names.find((one) => folded(one) === wanted) ?? null;
}

/**
 * Makes an empty dataset: an empty file, and `.gitattributes` beside it.
 *
 * @throws LogError; what is there already is left alone.
 */
export async function createDataset(file: string): Promise<void> {
  try {
    await makeFolder(dirname(file));
    const handle = await open(file, 'wx');
    await handle.sync();
    await handle.close();
    await syncFolder(dirname(file), nodeFileSystem);
    await ensureGitAttributes(dirname(file));
  } catch (error) {
    throw toLogError(error, 'create the dataset', file);
  }
}

/**
 * Moves a dataset to a place that is free, once nobody is writing to it.
 *
 * @throws LogError; the dataset is where it was then.
 */
export async function moveDataset(file: string, to: string): Promise<void> {
  try {
    await makeFolder(dirname(to));
    const lock = await acquireLock(file);
    try {
      if (namesakeIn(await namesIn(dirname(to)), to) !== null) throw isThere(to, file);
      await moveFile(file, to);
    } finally {
      await lock.release();
    }
    await ensureGitAttributes(dirname(to));
  } catch (error) {
    throw toLogError(error, 'move the dataset', file);
  }
}

/** A file of its folder under another name or in another folder, on another disk by a copy. */
export async function moveFile(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (errorCode(error) !== 'EXDEV') throw error;
    await copyFile(from, to, constants.COPYFILE_EXCL);
    const handle = await open(to, 'r+');
    await handle.sync();
    await handle.close();
    await rm(from);
  }
  await syncFolder(dirname(to), nodeFileSystem);
}

export function isThere(file: string, kept: string): LogError {
  const message = `${file} was not put in place: another dataset stands there now. Rename that one and try again; this one is kept in ${kept}.`;
  return new LogError({ kind: 'wrong-type', path: file, message });
}
