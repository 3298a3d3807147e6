import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { AppendOptions } from '../log/appendLines';
import { BatchedLog, type WrittenLine } from '../log/batchedLog';
import { makeFolder } from '../log/durable';
import { journalVersion } from '../log/journalLines';
import { jsonLine, parseJson } from '../log/jsonLine';
import { toLogError } from '../log/logError';
import { readLineBatches } from '../log/readLines';
import type { ChatReply } from '../models/chatModel';
import type { ReplyStore } from '../models/recorded';
import { spentLineSchema } from './journalEvents';
import { laterSpent, type Spent } from './totals';

export interface RunRepliesOptions extends AppendOptions {
  /** After which a further segment is begun; 64 MB unless told. */
  readonly segmentBytes?: number;
  /** Told before the first reply goes into a further segment: items whose replies lie in the one before. */
  readonly onSegment?: (segment: number, open: readonly number[]) => Promise<void>;
}

/**
 * All replies of a run, in segments, so that to go on only those of the items under way are read: their keys are in
 * memory, and texts on the disk. A reply is stored under the hash of model, request, parameters and seed, which holds
 * stage, item and number of the draw.
 */
export class RunReplies {
  private readonly items = new Map<number, Map<string, Place>>();
  private readonly unwritten = new Map<string, Unwritten>();
  private readonly descriptors = new Map<number, number>();
  private log: BatchedLog;
  private bytes = 0;

  private constructor(
    private readonly folder: string,
    private current: number,
    private readonly options: RunRepliesOptions,
  ) {
    this.log = new BatchedLog(this.file(current), options);
  }

  /** Begins a further segment; those that are there are read by `load`. @throws LogError */
  static async open(folder: string, options: RunRepliesOptions): Promise<RunReplies> {
    await makeFolder(folder).catch((error: unknown) => {
      throw toLogError(error, 'make the folder', folder);
    });
    const last = segmentsIn(folder).at(-1) ?? 0;
    return new RunReplies(folder, last + 1, options);
  }

  /** Numbers of the segments that are there, in order; the current one may not be yet. */
  get segments(): readonly number[] {
    return segmentsIn(this.folder);
  }

  get segment(): number {
    return this.current;
  }

  /** Items with keys in memory. */
  get open(): readonly number[] {
    return [...this.items.keys()];
  }

  /**
   * Takes in the keys of a segment, of the items that are wanted. Lines that can't be read are left alone: their
   * replies are asked for again.
   *
   * @returns what was paid for up to its last reply, as far as its lines tell; null where none does.
   * @throws LogError; `signal.reason`.
   */
  async load(
    segment: number,
    isWanted: (item: number) => boolean,
    signal?: AbortSignal,
  ): Promise<Spent | null> {
    const options = signal === undefined ? {} : { signal };
    let spent: Spent | null = null;
    for await (const batch of readLineBatches(this.file(segment), options)) {
      for (const line of batch) {
        const told = line.type === 'text' ? spentIn(line.text) : null;
        if (told !== null) spent = laterSpent(spent ?? {}, told);
        // Cheap first: most lines are of items that are done.
        const item = line.type === 'text' ? itemOf(line.text) : null;
        if (item === null || !isWanted(item) || line.type !== 'text') continue;
        const entry = readEntry(line.text);
        if (entry === null) continue;
        const keys = this.keysOf(item);
        if (!keys.has(entry.key)) keys.set(entry.key, { segment, offset: line.offset, length: line.length });
      }
    }
    return spent;
  }

  /**
   * The replies of one item.
   *
   * @param unwritten What was paid for so far, of the stages for which no line says so yet; written beside the next reply.
   */
  of(item: number, unwritten: () => Spent | null = () => null): ReplyStore {
    return {
      get: (key) => this.get(item, key),
      put: (key, reply) => this.put(item, { key, reply }, unwritten),
    };
  }

  /** Lets go of an item's keys. */
  release(item: number): void {
    this.items.delete(item);
  }

  async close(): Promise<void> {
    await this.log.settle();
    for (const descriptor of this.descriptors.values()) closeSync(descriptor);
    this.descriptors.clear();
  }

  private get(item: number, key: string): ChatReply | undefined {
    const unwritten = this.unwritten.get(`${item} ${key}`);
    if (unwritten !== undefined) return unwritten.reply;
    const place = this.items.get(item)?.get(key);
    const entry = place === undefined ? null : this.read(place);
    return entry?.key === key ? entry.reply : undefined;
  }

