import { ignore, renameDurably, type DurableOptions } from './durable';
import { resolveLinks } from './appendLines';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { removeLeftovers, replacementBeside } from './leftovers';
import { LineWriter } from './lineWriter';
import { errorCode, LogError, toLogError } from './logError';

/**
 * Makes a file of these lines, or replaces one, in one step: there is the old file, or the whole new one. For what is
 * derived and can be made again; a log that others append to is rewritten by `replaceAtomically`. A link is followed.
 *
 * @param lines Texts without their line ends.
 * @throws LogError; `signal.reason` when aborted; whatever `lines` throws. The old file is left as it was then.
 */
export async function writeLinesDurably(
  file: string,
  lines: AsyncIterable<string> | Iterable<string>,
  options: DurableOptions & { readonly signal?: AbortSignal } = {},
): Promise<void> {
  const fileSystem = options.fileSystem ?? nodeFileSystem;
  const target = await replaceable(file, fileSystem);
  await removeLeftovers(target);
  const temporary = replacementBeside(target);
  try {
    const output = await fileSystem.open(temporary, 'wx');
    try {
      const writer = new LineWriter(output, file);
      for await (const line of lines) {
        options.signal?.throwIfAborted();
        await writer.add(line);
      }
      await writer.flush();
      await output.sync();
    } finally {
      await output.close();
    }
    await renameDurably(temporary, target, fileSystem);
  } catch (error) {
    await fileSystem.unlink(temporary).catch(ignore);
    throw toLogError(error, 'write the file', file);
  }
}

/** The file that is to be replaced. A device or a pipe must not be: a file would stand in its place ever after. */
async function replaceable(file: string, fileSystem: LogFileSystem): Promise<string> {
  try {
    const target = await resolveLinks(file, fileSystem);
    const found = await fileSystem.stat(target).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null;
      throw error;
    });
    if (found === null || found.isFile()) return target;
    const what = found.isDirectory() ? 'a folder' : 'a device or a pipe';
    const message = `Could not write the file (${file}): ${what} stands there. Name a file.`;
    throw new LogError({ kind: 'wrong-type', path: file, message });
  } catch (error) {
    throw toLogError(error, 'write the file', file);
  }
}
