import { lstat, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder, writeFileDurably } from '../../spar/log/durable';
import { acquireLock } from '../../spar/log/fileLock';
import { fileNameProblem } from '../../spar/log/fileName';
import { errorCode, LogError, toLogError } from '../../spar/log/logError';
import { readObject, runFiles, runFolder } from '../../spar/log/runFolders';
import { isRunOpen } from '../../spar/selfplay/runOpen';

/** A run that was deleted and can come back. */
export interface TrashedRun {
  /** Where it goes back to. */
  readonly from: string;
  /** Where it is kept. */
  readonly kept: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/**
 * Moves a run's folder into the trash of its `.spar` folder, unless somebody works on it.
 *
 * @throws LogError, `locked` while a window or a terminal works on it; the run is where it was then.
 */
export async function trashRun(folder: string, now: Date): Promise<TrashedRun> {
  const at = now.toISOString();
  const trash = join(dirname(dirname(folder)), 'trash');
  const own = join(trash, at.replace(/[:.]/gu, '-'));
  const kept = join(own, basename(folder));
  // A lock that a power cut left behind is not given up at once.
  const waitMs = (await isRunOpen(folder)) ? 0 : staleLockMs;
  const lock = await acquireLock(join(folder, runFiles.lock), { waitMs });
  try {
    await makeFolder(own);
    await writeFile(join(trash, '.gitignore'), '*\n');
    await writeFileDurably(join(own, noteFile), `${JSON.stringify({ from: folder, at })}\n`);
    await rename(folder, kept);
  } catch (error) {
    await rm(own, { recursive: true, force: true }).catch(() => null);
    throw toLogError(error, 'delete the run', folder);
  } finally {
    await lock.release();
  }
  // The lock went along with the folder.
  await rm(join(kept, `${runFiles.lock}.lock`), { force: true }).catch(() => null);
  return { from: folder, kept, at };
}

/** Puts a deleted run back where it was. @throws LogError where something stands there now. */
export async function restoreRun({ from, kept }: Pick<TrashedRun, 'from' | 'kept'>): Promise<void> {
  try {
    await makeFolder(dirname(from));
    await rename(kept, from);
  } catch (error) {
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(errorCode(error) ?? '');
    if (!isTaken) throw toLogError(error, 'restore the run', from);
    const message = `${from} was not put back: another folder stands there now. The run is kept in ${kept}.`;
    throw new LogError({ kind: 'wrong-type', path: from, message });
  }
  await emptied(kept);
}

/** Takes away what the trash noted of a run that is not in it any more. Never fails. */
async function emptied(kept: string): Promise<void> {
  await rm(join(dirname(kept), noteFile), { force: true }).catch(() => null);
  await rmdir(dirname(kept)).catch(() => null);
}

/**
 * Deleted runs that are kept below a `.spar` folder. Only where a note lies counts, not where it says the run was: a
 * folder comes from anywhere, and its notes with it. Notes that can't be read are left out.
 */
export async function trashedRuns(sparFolder: string): Promise<readonly TrashedRun[]> {
  const trash = join(sparFolder, 'trash');
  const names = await readdir(trash).catch(() => []);
  const found = await Promise.all(names.map((name) => keptIn(join(trash, name), sparFolder)));
  return found.flatMap((kept) => kept ?? []);
}

/** What a deleted run was over, on one short line for a person; its own name where its settings don't tell. */
export async function inputNameOf({ kept }: Pick<TrashedRun, 'kept'>): Promise<string> {
  const settings = (await readObject(join(kept, runFiles.settings))).get('settings');
  const name = memberOf(memberOf(memberOf(settings, 'source'), 'input'), 'name');
  const last = typeof name === 'string' ? (name.split('/').at(-1) ?? '') : '';
  const line = last.replace(/[\s\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line === '' ? basename(kept) : line.slice(0, 80);
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

async function keptIn(own: string, sparFolder: string): Promise<TrashedRun | null> {
  try {
    const note: unknown = JSON.parse(await readFile(join(own, noteFile), 'utf8'));
    if (typeof note !== 'object' || note === null || !('from' in note)) return null;
    const name = typeof note.from === 'string' ? basename(note.from) : '';
    const at = 'at' in note && typeof note.at === 'string' ? note.at : '';
    if (fileNameProblem(name) !== null) return null;
    const kept = join(own, name);
    // Links are not ours to follow or to delete.
    const stats = await Promise.all([dirname(own), own, kept].map((folder) => lstat(folder)));
    if (!stats.every((one) => one.isDirectory())) return null;
    return { from: runFolder(sparFolder, name), kept, at };
  } catch {
    return null;
  }
}

/** Bytes that a deleted run takes; what can't be looked at counts none, and neither do links. */
export async function runSize({ kept }: Pick<TrashedRun, 'kept'>): Promise<number> {
  let sum = 0;
  // Without Node's `recursive`, which follows links.
  for (const entry of await readdir(kept, { withFileTypes: true }).catch(() => [])) {
    const path = join(kept, entry.name);
    if (entry.isDirectory()) sum += await runSize({ kept: path });
    else if (entry.isFile()) sum += (await lstat(path).catch(() => null))?.size ?? 0;
  }
  return sum;
}

/** Deletes for good what is kept of a run. @throws LogError */
export async function deleteRunForGood({ kept }: Pick<TrashedRun, 'kept'>): Promise<void> {
  try {
    await rm(kept, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw toLogError(error, 'delete for good', kept);
  }
  await emptied(kept);
}

/** By then a lock that nobody touches is known to be nobody's. */
const staleLockMs = 12_000;
const noteFile = 'run.json';
