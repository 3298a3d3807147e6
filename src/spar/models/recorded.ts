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
 * was stopped goes on without paying twice. A reply is stored before it is handed out.
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
      const drawn = (
        await model.complete({ ...request, seeds }, options).catch((error: unknown) => {
          throw error instanceof NotRecorded ? new NotRecorded(known) : error;
        })
      ).values();
      const stored: Promise<void>[] = [];
      const replies = keys.map((key, draw) => {
        const reply = known[draw] ?? drawn.next().value;
        if (reply === undefined) throw new Error(`${model.id} gave fewer replies than it was asked for.`);
        if (known[draw] === undefined) stored.push(Promise.resolve(store.put(key, reply)));
        return reply;
      });
      await Promise.all(stored);
      return replies;
    },
  };
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
