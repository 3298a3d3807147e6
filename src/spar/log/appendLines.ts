import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ignore, isFolder, makeFolder, syncFolder, writeWhole } from './durable';
import { acquireLock, type FileLock, type LockOptions } from './fileLock';
import { markHandle, type FileMark } from './fileMark';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { errorCode, LogError, toLogError } from './logError';

export interface AppendOptions extends LockOptions {
  /** A lock that the caller holds and that no other writer of the file goes without. */
  readonly lock?: FileLock;
  /** Share of the lines that is written, 0 to 1; the sync comes after it. */
  readonly onProgress?: (share: number) => void;
}

export interface Appended {
  /** Of the first added line's first byte. */
  readonly offset: number;
  /** The file's size afterwards. */
  readonly end: number;
  /** A last line without its end was closed first: torn by a crash, or typed by hand. Its bytes are kept. */
  readonly mended: boolean;
  /** The file was not there before. */
  readonly created: boolean;
  /** Of the file with the lines, before anyone else could add to it; null where it could not be looked at. */
  readonly mark: FileMark | null;
}

/**
 * Adds lines to the end of a log and resolves when they are on the disk (the file synced, and its folder
 * when the file is new). Safe with other processes that append so, on this machine or another. When it
 * fails, what it had written is taken back where that is possible, and the file takes the next append.
 *
 * @param lines Without line ends, one line of JSON each.
 * @throws LogError; `signal.reason` when aborted before the first byte.
 */
export async function appendLines(
  file: string,
  lines: readonly string[],
  options: AppendOptions = {},
): Promise<Appended> {
  if (lines.some((line) => /[\n\r]/u.test(line))) {
    throw new LogError({ kind: 'unwritable', path: file, message: `A line for ${file} holds a line end.` });
  }
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  try {
    await makeFolder(dirname(file), fileSystem);
    const target = await resolveLinks(file, fileSystem);
    const lock = options.lock ?? (await acquireLock(target, options));
    try {
      options.signal?.throwIfAborted();
      return await appendHolding(lock, target, { lines, fileSystem, onProgress: options.onProgress });
    } finally {
      if (options.lock === undefined) await lock.release();
    }
  } catch (error) {
    const failure = toLogError(error, 'add to the file', file);
    const isNowhere = failure instanceof LogError && failure.kind === 'not-found';
    throw isNowhere && (await isFolder(dirname(file), fileSystem)) ? takesNoFile(file) : failure;
  }
}

/** Its folder is there: it takes none, as `/proc`, or the name is a link to nowhere. */
function takesNoFile(path: string): LogError {
  const message = `Could not make the file ${path}: its folder takes no files, or the name is a link to a place that is not there. Choose another place, then try again.`;
  return new LogError({ kind: 'no-permission', path, message });
}

/** The file itself behind symbolic links, so that all its names share one lock. */
export async function resolveLinks(
  file: string,
  fileSystem: LogFileSystem = nodeFileSystem,
): Promise<string> {
  try {
    return await fileSystem.realpath(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    return join(await fileSystem.realpath(dirname(file)), basename(file));
  }
}

interface Work {
  readonly lines: readonly string[];
  readonly fileSystem: LogFileSystem;
  readonly onProgress: AppendOptions['onProgress'];
}

/** Lines that are written at once: all at once could be more than a text may hold. */
const linesAtOnce = 5000;

async function appendHolding(lock: FileLock, target: string, work: Work): Promise<Appended> {
  const created = !(await exists(target, work.fileSystem));
  const handle = await work.fileSystem.open(target, 'a+');
  try {
    const { size } = await handle.stat();
    const mended = size > 0 && !(await endsLine(handle, size));
    const { lines, onProgress } = work;
    await lock.assertHeld();
    let added = 0;
    try {
      for (let at = 0; at < Math.max(lines.length, 1); at += linesAtOnce) {
        const some = lines.slice(at, at + linesAtOnce);
        const text = `${mended && at === 0 ? '\n' : ''}${some.map((line) => `${line}\n`).join('')}`;
        const bytes = Buffer.from(text, 'utf8');
        added += bytes.length;
        await writeWhole(handle, bytes);
        onProgress?.(Math.min(1, (at + linesAtOnce) / lines.length));
      }
      await handle.sync();
    } catch (error) {
      await takeBack(handle, size, added).catch(ignore);
      throw error;
    }
    if (created) await syncFolder(dirname(target), work.fileSystem);
    // The lines are saved whether or not the file can be looked at.
    const mark = await markHandle(handle).catch(() => null);
    return { offset: size + (mended ? 1 : 0), end: size + added, mended, created, mark };
  } finally {
    await handle.close();
  }
}

function noFile(target: string): LogError {
  const message = `${target} is a device or a pipe, so nothing was added to it. Name a file.`;
  return new LogError({ kind: 'wrong-type', path: target, message });
}

async function exists(file: string, fileSystem: LogFileSystem): Promise<boolean> {
  try {
    const found = await fileSystem.stat(file);
    // Opening a pipe would wait for someone to read it.
    if (!found.isFile() && !found.isDirectory()) throw noFile(file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

async function endsLine(handle: FileHandle, size: number): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] === 10;
}

/** Cuts a failed append off again, unless the file holds more than it: then someone wrote without the lock. */
async function takeBack(handle: FileHandle, size: number, added: number): Promise<void> {
  const now = (await handle.stat()).size;
  if (now > size && now <= size + added) await handle.truncate(size);
}
