import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from './chatModel';
import { allOrStop } from './concurrency';
import { ModelError } from './modelError';

export interface FillOptions {
  /** Most replies asked for in one request; at least 1. */
  readonly mostPerRequest: number;
  /** True where the server is known to give one reply to a request. */
  readonly givesOneReply: () => boolean;
}

/**
 * Makes a full `ChatModel` of one that may answer with fewer replies than it was asked for: asks again for
 * the missing, with the missing draws' own seeds.
 */
export function fillDraws(model: ChatModel, options: FillOptions): ChatModel {
  return {
    id: model.id,
    maxConcurrency: model.maxConcurrency,
    complete: async (request, completeOptions) => {
      const parts = inParts(request, options.givesOneReply() ? 1 : options.mostPerRequest);
      const replies = await allOrStop(parts, completeOptions, (part, partOptions) =>
        fill({ model, part, options }, partOptions),
      );
      return replies.flat();
    },
  };
}

interface Filling {
  readonly model: ChatModel;
  readonly part: ChatRequest;
  readonly options: FillOptions;
}

async function fill(
  { model, part, options }: Filling,
  completeOptions: CompleteOptions,
): Promise<readonly ChatReply[]> {
  const replies = await model.complete(part, completeOptions);
  if (replies.length === 0) {
    throw new ModelError({ kind: 'bad-reply', message: `${model.id} answered without a reply. Try again.` });
  }
  for (const [at, seed] of part.seeds.entries()) {
    const reply = replies[at];
    if (reply !== undefined) completeOptions.onReply?.(seed, reply);
  }
  const missing = part.seeds.slice(replies.length);
  if (missing.length === 0) return replies;
  const rest = inParts({ ...part, seeds: missing }, options.givesOneReply() ? 1 : missing.length);
  const others = await allOrStop(rest, completeOptions, (next, nextOptions) =>
    fill({ model, part: next, options }, nextOptions),
  );
  return [...replies, ...others.flat()];
}

function inParts(request: ChatRequest, most: number): readonly ChatRequest[] {
  const { seeds } = request;
  if (seeds.length <= most) return [request];
  const parts: ChatRequest[] = [];
  for (let at = 0; at < seeds.length; at += most)
    parts.push({ ...request, seeds: seeds.slice(at, at + most) });
  return parts;
}
