import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { appendLines, type AppendOptions } from '../../log/appendLines';
import { jsonLine, parseJson } from '../../log/jsonLine';
import { journalVersion } from '../../log/journalLines';
import { errorCode, toLogError } from '../../log/logError';
import type { ChatReply } from '../../models/chatModel';

/** A line about one draw of an item: its reply, or that a file brought none. */
export type AnswerLine =
  | { readonly item: number; readonly key: string; readonly file: number; readonly reply: ChatReply }
  | { readonly item: number; readonly key: string; readonly file: number; readonly failure: DrawFailure };

export interface DrawFailure {
  /** `empty`: a reply without a text. `refused`: no further try would help. */
  readonly kind: 'failed' | 'empty' | 'refused';
  readonly reason: string;
}

/** What is known of one item's draws. */
export interface ItemAnswers {
  reply(key: string): ChatReply | undefined;
  /** Of the files that brought none, the last one's; `tries`: how many they are. Undefined where there is none. */
  failure(key: string): (DrawFailure & { readonly tries: number }) | undefined;
  /** Of that file. */
  failureOf(key: string, file: number): DrawFailure | undefined;
}

/** Items of one file: few enough to be held in memory with all their replies, many enough for a hundred thousand. */
const shardItems = 256;
/** Shards in memory: items under way are neighbours. */
const mostShards = 2;

/**
 * The answers of batch files, kept by ranges of items, so that a pass over all items reads them in order and holds few at
 * a time, however many there are. The first reply of a draw stays.
 */
export class AnswerShards {
  private readonly loaded = new Map<number, Promise<Shard>>();
  private mend: (() => Promise<void>) | null = null;
  private mending: Promise<void> | null = null;

  constructor(
    private readonly folder: string,
    private readonly options: AppendOptions,
  ) {}

  /** How replies whose lines can't be read come back; without it they are asked for again. */
  mendBy(mend: () => Promise<void>): void {
    this.mend = mend;
    // What was read without it was left as it was.
    this.loaded.clear();
  }

  /** @throws LogError */
  async of(item: number): Promise<ItemAnswers> {
    return (await this.shard(shardOf(item))).of(item);
  }

  /**
   * Adds lines, of which those whose draw has a reply already, or a failure of the same file, are left out. Resolves
   * when they are on the disk.
   *
   * @throws LogError
   */
  async add(lines: readonly AnswerLine[]): Promise<void> {
    const byShard = new Map<number, AnswerLine[]>();
    for (const line of lines) {
      const shard = shardOf(line.item);
      const own = byShard.get(shard);
      if (own === undefined) byShard.set(shard, [line]);
      else own.push(line);
    }
    for (const [shard, own] of [...byShard].sort(([a], [b]) => a - b)) {
      const known = await this.shard(shard);
      const fresh = own.filter((line) => known.take(line));
      if (fresh.length === 0) continue;
      // What it took is not on the disk if this fails.
      this.loaded.delete(shard);
      await appendLines(this.file(shard), fresh.map(textOf), this.options);
    }
  }

  /** Forgets how often draws of these items failed. @throws LogError */
  async forgive(items: readonly number[]): Promise<void> {
    const byShard = new Map<number, number[]>();
    for (const item of items) byShard.set(shardOf(item), [...(byShard.get(shardOf(item)) ?? []), item]);
    for (const [shard, own] of byShard) {
      // A run without batch files gets none.
      if ((await stat(this.file(shard)).catch(() => null)) === null) continue;
      this.loaded.delete(shard);
      const lines = own.map((item) => jsonLine({ spar: journalVersion, item, forgiven: true }, first));
      await appendLines(this.file(shard), lines, this.options);
    }
  }

  private shard(shard: number): Promise<Shard> {
    const known = this.loaded.get(shard);
    if (known !== undefined) return known;
    const reading = this.read(shard);
    this.loaded.set(shard, reading);
    reading.catch(() => this.loaded.delete(shard));
    for (const old of this.loaded.keys()) {
      if (this.loaded.size <= mostShards) break;
      this.loaded.delete(old);
    }
    return reading;
  }

  private async read(shard: number): Promise<Shard> {
    const file = this.file(shard);
    const read = await Shard.read(file);
    if (!read.isDamaged || this.mend === null) return read;
    this.mending ??= this.mend();
    await this.mending;
    // Nothing has to be made good of lines before this one that can't be read.
    const line = jsonLine({ spar: journalVersion, mended: true }, first);
    await appendLines(file, [line], this.options);
    return Shard.read(file);
  }

