import { lstat, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import { z } from 'zod';
import { datasetEnding } from '../../spar/datasets/datasetNames';
import { makeFolder, writeFileDurably } from '../../spar/log/durable';
import { acquireLock } from '../../spar/log/fileLock';
import { toLogError } from '../../spar/log/logError';
import type { Home } from '../homes';
import { isThere, moveFile, namesakeIn } from './fileOperations';

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
      if (namesakeIn(await readdir(dirname(from)), from) !== null) throw isThere(from, kept);
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

/** A `.spar` folder with the folders that its datasets may go back to. */
export interface TrashPlace {
  readonly sparFolder: string;
  readonly roots: readonly [string, ...string[]];
}

/** Wherever this window's deleted datasets are kept. */
export function trashPlaces(homes: {
  all(): readonly Pick<Home, 'sparFolder' | 'datasetFile'>[];
  storedDatasets(): readonly string[];
}): readonly TrashPlace[] {
  const places = homes.all().map(({ sparFolder, datasetFile }): TrashPlace => ({
    sparFolder,
    roots: [dirname(datasetFile), dirname(sparFolder)],
  }));
  const stored = homes
    .storedDatasets()
    .map((folder): TrashPlace => ({ sparFolder: besideStored(folder), roots: [folder] }));
  const known = new Set<string>();
  return [...places, ...stored].filter(({ sparFolder }) => {
    const isNew = !known.has(sparFolder);
    known.add(sparFolder);
    return isNew;
  });
}

/** The `.spar` folder that takes a dataset when it is deleted: what was kept without a folder stays out of them. */
export function trashOf(
  file: string,
  homes: { storedDatasets(): readonly string[] },
  workspaceSpar: string,
): string {
  const stored = homes.storedDatasets().find((folder) => folder === dirname(file));
  return stored === undefined ? workspaceSpar : besideStored(stored);
}

function besideStored(folder: string): string {
  return join(dirname(folder), '.spar');
}

/** Bytes that deleted datasets take. */
export async function sizeOf(trashed: readonly TrashedDataset[]): Promise<number> {
  const sizes = await Promise.all(trashed.map(({ kept }) => lstat(kept).catch(() => null)));
  return sizes.reduce((sum, stats) => sum + (stats?.size ?? 0), 0);
}

/**
 * Deletes for good what is kept of deleted datasets, and nothing else that may lie there; how many that were.
 *
 * @throws LogError for the first that can't be deleted; those before it are gone, the others kept.
 */
export async function deleteForGood(trashed: readonly TrashedDataset[]): Promise<number> {
  let deleted = 0;
  for (const { kept } of trashed) {
    const folder = dirname(kept);
    try {
      // Links and whatever else was put there are not ours to follow or to delete.
      if ((await lstat(folder)).isSymbolicLink() || (await lstat(dirname(folder))).isSymbolicLink()) continue;
      await rm(kept);
      await rm(join(folder, noteFile), { force: true });
      await rmdir(folder).catch(() => null);
      deleted += 1;
    } catch (error) {
      throw toLogError(error, 'delete for good', kept);
    }
  }
  return deleted;
}
