import { resolveLinks } from './appendLines';
import { ignore, renameDurably } from './durable';
import { acquireLock, type FileLock, type LockOptions } from './fileLock';
import { growthSince, markFile, type FileMark } from './fileMark';
import { removeLeftovers, replacementBeside } from './leftovers';
import { changedMeanwhile, LineWriter, type Stretch } from './lineWriter';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { LogError, toLogError } from './logError';

/** What a rewritten file is made of: text of lines, the last without its end, or a stretch of the old file as it is. */
export type NewLine = string | Stretch;

export interface Replaced {
  /** The new file's size. */
  readonly size: number;
  /** Bytes that others appended meanwhile, taken over as they are. */
  readonly merged: number;
}

/**
 * Rewrites a log in one step: readers, and a machine that loses power, see the old file or the new one.
 * `write` gets the old file's size, taken when no append was under way, and gives the lines that replace
 * the bytes before it. Others can append while it runs: their lines are carried over under the lock.
 *
 * @throws LogError `changed` when the old file's first `size` bytes are no longer the same file's (nothing is
 * replaced then), or another kind; `signal.reason` when aborted; whatever `write` throws.
 */
export async function replaceAtomically(
  file: string,
  write: (size: number) => AsyncIterable<NewLine> | Iterable<NewLine>,
  options: LockOptions = {},
): Promise<Replaced> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  try {
    const target = await resolveLinks(file, fileSystem);
    const basis = await underLock(target, options, () => markFile(target, { fileSystem }));
    if (basis === null) throw notThere(target);
    await removeLeftovers(target);
    const temporary = replacementBeside(target);
    const output = await fileSystem.open(temporary, 'wx', basis.mode);
    try {
      const writer = new LineWriter(output, target);
      await writeLines(writer, target, { lines: write(basis.end), fileSystem, signal: options.signal });
      return await underLock(target, options, async (lock) => {
        const merged = await takeOverRest(writer, target, { basis, fileSystem });
        await output.sync();
        await output.close();
        await lock.assertHeld();
        await renameDurably(temporary, target, fileSystem);
        return { size: writer.size, merged };
      });
    } catch (error) {
      await output.close().catch(ignore);
      await fileSystem.unlink(temporary).catch(ignore);
      throw error;
    }
  } catch (error) {
    throw toLogError(error, 'rewrite the file', file);
  }
}

async function underLock<Result>(
  target: string,
  options: LockOptions,
  work: (lock: FileLock) => Promise<Result>,
): Promise<Result> {
  const lock = await acquireLock(target, options);
  try {
    return await work(lock);
  } finally {
    await lock.release();
  }
}

interface Source {
  readonly lines: AsyncIterable<NewLine> | Iterable<NewLine>;
  readonly fileSystem: LogFileSystem;
  readonly signal: AbortSignal | undefined;
}

async function writeLines(writer: LineWriter, target: string, source: Source): Promise<void> {
  const input = await source.fileSystem.open(target, 'r');
  try {
    for await (const line of source.lines) {
      source.signal?.throwIfAborted();
      if (typeof line === 'string') await writer.add(line);
      else await writer.copy(input, line);
    }
    await writer.flush();
  } finally {
    await input.close();
  }
}

async function takeOverRest(
  writer: LineWriter,
  target: string,
  old: { readonly basis: FileMark; readonly fileSystem: LogFileSystem },
): Promise<number> {
  const { basis, fileSystem } = old;
  const growth = await growthSince(basis, target, fileSystem);
  if (growth === 'same') return 0;
  if (growth !== 'grown') throw changedMeanwhile(target);
  const input = await fileSystem.open(target, 'r');
  try {
    const length = (await input.stat()).size - basis.end;
    await writer.copy(input, { offset: basis.end, length });
    return length;
  } finally {
    await input.close();
  }
}

function notThere(target: string): LogError {
  const message = `${target} is not there any more. It may have been moved or deleted; open it from where it is now.`;
  return new LogError({ kind: 'not-found', path: target, message });
}
