import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, toLogError } from '../../log/logError';
import { readLineBatches } from '../../log/readLines';
import { readObject, runFiles } from '../../log/runFolders';
import type { ReplyStore } from '../../models/recorded';
import { ShardAnswers, shardsOf } from '../batch/answerSource';
import { selfplayFiles } from '../files';
import { parsePlan } from '../plan/runPlan';
import type { AnswerSource } from '../runner';
import { itemOf, readEntry, segmentFile, segmentsAmong } from '../replies';

/**
 * What a run has recorded, live and by batch files; of one that is a replay itself, also what the run recorded that it
 * replays.
 *
 * @throws LogError, `not-found` where one of them is gone: what it recorded would be asked for again; `signal.reason`.
 */
export async function recordedIn(
  runFolder: string,
  signal: AbortSignal,
): Promise<AnswerSource & { close(): Promise<void> }> {
  const folders = await replayedBy(runFolder);
  const live: RecordedReplies[] = [];
  for (const folder of folders)
    live.push(await RecordedReplies.read(join(folder, selfplayFiles.replies), signal));
  const sources = [...live, ...folders.map((folder) => new ShardAnswers(shardsOf(folder)))];
  return {
    of: async (item) => {
      const answers = await Promise.all(sources.map((source) => source.of(item)));
      return {
        get: (key) => {
          for (const own of answers) {
            const reply = own.get(key);
            if (reply !== undefined) return reply;
          }
          return undefined;
        },
      };
    },
    close: async () => {
      for (const replies of live) await replies.close();
    },
  };
}

/** The run's folder, and those of the runs behind it, each of which it takes replies from. */
async function replayedBy(runFolder: string): Promise<readonly string[]> {
  const folders: string[] = [];
  let next: string | undefined = runFolder;
  while (next !== undefined && !folders.includes(next)) {
    const folder: string = next;
    const settings = join(folder, runFiles.settings);
    await stat(settings).catch((error: unknown) => {
      throw toLogError(error, 'read the run that is replayed', folder);
    });
    folders.push(folder);
    next = parsePlan((await readObject(settings)).get('settings'))?.source.replay?.of;
  }
  return folders;
}

/** Numbers that tell where a reply lies: segment, offset and length in bytes. */
const numbersOfPlace = 3;

/**
 * The replies that a run has recorded, of all its items, for whoever replays it: read without opening the run. In memory
 * it holds where they lie, some 30 bytes a reply.
 */
export class RecordedReplies {
  private readonly handles = new Map<number, Promise<FileHandle>>();

  private constructor(
    private readonly folder: string,
    private readonly places: ReadonlyMap<number, readonly number[]>,
  ) {}

  /**
   * Reads all segments through. Lines that can't be read count as not recorded.
   *
   * @throws LogError; `signal.reason`.
   */
  static async read(folder: string, signal: AbortSignal): Promise<RecordedReplies> {
    const names = await readdir(folder).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return [];
      throw toLogError(error, 'read the replies', folder);
    });
    const places = new Map<number, number[]>();
    for (const segment of segmentsAmong(names)) {
      for await (const batch of readLineBatches(segmentFile(folder, segment), { signal })) {
        for (const line of batch) {
          const item = line.type === 'text' ? itemOf(line.text) : null;
          if (item === null || line.type !== 'text') continue;
          const known = places.get(item);
          if (known === undefined) places.set(item, [segment, line.offset, line.length]);
          else known.push(segment, line.offset, line.length);
        }
      }
    }
    return new RecordedReplies(folder, places);
  }

  /** Those of one item. @throws LogError */
  async of(item: number): Promise<Pick<ReplyStore, 'get'>> {
    const places = this.places.get(item) ?? [];
    const replies = new Map<string, ReturnType<ReplyStore['get']>>();
    for (let at = 0; at < places.length; at += numbersOfPlace) {
      const [segment = 0, offset = 0, length = 0] = places.slice(at, at + numbersOfPlace);
      const entry = readEntry(await this.line(segment, { offset, length }));
      // The first reply of a draw is the one that counted.
      if (entry !== null && !replies.has(entry.key)) replies.set(entry.key, entry.reply);
    }
    return { get: (key) => replies.get(key) };
  }

  async close(): Promise<void> {
    for (const handle of this.handles.values()) await (await handle).close();
    this.handles.clear();
  }

  private async line(
    segment: number,
    { offset, length }: { readonly offset: number; readonly length: number },
  ): Promise<string> {
    const file = segmentFile(this.folder, segment);
    try {
      const handle = this.handles.get(segment) ?? open(file, 'r');
      this.handles.set(segment, handle);
      const { buffer, bytesRead } = await (await handle).read(Buffer.alloc(length), 0, length, offset);
      return buffer.toString('utf8', 0, bytesRead).replace(/^\ufeff/u, '');
    } catch (error) {
      throw toLogError(error, 'read the replies', file);
    }
  }
}
