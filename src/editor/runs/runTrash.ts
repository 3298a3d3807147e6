import { rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder, writeFileDurably } from '../../spar/log/durable';
import { acquireLock } from '../../spar/log/fileLock';
import { errorCode, LogError, toLogError } from '../../spar/log/logError';
import { runFiles } from '../../spar/log/runFolders';

/** A run that was deleted and can come back. */
export interface TrashedRun {
  /** Where it was. */
  readonly from: string;
  /** Where it is kept. */
  readonly kept: string;
}

/**
 * Moves a run's folder into the trash of its `.spar` folder, unless somebody works on it.
 *
 * @throws LogError, `locked` while a window or a terminal works on it; the run is where it was then.
 */
export async function trashRun(folder: string, now: Date): Promise<TrashedRun> {
  const trash = join(dirname(dirname(folder)), 'trash');
  const own = join(trash, now.toISOString().replace(/[:.]/gu, '-'));
  const kept = join(own, basename(folder));
  const lock = await acquireLock(join(folder, runFiles.lock), { waitMs: 0 });
  try {
    await makeFolder(own);
    await writeFile(join(trash, '.gitignore'), '*\n');
    await writeFileDurably(
      join(own, noteFile),
      `${JSON.stringify({ from: folder, at: now.toISOString() })}\n`,
    );
    await rename(folder, kept);
  } catch (error) {
    await rm(own, { recursive: true, force: true }).catch(() => null);
    throw toLogError(error, 'delete the run', folder);
  } finally {
    await lock.release();
  }
  // The lock went along with the folder.
  await rm(join(kept, `${runFiles.lock}.lock`), { force: true }).catch(() => null);
  return { from: folder, kept };
}

/** Puts a deleted run back where it was. @throws LogError where something stands there now. */
export async function restoreRun({ from, kept }: TrashedRun): Promise<void> {
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
export async function emptied(kept: string): Promise<void> {
  await rm(join(dirname(kept), noteFile), { force: true }).catch(() => null);
  await rmdir(dirname(kept)).catch(() => null);
}

const noteFile = 'run.json';
