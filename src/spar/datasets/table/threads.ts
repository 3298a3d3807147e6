import { closeSync, existsSync, openSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { RangeReader, type ByteRange } from './scan';
import { buffersOf, type Segment } from './segment';
import { matchingOffsets, type TextWish } from './textScan';

/** What a thread is asked to do with a range of a file. */
export interface RangeJob {
  readonly number: number;
  readonly range: ByteRange;
  /** Null: say what the lines say. */
  readonly wish: TextWish | null;
}

export type RangeResult =
  | { readonly type: 'segment'; readonly segment: Segment }
  /** Where the records' lines begin that hold the text. */
  | { readonly type: 'offsets'; readonly offsets: Float64Array<ArrayBuffer> };

export type RangeReply =
  | { readonly number: number; readonly result: RangeResult }
  | {
      readonly number: number;
      readonly failure: { readonly message: string; readonly code: string | undefined };
    };

export interface RangeWork {
  readonly file: string;
  readonly ranges: readonly ByteRange[];
  /** What is looked for in a range; null: say what the lines say. */
  readonly wishOf: ((range: ByteRange) => TextWish) | null;
  readonly signal?: AbortSignal | undefined;
}

/** Below this many bytes threads cost more time than they save. */
const leastForThreads = 8 << 20;

/** Beside the bundle that this is part of, or one folder up. */
const workerName = 'datasetReader.js';

export function doJob(reader: RangeReader, { range, wish }: Omit<RangeJob, 'number'>): RangeResult {
  return wish === null
    ? { type: 'segment', segment: reader.scan(range) }
    : { type: 'offsets', offsets: matchingOffsets(reader, range, wish) };
}

/** Buffers to hand over with a result. */
export function transferOf(result: RangeResult): ArrayBuffer[] {
  return result.type === 'segment' ? buffersOf(result.segment) : [result.offsets.buffer];
}

/**
 * Does the work range by range, in threads where it is much, and gives the results in the order of the ranges.
 *
 * @throws what reading throws; `signal.reason` when aborted.
 */
export async function* overRanges(work: RangeWork): AsyncGenerator<RangeResult, void, void> {
  work.signal?.throwIfAborted();
  const bytes = work.ranges.reduce((sum, { start, end }) => sum + end - start, 0);
  const script = bytes < leastForThreads ? null : workerScript();
  yield* script === null ? here(work) : inThreads(work, script);
}

async function* here(work: RangeWork): AsyncGenerator<RangeResult, void, void> {
  const handle = openSync(work.file, 'r');
  try {
    const reader = new RangeReader(handle);
    for (const range of work.ranges) {
      work.signal?.throwIfAborted();
      yield doJob(reader, { range, wish: work.wishOf?.(range) ?? null });
      await nextTurn();
    }
  } finally {
    closeSync(handle);
  }
}

async function* inThreads(work: RangeWork, script: string): AsyncGenerator<RangeResult, void, void> {
  const { ranges, wishOf, signal } = work;
  const pool = new ThreadPool(
    work.file,
    script,
    Math.min(ranges.length, Math.max(2, availableParallelism() - 1)),
  );
  const onAbort = (): void => pool.fail(signal?.reason);
  const ask = (number: number): void => {
    const range = ranges[number];
    if (range !== undefined) pool.ask({ number, range, wish: wishOf?.(range) ?? null });
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    // No more results than threads are kept waiting, so memory stays bounded.
    const ahead = 2 * pool.size;
    for (let number = 0; number < ahead; number += 1) ask(number);
    for (let number = 0; number < ranges.length; number += 1) {
      const result = await pool.result(number);
      ask(number + ahead);
      yield result;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    await pool.end();
  }
}

class ThreadPool {
  private readonly threads: Worker[];
  private readonly waiting: RangeJob[] = [];
  private readonly idle: Worker[] = [];
  private readonly results = new Map<number, RangeResult>();
  private readonly askers = new Map<
    number,
    { readonly resolve: (result: RangeResult) => void; readonly reject: (error: unknown) => void }
  >();
  private failure: Error | null = null;

  constructor(
    file: string,
    script: string,
    readonly size: number,
  ) {
    this.threads = Array.from({ length: size }, () => this.start(file, script));
  }

  ask(job: RangeJob): void {
    this.waiting.push(job);
    this.hand();
  }

  result(number: number): Promise<RangeResult> {
    return new Promise((resolve, reject) => {
      const result = this.results.get(number);
      if (this.failure !== null) reject(this.failure);
      else if (result === undefined) this.askers.set(number, { resolve, reject });
      else {
        this.results.delete(number);
        resolve(result);
      }
    });
  }

  fail(reason: unknown): void {
    this.failure ??= reason instanceof Error ? reason : new Error(String(reason));
    for (const { reject } of this.askers.values()) reject(this.failure);
    this.askers.clear();
  }

  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
  }

  private start(file: string, script: string): Worker {
    // Small young generations: of most lines nothing is made.
    const thread = new Worker(script, {
      workerData: { file },
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    thread.on('message', (reply: RangeReply) => this.take(reply, thread));
    thread.on('error', (error) => this.fail(error));
    // Also where it ends without saying why; after `end` nobody waits any more.
    thread.on('exit', (code) => this.fail(new Error(`A thread that reads the file ended with ${code}.`)));
    this.idle.push(thread);
    return thread;
  }

  private take(reply: RangeReply, thread: Worker): void {
    this.idle.push(thread);
    this.hand();
    if ('failure' in reply) {
      this.fail(Object.assign(new Error(reply.failure.message), { code: reply.failure.code }));
      return;
    }
    const asker = this.askers.get(reply.number);
    this.askers.delete(reply.number);
    if (asker === undefined) this.results.set(reply.number, reply.result);
    else asker.resolve(reply.result);
  }

  private hand(): void {
    while (this.waiting.length > 0 && this.idle.length > 0)
      this.idle.pop()?.postMessage(this.waiting.shift());
  }
}

/** Null where the sources run unbundled: then there is no file that a thread could begin with. */
function workerScript(): string | null {
  const folder = typeof __dirname === 'string' ? __dirname : dirname(fileURLToPath(import.meta.url));
  const places = [join(folder, workerName), join(folder, '..', workerName)];
  return places.find((place) => existsSync(place)) ?? null;
}
