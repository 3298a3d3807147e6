import { constants } from 'node:fs';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import {
  datasetEnding,
  datasetNameOf,
  datasetPath,
  type DatasetPath,
} from '../../spar/datasets/datasetNames';
import { ensureGitAttributes } from '../../spar/datasets/gitAttributes';
import { makeFolder, syncFolder, writeFileDurably } from '../../spar/log/durable';
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
  const wanted = basename(checked.path).toLowerCase();
  const own = taken.except === undefined ? null : basename(taken.except);
  const other = taken.names.find((one) => one !== own && one.normalize('NFC').toLowerCase() === wanted);
  if (other === undefined) return checked;
  return { ok: false, reason: `There is a dataset “${datasetNameOf(other)}” already. Choose another name.` };
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

/** A dataset that was deleted and can come back. */
export interface TrashedDataset {
  /** Where it was. */
  readonly from: string;
  /** Where it is kept. */
  readonly kept: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * Moves a dataset's file below a `.spar` folder, bytes and all, once nobody is writing to it.
 *
 * @throws LogError; the dataset is where it was then.
 */
export async function trashDataset(file: string, sparFolder: string, now: Date): Promise<TrashedDataset> {
  const at = now.toISOString();
  const folder = join(sparFolder, trashFolder, at.replace(/[:.]/gu, '-'));
  const kept = join(folder, basename(file));
  const trashed = { from: file, kept, at };
  try {
    await makeFolder(folder);
    await writeFile(join(sparFolder, trashFolder, '.gitignore'), '*\n');
    await writeFileDurably(join(folder, noteFile), `${JSON.stringify(trashed)}\n`);
    const lock = await acquireLock(file);
    try {
      await moveFile(file, kept);
    } finally {
      await lock.release();
    }
    return trashed;
  } catch (error) {
    await rm(folder, { recursive: true, force: true }).catch(() => null);
    throw toLogError(error, 'delete the dataset', file);
  }
}

/**
 * Puts a deleted dataset back where it was.
 *
 * @throws LogError when another file stands there now; both are left as they are.
 */
export async function restoreDataset({ from, kept }: TrashedDataset): Promise<void> {
  try {
    await mkdir(dirname(from), { recursive: true });
    const lock = await acquireLock(from);
    try {
      if ((await readdir(dirname(from))).includes(basename(from))) throw isThere(from, kept);
      await moveFile(kept, from);
    } finally {
      await lock.release();
    }
    await rm(dirname(kept), { recursive: true, force: true });
  } catch (error) {
    throw toLogError(error, 'restore the dataset', from);
  }
}

/**
 * What is kept below a `.spar` folder, the latest first; notes that can't be read are left out. A folder comes
 * from anywhere, and its notes with it: what says that it was outside `roots` goes to the first of them.
 */
export async function trashedDatasets(
  sparFolder: string,
  roots: readonly [string, ...string[]],
): Promise<readonly TrashedDataset[]> {
  const trash = join(sparFolder, trashFolder);
  const folders = await readdir(trash).catch(() => []);
  const found = await Promise.all(folders.map(async (name) => noteIn(join(trash, name))));
  return found
    .flatMap((one) => one ?? [])
    .map((one) =>
      roots.some((root) => isInside(one.from, root))
        ? one
        : { ...one, from: join(roots[0], basename(one.from)) },
    )
    .sort((a, b) => (a.at < b.at ? 1 : -1));
}

function isInside(file: string, root: string): boolean {
  const way = relative(root, file);
  return way !== '' && !way.startsWith('..') && !isAbsolute(way);
}

const trashFolder = 'trash';
const noteFile = 'from.json';

const noteSchema = z.object({ from: z.string().endsWith(datasetEnding), kept: z.string(), at: z.string() });

/** Only where the note lies beside the file counts, not what it says about it: folders are moved about. */
async function noteIn(folder: string): Promise<TrashedDataset | null> {
  try {
    const { from, at } = noteSchema.parse(JSON.parse(await readFile(join(folder, noteFile), 'utf8')));
    const kept = join(folder, basename(from));
    return (await readdir(folder)).includes(basename(from)) ? { from, at, kept } : null;
  } catch {
    return null;
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
      if ((await namesIn(dirname(to))).includes(basename(to))) throw isThere(to, file);
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
async function moveFile(from: string, to: string): Promise<void> {
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

function isThere(file: string, kept: string): LogError {
  const message = `${file} was not put in place: another dataset stands there now. Rename that one and try again; this one is kept in ${kept}.`;
  return new LogError({ kind: 'wrong-type', path: file, message });
}
