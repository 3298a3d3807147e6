import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from '../../../src/spar/models/chatModel';

/** Answers each call as its script says and keeps what it was asked. */
export class ScriptedModel implements ChatModel {
  readonly id = 'scripted';
  readonly requests: ChatRequest[] = [];

  constructor(
    private readonly script: (
      request: ChatRequest,
      call: number,
      options: CompleteOptions,
    ) => readonly ChatReply[] | Promise<readonly ChatReply[]>,
    readonly maxConcurrency = 1000,
  ) {}

  async complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    this.requests.push(request);
    return this.script(request, this.requests.length - 1, options);
  }
}

/** One reply for each seed, which names it. */
export function repliesTo(request: ChatRequest): readonly ChatReply[] {
  return request.seeds.map((seed) => ({ text: `reply ${String(seed)}`, finishReason: 'stop' }));
}
