import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { errorCode, LogError, toLogError } from './logError';

export interface DurableOptions {
  readonly fileSystem?: LogFileSystem;
}

/**
 * Replaces a small file's text in one step: a reader, or a machine that loses power, sees the old or the new.
 *
 * @throws LogError
 */
export async function writeFileDurably(
  file: string,
  text: string,
  options: DurableOptions = {},
): Promise<void> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  const temporary = temporaryBeside(file);
  try {
    const handle = await fileSystem.open(temporary, 'wx');
    try {
      await writeWhole(handle, Buffer.from(text, 'utf8'));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameDurably(temporary, file, fileSystem);
  } catch (error) {
    await fileSystem.unlink(temporary).catch(ignore);
    throw toLogError(error, 'write the file', file);
  }
}

/**
 * Makes the folder and those above it, and makes their names last. True when it was not there before. Without Node's
 * `recursive`, which never returns where a folder can be looked at and not be made in, such as `/proc`.
 */
export async function makeFolder(
  folder: string,
  fileSystem: LogFileSystem = nodeFileSystem,
): Promise<boolean> {
  if (await isFolder(folder, fileSystem)) return false;
  const above = dirname(folder);
  if (above !== folder) await makeFolder(above, fileSystem);
  try {
    await fileSystem.mkdir(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (await isFolder(folder, fileSystem)) return false;
    // As `/proc` answers, which is there and takes nothing.
    if (errorCode(error) === 'ENOENT' && (await isFolder(above, fileSystem))) throw takesNone(folder, above);
    throw error;
  }
  await syncFolder(above, fileSystem);
  return true;
}

/**
 * Refuses a folder that is not there and can't be made, or is and can't be written to, before any work is done for it:
 * one is made in the nearest folder that is there, and is removed at once.
 *
 * @throws LogError
 */
export async function requireWritable(folder: string): Promise<void> {
  let nearest = resolve(folder);
  try {
    for (; !(await isThere(nearest)); nearest = dirname(nearest));
    const trial = join(nearest, `.${randomUUID()}.tmp`);
    await makeFolder(trial);
    await rmdir(trial);
  } catch (error) {
    throw toLogError(error, 'write to the folder', folder);
  }
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT' && dirname(path) !== path) return false;
    throw error;
  }
}

function takesNone(folder: string, above: string): LogError {
  const message = `Could not make the folder ${folder}: ${above} takes no folders. Choose another place, then try again.`;
  return new LogError({ kind: 'no-permission', path: folder, message });
}

export function isFolder(path: string, fileSystem: LogFileSystem): Promise<boolean> {
  return fileSystem.stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Writes all bytes at the handle's own position; a handle opened to append writes at the end. */
export async function writeWhole(handle: FileHandle, bytes: Buffer): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, null);
    written += bytesWritten;
  }
}

/** Moves a file over another and makes the new name last. */
export async function renameDurably(from: string, to: string, fileSystem: LogFileSystem): Promise<void> {
  await renameWhenFree(from, to, fileSystem);
  await syncFolder(dirname(to), fileSystem);
}

/** Makes created, renamed and removed names last, where the system can: Windows and some network folders can't. */
export async function syncFolder(folder: string, fileSystem: LogFileSystem): Promise<void> {
  try {
    const handle = await fileSystem.open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!foldersWithoutSync.has(errorCode(error) ?? '')) throw error;
  }
}

export function temporaryBeside(file: string): string {
  return join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
}

export function ignore(): void {
  // What is cleaned up after a failure may be gone already, and the first failure is the one to tell.
}

const foldersWithoutSync: ReadonlySet<string> = new Set([
  'EACCES',
  'EBADF',
  'EINVAL',
  'EISDIR',
  'ENOSYS',
  'ENOTSUP',
  'EPERM',
]);

/** On Windows a virus scanner or an indexer may hold either name for a moment. */
const renameWaits: readonly number[] = [10, 20, 50, 100, 200, 400, 800];

async function renameWhenFree(from: string, to: string, fileSystem: LogFileSystem): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await fileSystem.rename(from, to);
      return;
    } catch (error) {
      const wait = renameWaits[attempt];
      if (process.platform !== 'win32' || wait === undefined) throw error;
      if (!['EACCES', 'EBUSY', 'EPERM'].includes(errorCode(error) ?? '')) throw error;
      await delay(wait);
    }
  }
}
