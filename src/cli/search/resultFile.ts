import { open, type FileHandle } from 'node:fs/promises';
import { errorCode, LogError, toLogError } from '../../spar/log/logError';
import { acquireLock, type FileLock } from '../../spar/log/fileLock';
import { parseJson } from '../../spar/log/jsonLine';
import { readLines } from '../../spar/log/readLines';

/** Which row of the input a result is about. */
export interface ResultOf {
  readonly row: number;
  /** Content of the row; null for one that can't be used. */
  readonly id: string | null;
  readonly status: string;
}

/** A file of results, one line a row in the order of the input. One process at a time writes it. */
export class ResultFile {
  private constructor(
    private readonly handle: FileHandle,
    private readonly lock: FileLock,
    /** Those that were there, in order. */
    readonly known: readonly ResultOf[],
  ) {}

  /**
   * Opens it behind its last whole line; what a crash cut off there is taken out.
   *
   * @throws LogError: `locked`, `wrong-type` where it holds something else; `signal.reason`.
   */
  static async open(path: string, signal: AbortSignal): Promise<ResultFile> {
    const lock = await acquireLock(path, { waitMs: 3000, signal });
    try {
      const { known, end } = await readResults(path, signal);
      const handle = await open(path, 'a');
      await handle.truncate(end);
      return new ResultFile(handle, lock, known);
    } catch (error) {
      await lock.release();
      throw toLogError(error, 'open the results', path);
    }
  }

  /** @throws LogError */
  async add(result: ResultOf): Promise<void> {
    try {
      await this.handle.appendFile(`${JSON.stringify(result)}\n`);
    } catch (error) {
      throw toLogError(error, 'add a result', this.lock.path.replace(/\.lock$/u, ''));
    }
  }

  async close(): Promise<void> {
    await this.handle.sync().catch(() => undefined);
    await this.handle.close();
    await this.lock.release();
  }
}

async function readResults(
  path: string,
  signal: AbortSignal,
): Promise<{ readonly known: readonly ResultOf[]; readonly end: number }> {
  const known: ResultOf[] = [];
  let end = 0;
  try {
    for await (const line of readLines(path, { signal })) {
      if (!line.terminated) break;
      const result = line.type === 'text' ? resultIn(line.text) : null;
      if (result === null) {
        const message = `Line ${line.number} of ${path} is no result of “spar search”. Choose another file for the results.`;
        throw new LogError({ kind: 'wrong-type', path, message });
      }
      known.push(result);
      end = line.end;
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' && !(error instanceof LogError && error.kind === 'not-found'))
      throw error;
  }
  return { known, end };
}

function resultIn(text: string): ResultOf | null {
  const parsed = parseJson(text);
  const value = parsed.ok ? parsed.value : null;
  if (typeof value !== 'object' || value === null || !('row' in value && 'id' in value && 'status' in value))
    return null;
  const { row, id, status } = value;
  if (typeof row !== 'number' || typeof status !== 'string') return null;
  return id === null || typeof id === 'string' ? { row, id, status } : null;
}
