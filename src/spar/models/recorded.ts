import { createHash } from 'node:crypto';
import type { ChatModel, ChatReply, ChatRequest } from './chatModel';
import { NotRecorded } from './notRecorded';

/** Where replies are kept, for example a run's journal. */
export interface ReplyStore {
  get(key: string): ChatReply | undefined;
  put(key: string, reply: ChatReply): void | Promise<void>;
}

export interface RecordedOptions {
  readonly store: ReplyStore;
}

/**
 * Serves the replies that are recorded and asks the model for the missing draws only, so that a search which
 * was stopped goes on without paying twice. A reply is stored before it is handed out, and as soon as it has come home:
 * what a request that fails or is stopped in part has brought is there when it is asked again.
 */
export function withRecordedReplies(model: ChatModel, { store }: RecordedOptions): ChatModel {
  return {
    id: model.id,
    maxConcurrency: model.maxConcurrency,
    complete: async (request, options) => {
      options.signal.throwIfAborted();
      const keys = replyKeys(model.id, request);
      const known = keys.map((key) => store.get(key));
      const seeds = request.seeds.filter((_, draw) => known[draw] === undefined);
      if (seeds.length === 0) return known.filter((reply) => reply !== undefined);
      const drawn = new DrawnReplies(store, { seeds: request.seeds, keys });
      try {
        const replies = await model.complete(
          { ...request, seeds },
          { ...options, onReply: (seed, reply) => void drawn.keep(seed, reply) },
        );
        const kept = seeds.map((seed, at) => {
          const reply = replies[at];
          if (reply === undefined) throw new Error(`${model.id} gave fewer replies than it was asked for.`);
          return drawn.keep(seed, reply);
        });
        await drawn.stored();
        const others = kept.values();
        return known.map((reply) => reply ?? others.next().value).filter((reply) => reply !== undefined);
      } catch (error) {
        // What came home of it is on the disk before anybody asks again.
        await drawn.settled();
        throw error instanceof NotRecorded ? new NotRecorded(known) : error;
      }
    },
  };
}

/** The replies of one request that are not recorded yet, each stored once. */
class DrawnReplies {
  private readonly replies = new Map<number, ChatReply>();
  private readonly storing: Promise<void>[] = [];

  constructor(
    private readonly store: ReplyStore,
    private readonly asked: { readonly seeds: readonly number[]; readonly keys: readonly string[] },
  ) {}

  /** Stores a reply; gives back the one that counts for its seed, which is the first, since that is recorded. */
  keep(seed: number, reply: ChatReply): ChatReply {
    const earlier = this.replies.get(seed);
    if (earlier !== undefined) return earlier;
    this.replies.set(seed, reply);
    const key = this.asked.keys[this.asked.seeds.indexOf(seed)];
    if (key === undefined) return reply;
    const storing = Promise.resolve(this.store.put(key, reply));
    // Whoever waits for it hears of a failure; until then it is nobody's.
    storing.catch(() => undefined);
    this.storing.push(storing);
    return reply;
  }

  /** Resolves when all are stored. @throws what the store throws. */
  async stored(): Promise<void> {
    await Promise.all(this.storing);
  }

  /** Resolves when all are stored or have failed to be. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.storing);
  }
}

/** One key for each draw: a hash of model, messages, parameters and the draw's seed. */
export function replyKeys(model: string, request: ChatRequest): readonly string[] {
  const asked = JSON.stringify([
    model,
    request.messages.map(({ role, content }) => [role, content]),
    request.temperature,
    request.topP ?? null,
    request.maxTokens,
  ]);
  const digest = createHash('sha256').update(asked).digest('hex');
  return request.seeds.map((seed) =>
    createHash('sha256')
      .update(`${digest} ${String(seed)}`)
      .digest('hex'),
  );
}
