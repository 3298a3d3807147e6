import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { toLogError } from '../../log/logError';

export interface SourceFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** @throws LogError; `signal.reason` when aborted. */
export async function hashFile(path: string, signal?: AbortSignal): Promise<SourceFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      signal?.throwIfAborted();
      const piece = chunk as Buffer;
      hash.update(piece);
      bytes += piece.length;
    }
  } catch (error) {
    throw toLogError(error, 'read the dataset', path);
  }
  return { path, bytes, sha256: hash.digest('hex') };
}
