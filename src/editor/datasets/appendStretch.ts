import { createHash, type Hash } from 'node:crypto';
import { open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ensureGitAttributes } from '../../spar/datasets/gitAttributes';
import { appendLines, resolveLinks, type Appended } from '../../spar/log/appendLines';
import { makeFolder } from '../../spar/log/durable';
import { acquireLock, type FileLock } from '../../spar/log/fileLock';
import { LogError, toLogError } from '../../spar/log/logError';
import { nodeFileSystem } from '../../spar/log/fileSystem';
import { replaceAtomically, type NewLine } from '../../spar/log/replaceAtomically';

/** Lines that were added to a file one after the other; enough to find them again and take them out. */
export interface AddedStretch {
  readonly file: string;
  /** Of the first added line's first byte. */
  readonly offset: number;
  /** Bytes, line ends included; 0 where nothing was added. */
  readonly length: number;
  /** SHA-256 of the bytes, hexadecimal. */
  readonly hash: string;
  readonly lines: number;
}

/** Text that one write takes. */
const batchCharacters = 4 << 20;

/**
 * Adds any number of lines under one lock, in bounded memory. Stopped or failed half way, the file is cut back
 * to what it was, so that all of them are there or none.
 *
 * @throws LogError; `signal.reason` when aborted; whatever `lines` throws.
 */
export async function appendStretch(
  file: string,
  lines: AsyncIterable<string>,
  signal?: AbortSignal,
): Promise<AddedStretch> {
  await makeFolder(dirname(file));
  const target = await resolveLinks(file);
  const lock = await acquireLock(target, signal === undefined ? {} : { signal });
  const writer = new StretchWriter(target, lock);
  try {
    for await (const line of lines) {
      signal?.throwIfAborted();
      await writer.add(line);
    }
    await writer.flush();
    if (writer.created) await ensureGitAttributes(dirname(target)).catch(() => null);
    return writer.stretch(file);
  } catch (error) {
    await writer.takeBack().catch(() => null);
    throw toLogError(error, 'add to the dataset', file);
  } finally {
    await lock.release();
  }
}

class StretchWriter {
  private readonly hash: Hash = createHash('sha256');
  private waiting: string[] = [];
  private characters = 0;
  private lines = 0;
  private first: Appended | null = null;
  private end = 0;

  constructor(
    private readonly target: string,
    private readonly lock: FileLock,
  ) {}

  get created(): boolean {
    return this.first?.created === true;
  }

  async add(line: string): Promise<void> {
    this.waiting.push(line);
    this.characters += line.length;
    if (this.characters >= batchCharacters) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.waiting.length === 0) return;
    const batch = this.waiting;
    this.waiting = [];
    this.characters = 0;
    const appended = await appendLines(this.target, batch, { lock: this.lock });
    this.first ??= appended;
    this.end = appended.end;
    this.lines += batch.length;
    for (const line of batch) this.hash.update(line).update('\n');
  }

  /** No other writer was let in between, so all from the first line on is ours. */
  async takeBack(): Promise<void> {
    if (this.first === null) return;
    await this.lock.assertHeld();
    if (this.first.created) {
      await unlink(this.target);
      return;
    }
    const handle = await open(this.target, 'r+');
    try {
      await handle.truncate(this.first.offset);
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  stretch(file: string): AddedStretch {
    const offset = this.first?.offset ?? 0;
    const length = this.first === null ? 0 : this.end - offset;
    return { file, offset, length, hash: this.hash.digest('hex'), lines: this.lines };
  }
}

/**
 * Takes lines out again that were added by mistake, whatever others have added since. The one rewriting beside
 * compaction: the file is replaced in one step.
 *
 * @throws LogError `changed` when the lines are no longer where they were put; nothing is changed then.
 */
export async function takeOut({ file, offset, length, hash }: AddedStretch): Promise<void> {
  if (length === 0) return;
  await replaceAtomically(file, (size) => around({ file, offset, length, hash, size }));
}

async function* around(
  added: Omit<AddedStretch, 'lines'> & { readonly size: number },
): AsyncGenerator<NewLine, void, void> {
  const { file, offset, length, hash, size } = added;
  if (offset + length > size || (await hashOf(file, offset, length)) !== hash) {
    const message = `The lines to take out of ${file} are no longer where they were put: it was rewritten meanwhile. Nothing was changed; delete the records in the dataset instead.`;
    throw new LogError({ kind: 'changed', path: file, message });
  }
  if (offset > 0) yield { offset: 0, length: offset };
  const rest = offset + length;
  if (rest < size) yield { offset: rest, length: size - rest };
}

async function hashOf(file: string, offset: number, length: number): Promise<string> {
  const handle = await nodeFileSystem.open(file, 'r');
  try {
    const hash = createHash('sha256');
    const chunk = Buffer.alloc(Math.min(length, 1 << 20));
    for (let done = 0; done < length;) {
      const { bytesRead } = await handle.read(chunk, 0, Math.min(chunk.length, length - done), offset + done);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
      done += bytesRead;
    }
    return hash.digest('hex');
  } finally {
    await handle.close();
  }
}
