import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from '../../src/spar/models/chatModel';
import { worldReply, type WorldStatistics } from './world';

/** The simulated world as a model in the same process: no latency, no network. Records what it was asked. */
export class WorldModel implements ChatModel {
  readonly id = 'simulated';
  readonly maxConcurrency = 64;
  readonly requests: ChatRequest[] = [];

  constructor(private readonly statistics?: WorldStatistics) {}

  complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    this.requests.push(request);
    const replies = request.seeds.map((seed) =>
      worldReply({ messages: request.messages, seed }, this.statistics),
    );
    options.onUsage({
      requests: 1,
      sequences: replies.length,
      promptTokens: 0,
      completionTokens: replies.reduce((sum, reply) => sum + reply.tokens, 0),
      estimated: false,
    });
    return Promise.resolve(replies.map(({ text }) => ({ text, finishReason: 'stop' })));
  }
}
