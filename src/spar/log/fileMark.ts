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
  return withFile(file, options.fileSystem, async (handle) => {
    const { size, ino, mode, mtimeNs } = await handle.stat({ bigint: true });
    const end = options.end ?? Number(size);
    return {
      end,
      inode: ino,
      modified: mtimeNs,
      mode: Number(mode & 0o777n),
      tail: await readTail(handle, end),
    };
  });
}

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