  private file(shard: number): string {
    return join(this.folder, `${String(shard).padStart(6, '0')}.jsonl`);
  }
}

function shardOf(item: number): number {
  return Math.floor(item / shardItems);
}

class Shard {
  /** Whether a line could not be read, since the last time that this was mended. */
  isDamaged = false;
  private readonly items = new Map<number, Draws>();

  /** Lines that can't be read are left out. @throws LogError */
  static async read(file: string): Promise<Shard> {
    const shard = new Shard();
    const bytes = await readFile(file).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
      throw toLogError(error, 'read the answers', file);
    });
    for (let from = 0; from < bytes.length;) {
      const end = bytes.indexOf(10, from);
      const line = readLine(bytes.toString('utf8', from, end < 0 ? bytes.length : end));
      // Also a last line that was torn: it may be all that is left of more.
      if (line === null) shard.isDamaged ||= end !== from;
      else if ('mended' in line) shard.isDamaged = false;
      else if ('forgiven' in line) shard.items.get(line.item)?.failures.clear();
      else shard.take(line);
      from = end < 0 ? bytes.length : end + 1;
    }
    return shard;
  }

  of(item: number): ItemAnswers {
    return this.items.get(item) ?? new Draws();
  }

  /** False for a line that says nothing new. */
  take({ item, key, file, ...line }: AnswerLine): boolean {
    const draws = this.items.get(item) ?? new Draws();
    this.items.set(item, draws);
    if (draws.replies.has(key)) return false;
    if ('reply' in line) {
      draws.replies.set(key, { reply: line.reply, file });
      return true;
    }
    const failures = draws.failures.get(key) ?? new Map<number, DrawFailure>();
    draws.failures.set(key, failures);
    if (failures.has(file)) return false;
    failures.set(file, line.failure);
    return true;
  }
}

class Draws implements ItemAnswers {
  readonly replies = new Map<string, { readonly reply: ChatReply; readonly file: number }>();
  /** Of a draw, by file. */
  readonly failures = new Map<string, Map<number, DrawFailure>>();

  reply(key: string): ChatReply | undefined {
    return this.replies.get(key)?.reply;
  }

  failure(key: string): (DrawFailure & { readonly tries: number }) | undefined {
    const failures = this.failures.get(key);
    const last = failures === undefined ? undefined : [...failures.values()].at(-1);
    return last === undefined ? undefined : { ...last, tries: failures?.size ?? 0 };
  }

  failureOf(key: string, file: number): DrawFailure | undefined {
    return this.failures.get(key)?.get(file);
  }
}

const first = ['spar', 'item', 'key', 'file'];

function textOf({ item, key, file, ...line }: AnswerLine): string {
  const rest =
    'reply' in line
      ? { finishReason: line.reply.finishReason, text: line.reply.text }
      : { failed: line.failure };
  return jsonLine({ spar: journalVersion, item, key, file, ...rest }, first);
}

const count = z.number().int().min(0);
const lineSchema = z.union([
  z.object({
    spar: z.literal(journalVersion),
    item: count,
    key: z.string(),
    file: count,
    finishReason: z.enum(['stop', 'length', 'other']),
    text: z.string(),
  }),
  z.object({
    spar: z.literal(journalVersion),
    item: count,
    key: z.string(),
    file: count,
    failed: z.object({ kind: z.enum(['failed', 'empty', 'refused']), reason: z.string() }),
  }),
  z.object({ spar: z.literal(journalVersion), item: count, forgiven: z.literal(true) }),
  z.object({ spar: z.literal(journalVersion), mended: z.literal(true) }),
]);

type ShardLine = AnswerLine | { readonly item: number; readonly forgiven: true } | { readonly mended: true };

function readLine(text: string): ShardLine | null {
  const parsed = parseJson(text);
  const read = parsed.ok ? lineSchema.safeParse(parsed.value) : null;
  if (read?.success !== true) return null;
  const { data } = read;
  if ('forgiven' in data || 'mended' in data) return data;
  const { item, key, file } = data;
  if ('failed' in data) return { item, key, file, failure: data.failed };
  return { item, key, file, reply: { text: data.text, finishReason: data.finishReason } };
}
