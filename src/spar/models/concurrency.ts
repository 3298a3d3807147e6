import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from './chatModel';
import { onStop, stopped } from './stopping';

export interface ConcurrencyOptions {
  /** Most sequences in flight at once; at least 1. A request of several replies takes as many. */
  readonly limit: number;
}

/**
 * Lets requests through in the order in which they came, as long as the limit holds. A request for more
 * replies than the limit is split into requests that fit.
 */
export function withConcurrency(model: ChatModel, options: ConcurrencyOptions): ChatModel {
  return new BoundedModel(model, Math.max(1, Math.floor(options.limit)));
}

class BoundedModel implements ChatModel {
  readonly id: string;
  readonly maxConcurrency: number;
  private readonly queue: SequenceQueue;

  constructor(
    private readonly model: ChatModel,
    limit: number,
  ) {
    this.id = model.id;
    this.maxConcurrency = Math.min(limit, model.maxConcurrency);
    this.queue = new SequenceQueue(this.maxConcurrency);
  }

  async complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    if (request.seeds.length <= this.maxConcurrency) return this.completePart(request, options);
    const parts: ChatRequest[] = [];
    for (let at = 0; at < request.seeds.length; at += this.maxConcurrency) {
      parts.push({ ...request, seeds: request.seeds.slice(at, at + this.maxConcurrency) });
    }
    const replies = await allOrStop(parts, options, (part, partOptions) =>
      this.completePart(part, partOptions),
    );
    return replies.flat();
  }

  private async completePart(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    const { length } = request.seeds;
    await this.queue.enter(length, options.signal);
    try {
      return await sendThrough(options, () => this.model.complete(request, options));
    } finally {
      this.queue.leave(length);
    }
  }
}

/**
 * Runs all parts at once; the first that fails stops the others, and all have ended (and told their usage)
 * before its error is thrown.
 */
export async function allOrStop<T>(
  parts: readonly ChatRequest[],
  options: CompleteOptions,
  run: (part: ChatRequest, options: CompleteOptions) => Promise<T>,
): Promise<readonly T[]> {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return [await run(only, options)];
  const others = new AbortController();
  const leave = onStop(options.signal, () => {
    others.abort(options.signal.reason);
  });
  const failures: unknown[] = [];
  try {
    const results = await Promise.all(
      parts.map(async (part): Promise<readonly T[]> => {
        try {
          return [await run(part, { ...options, signal: others.signal })];
        } catch (error) {
          failures.push(error);
          others.abort(error);
          return [];
        }
      }),
    );
    if (failures.length > 0) throw failures[0];
    return results.flat();
  } finally {
    leave();
  }
}

/** Through the gate of a request, if there is one; where that is closed, it waits to be stopped. */
async function sendThrough<T>({ gate, signal }: CompleteOptions, send: () => Promise<T>): Promise<T> {
  if (gate === undefined) return send();
  if (gate.isClosed) await stopped(signal);
  return gate.send(send);
}

interface Waiting {
  readonly sequences: number;
  readonly admit: () => void;
}

/** First in, first out: a large request at the head is not overtaken by small ones, so it can't starve. */
class SequenceQueue {
  private inFlight = 0;
  private readonly waiting = new Set<Waiting>();

  constructor(private readonly limit: number) {}

  /** @throws the signal's reason when it is aborted before the turn comes. */
  enter(sequences: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      const entry: Waiting = {
        sequences,
        admit: () => {
          leave();
          resolve();
        },
      };
      const leave = onStop(signal, () => {
        this.waiting.delete(entry);
        reject(signal.reason as Error);
        this.admitNext();
      });
      this.waiting.add(entry);
      this.admitNext();
    });
  }

  leave(sequences: number): void {
    this.inFlight -= sequences;
    this.admitNext();
  }

  private admitNext(): void {
    for (const entry of this.waiting) {
      if (this.inFlight + entry.sequences > this.limit) return;
      this.waiting.delete(entry);
      this.inFlight += entry.sequences;
      entry.admit();
    }
  }
}
