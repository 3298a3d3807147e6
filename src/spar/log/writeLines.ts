import { ignore, renameDurably, temporaryBeside, type DurableOptions } from './durable';
import { nodeFileSystem } from './fileSystem';
import { LineWriter } from './lineWriter';
import { toLogError } from './logError';

/**
 * Makes a file of these lines, or replaces one, in one step: there is the old file, or the whole new one. For what is
 * derived and can be made again; a log that others append to is rewritten by `replaceAtomically`.
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
  const temporary = temporaryBeside(file);
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
    await renameDurably(temporary, file, fileSystem);
  } catch (error) {
    await fileSystem.unlink(temporary).catch(ignore);
    throw toLogError(error, 'write the file', file);
  }
}
