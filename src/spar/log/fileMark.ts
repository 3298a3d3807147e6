import type { FileHandle } from 'node:fs/promises';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { errorCode } from './logError';

/** Enough of a file, as far as it was read, to tell one that only grew from one that was replaced or edited. */
export interface FileMark {
  /** Bytes that the mark speaks for, from the start. */
  readonly end: number;
  readonly inode: bigint;
  /** Nanoseconds. */
  readonly modified: bigint;
  readonly mode: number;
  /** The last bytes before `end`. */
  readonly tail: Buffer;
}

export type Growth = 'same' | 'grown' | 'replaced' | 'gone';

const tailBytes = 4096;

/** Marks a file up to `end`, by default its size now; null when it is not there. */
export async function markFile(
  file: string,
  options: { readonly end?: number; readonly fileSystem?: LogFileSystem } = {},
): Promise<FileMark | null> {
  return withFile(file, options.fileSystem, (handle) => markHandle(handle, options.end));
}

/** `markFile` of an open file. */
export async function markHandle(handle: FileHandle, wishedEnd?: number): Promise<FileMark> {
  const { size, ino, mode, mtimeNs } = await handle.stat({ bigint: true });
  const end = wishedEnd ?? Number(size);
  return {
    end,
    inode: ino,
    modified: mtimeNs,
    mode: Number(mode & 0o777n),
    tail: await readTail(handle, end),
  };
}

/**
 * True where `later`, made of a file to which `bytes` were just added, says what a look at the file would: that it is the
 * one that `mark` is of, and grew by them alone. False also where that can't be told from the two.
 */
export function grewBy(mark: FileMark, later: FileMark, bytes: number): boolean {
  if (later.inode !== mark.inode || later.end !== mark.end + bytes) return false;
  const overlap = Math.min(later.tail.length - bytes, mark.tail.length);
  if (overlap < Math.min(mark.tail.length, leastOverlap)) return false;
  const start = later.tail.length - bytes - overlap;
  return later.tail.subarray(start, start + overlap).equals(mark.tail.subarray(mark.tail.length - overlap));
}

/** Bytes that tell one file from another as well as need be: more than a line's id and time. */
const leastOverlap = 512;

/** What became of a file since it was marked. An edit that also let it grow, far from `end`, is not noticed. */
export async function growthSince(mark: FileMark, file: string, fileSystem?: LogFileSystem): Promise<Growth> {
  const growth = await withFile(file, fileSystem, async (handle): Promise<Growth> => {
    const { size, ino, mtimeNs } = await handle.stat({ bigint: true });
    if (ino !== mark.inode || Number(size) < mark.end) return 'replaced';
    if (!(await readTail(handle, mark.end)).equals(mark.tail)) return 'replaced';
    if (Number(size) > mark.end) return 'grown';
    return mtimeNs === mark.modified ? 'same' : 'replaced';
  });
  return growth ?? 'gone';
}

async function withFile<Result>(
  file: string,
  fileSystem: LogFileSystem | undefined,
  work: (handle: FileHandle) => Promise<Result>,
): Promise<Result | null> {
  let handle: FileHandle;
  try {
    handle = await (fileSystem ?? nodeFileSystem).open(file, 'r');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
  try {
    return await work(handle);
  } finally {
    await handle.close();
  }
}

async function readTail(handle: FileHandle, end: number): Promise<Buffer> {
  const length = Math.min(tailBytes, end);
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, end - length);
  return buffer.subarray(0, bytesRead);
}
