import { closeSync, openSync, readSync } from 'node:fs';
import type { AppendOptions } from './appendLines';
import { BatchedLog, type WrittenLine } from './batchedLog';
import { journalVersion } from './journalLines';
import { jsonLine, parseJson } from './jsonLine';
import { readLineBatches } from './readLines';

/** A model's reply as the `models` layer has it. */
export interface StoredReply {
  readonly text: string;
  readonly finishReason: 'stop' | 'length' | 'other';
}

/**
 * Replies that were paid for, by key, so that a run that goes on asks for none twice. Keys are held in
 * memory, texts on the disk. The first reply of a key stays.
 */
export class ReplyLog {
  private readonly places = new Map<string, WrittenLine>();
  private readonly unwritten = new Map<
    string,
    { readonly reply: StoredReply; readonly done: Promise<void> }
  >();
  private readonly log: BatchedLog;
  private descriptor: number | null = null;

  private constructor(
    private readonly file: string,
    options: AppendOptions,
  ) {
    this.log = new BatchedLog(file, options);
  }

  /** Lines that can't be read are left alone: their replies are asked for again. */
  static async open(file: string, options: AppendOptions): Promise<ReplyLog> {
    const replies = new ReplyLog(file, options);
    for await (const batch of readLineBatches(file)) {
      for (const line of batch) {
        const entry = line.type === 'text' ? readEntry(line.text) : null;
        if (entry !== null && !replies.places.has(entry.key)) replies.places.set(entry.key, line);
      }
    }
    return replies;
  }

  get size(): number {
    return this.places.size + this.unwritten.size;
  }

  /** Undefined, too, when the reply can no longer be read from the disk. */
  get(key: string): StoredReply | undefined {
    const unwritten = this.unwritten.get(key);
    if (unwritten !== undefined) return unwritten.reply;
    const place = this.places.get(key);
    if (place === undefined) return undefined;
    const entry = this.readEntryAt(place);
    return entry?.key === key ? entry.reply : undefined;
  }

  /**
   * Resolves when the reply is on the disk; replies put in the same tick share one sync.
   *
   * @throws LogError
   */
  put(key: string, reply: StoredReply): Promise<void> {
    const begun = this.unwritten.get(key);
    if (begun !== undefined) return begun.done;
    if (this.get(key) !== undefined) return Promise.resolve();
    const { text, finishReason } = reply;
    const line = jsonLine({ spar: journalVersion, key, finishReason, text }, ['spar', 'key', 'finishReason']);
    const done = this.log
      .add(line)
      .then((place) => void this.places.set(key, place))
      .finally(() => this.unwritten.delete(key));
    this.unwritten.set(key, { reply: { text, finishReason }, done });
    return done;
  }

  async close(): Promise<void> {
    await this.log.settle();
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private readEntryAt(place: WrittenLine): Entry | null {
    try {
      this.descriptor ??= openSync(this.file, 'r');
      const bytes = Buffer.alloc(place.length);
      const length = readSync(this.descriptor, bytes, 0, place.length, place.offset);
      return readEntry(bytes.toString('utf8', 0, length).replace(/^\ufeff/u, ''));
    } catch {
      return null;
    }
  }
}

interface Entry {
  readonly key: string;
  readonly reply: StoredReply;
}

function readEntry(line: string): Entry | null {
  const parsed = parseJson(line);
  const value = parsed.ok ? parsed.value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (!('spar' in value && 'key' in value && 'text' in value && 'finishReason' in value)) return null;
  const { spar, key, text, finishReason } = value;
  if (spar !== journalVersion || typeof key !== 'string' || typeof text !== 'string') return null;
  if (finishReason !== 'stop' && finishReason !== 'length' && finishReason !== 'other') return null;
  return { key, reply: { text, finishReason } };
}
