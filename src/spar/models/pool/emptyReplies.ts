import type { ChatModel, ChatReply, CompleteOptions } from '../chatModel';

/** How often an empty reply is asked for again before it is taken for what the model means. */
const furtherAttempts = 2;

/**
 * Asks again for replies without text that did not run out of tokens: overloaded servers give them. A model that
 * gives none again and again means it.
 */
export function askAgainForEmpty(model: ChatModel): ChatModel {
  return {
    id: model.id,
    maxConcurrency: model.maxConcurrency,
    complete: async (request, given) => {
      const options = tellingOfText(given);
      let replies = await model.complete(request, options);
      for (let attempt = 0; attempt < furtherAttempts && replies.some(isEmpty); attempt += 1) {
        const seeds = request.seeds.filter((_, draw) => isEmpty(replies[draw]));
        const again = (await model.complete({ ...request, seeds }, options)).values();
        replies = replies.map((reply) => (isEmpty(reply) ? (again.next().value ?? reply) : reply));
      }
      return replies;
    },
  };
}

/** An empty reply is not one to keep before it was asked for again. */
function tellingOfText(options: CompleteOptions): CompleteOptions {
  const { onReply } = options;
  if (onReply === undefined) return options;
  return { ...options, onReply: (seed, reply) => (isEmpty(reply) ? undefined : onReply(seed, reply)) };
}

function isEmpty(reply: ChatReply | undefined): boolean {
  return reply !== undefined && reply.finishReason !== 'length' && reply.text.trim() === '';
}
