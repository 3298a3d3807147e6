import {
  addUsage,
  noUsage,
  type ChatModel,
  type ChatReply,
  type ChatRequest,
  type Usage,
} from '../../../src/spar/models/chatModel';
import { ModelError } from '../../../src/spar/models/modelError';
import { createEndpointModel, type EndpointOptions } from '../../../src/spar/models/openaiModel';

export const question: ChatRequest = {
  messages: [{ role: 'user', content: 'Say something short.' }],
  seeds: [7],
  temperature: 0.7,
  maxTokens: 100,
};

/** A model at the simulator that waits milliseconds where the real one waits seconds. */
export function modelAt(url: string, options: Partial<EndpointOptions> = {}): ChatModel {
  return createEndpointModel({
    baseUrl: url,
    model: 'simulated',
    apiKey: null,
    retry: { baseDelayMs: 1 },
    ...options,
  });
}

/** Asks, and keeps what it was told it spent. */
export class Asker {
  readonly spent: Usage[] = [];
  readonly controller = new AbortController();

  constructor(private readonly model: ChatModel) {}

  ask(request: Partial<ChatRequest> = {}): Promise<readonly ChatReply[]> {
    return this.model.complete(
      { ...question, ...request },
      { signal: this.controller.signal, onUsage: (usage) => this.spent.push(usage) },
    );
  }

  async texts(request: Partial<ChatRequest> = {}): Promise<readonly string[]> {
    return (await this.ask(request)).map(({ text }) => text);
  }

  /** The error of a question that must fail with one. */
  async failure(request: Partial<ChatRequest> = {}): Promise<ModelError> {
    const outcome = await this.ask(request).catch((error: unknown) => error);
    if (outcome instanceof ModelError) return outcome;
    throw new Error(`Expected a ModelError, got ${JSON.stringify(outcome)} ${String(outcome)}`);
  }

  get total(): Usage {
    return this.spent.reduce(addUsage, noUsage);
  }
}