  /** Resolves when the reply is on the disk; replies put in the same tick share one sync. @throws LogError */
  private put(item: number, { key, reply }: Entry, unwritten: () => Spent | null): Promise<void> {
    const { text, finishReason } = reply;
    const name = `${item} ${key}`;
    const begun = this.unwritten.get(name);
    if (begun !== undefined) return begun.done;
    if (this.items.get(item)?.has(key) === true && this.get(item, key) !== undefined)
      return Promise.resolve();
    const paid = unwritten();
    const spent = paid === null ? {} : { spent: spentLine(paid) };
    const line = jsonLine({ spar: journalVersion, item, ...spent, key, finishReason, text }, first);
    // From now on the item is open: a segment that is begun meanwhile must name it.
    const keys = this.keysOf(item);
    const done = this.write(line)
      .then((place) => void keys.set(key, place))
      .finally(() => this.unwritten.delete(name));
    this.unwritten.set(name, { reply: { text, finishReason }, done });
    return done;
  }

  private async write(line: string): Promise<Place> {
    if (this.bytes >= (this.options.segmentBytes ?? 1 << 26)) await this.begin(this.current + 1);
    const segment = this.current;
    this.bytes += line.length + 1;
    const { offset, length } = await this.log.add(line);
    return { segment, offset, length };
  }

  private async begin(segment: number): Promise<void> {
    this.current = segment;
    this.bytes = 0;
    const before = this.log;
    this.log = new BatchedLog(this.file(segment), this.options);
    // Waits for nothing that is under way in the segment before; its lines go on to be written there.
    await this.options.onSegment?.(segment, this.open);
    await before.settle();
  }

  private keysOf(item: number): Map<string, Place> {
    const known = this.items.get(item);
    if (known !== undefined) return known;
    const keys = new Map<string, Place>();
    this.items.set(item, keys);
    return keys;
  }

  private read({ segment, offset, length }: Place): Entry | null {
    try {
      let descriptor = this.descriptors.get(segment);
      if (descriptor === undefined) {
        descriptor = openSync(this.file(segment), 'r');
        this.descriptors.set(segment, descriptor);
      }
      const bytes = Buffer.alloc(length);
      const read = readSync(descriptor, bytes, 0, length, offset);
      return readEntry(bytes.toString('utf8', 0, read).replace(/^\ufeff/u, ''));
    } catch {
      return null;
    }
  }

  private file(segment: number): string {
    return segmentFile(this.folder, segment);
  }
}

export function segmentFile(folder: string, segment: number): string {
  return join(folder, `${String(segment).padStart(6, '0')}.jsonl`);
}

const first = ['spar', 'item', 'spent', 'key', 'finishReason'];

type Place = WrittenLine & { readonly segment: number };

interface Unwritten {
  readonly reply: ChatReply;
  readonly done: Promise<void>;
}

interface Entry {
  readonly key: string;
  readonly reply: ChatReply;
}

function segmentsIn(folder: string): readonly number[] {
  return segmentsAmong(readdirSync(folder));
}

/** Numbers of the segments among these names, in order. */
export function segmentsAmong(names: readonly string[]): readonly number[] {
  return names
    .flatMap((name) => (/^\d{6,}\.jsonl$/u.test(name) ? [Number.parseInt(name, 10)] : []))
    .sort((a, b) => a - b);
}

/** The item of a reply, from the head of its line as it is written; null for one that is none. */
export function itemOf(line: string): number | null {
  const match = /^\{"spar":1,"item":(\d{1,15}),/u.exec(line.slice(0, 40));
  return match === null ? null : Number(match[1]);
}

/** Short, since it stands on most lines. */
function spentLine(spent: Spent): Readonly<Record<string, readonly number[]>> {
  return Object.fromEntries(
    Object.entries(spent).map(([stage, usage]) => [
      stage,
      [usage.requests, usage.sequences, usage.promptTokens, usage.completionTokens, usage.estimated ? 1 : 0],
    ]),
  );
}

function spentIn(line: string): Spent | null {
  const match = /^\{"spar":1,"item":\d{1,15},"spent":(\{[^}]{0,1000}\}),/u.exec(line.slice(0, 1100));
  if (match === null) return null;
  const json = parseJson(match[1] ?? '');
  const parsed = json.ok ? spentLineSchema.safeParse(json.value) : null;
  return parsed?.success === true ? parsed.data : null;
}

/** A line's reply; null for one that is none. */
export function readEntry(line: string): Entry | null {
  const parsed = parseJson(line);
  const value = parsed.ok ? parsed.value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (!('key' in value && 'text' in value && 'finishReason' in value)) return null;
  const { key, text, finishReason } = value;
  if (typeof key !== 'string' || typeof text !== 'string') return null;
  if (finishReason !== 'stop' && finishReason !== 'length' && finishReason !== 'other') return null;
  return { key, reply: { text, finishReason } };
}
