/** The one port through which SPaR talks to a language model (see ARCHITECTURE.md, "Models"). */

export type ChatRole = 'system' | 'user' | 'assistant';

export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

export interface ChatRequest {
  readonly messages: readonly ChatMessage[];
  /** One entry for each reply wanted, in draw order; at least one. Models that take no seed ignore the values. */
  readonly seeds: readonly number[];
  /** 0 to 2. */
  readonly temperature: number;
  /** 0 to 1. Left to the server when absent. */
  readonly topP?: number;
  /** Most tokens of one reply. */
  readonly maxTokens: number;
}

export interface ChatReply {
  /** The answer without any reasoning text. */
  readonly text: string;
  /** `length`: cut at `maxTokens`; `other`: refused by a filter or unknown. */
  readonly finishReason: 'stop' | 'length' | 'other';
}

/** Counts of what a model was asked and what it wrote; sums are taken with `addUsage`. */
export interface Usage {
  readonly requests: number;
  /** Replies begun, those cancelled part-way included. */
  readonly sequences: number;
  readonly promptTokens: number;
  /** Of cancelled replies, the part that was received. */
  readonly completionTokens: number;
  /** True where a server told no counts and they were estimated from the text's length. */
  readonly estimated: boolean;
}

export interface CompleteOptions {
  readonly signal: AbortSignal;
  /** Called once for each physical request when it ends, well or badly, so that nothing spent is lost. */
  readonly onUsage: (usage: Usage) => void;
  /**
   * Told of a reply, by its seed, as soon as it has come home, where others of the request may still be under way: so
   * that a request which fails in part loses nothing. Replies that it was not told of come with the others at the end.
   */
  readonly onReply?: (seed: number, reply: ChatReply) => void;
  /** What each physical request passes; none unless told. */
  readonly gate?: SendGate;
}

/** What requests pass on their way out, so that whoever owns it can hold back those that have not been sent. */
export interface SendGate {
  /** True: nothing more is to be sent. What has not been waits until its signal ends it. */
  readonly isClosed: boolean;
  /** Sends one physical request. */
  send<Answer>(request: () => Promise<Answer>): Promise<Answer>;
}

export interface ChatModel {
  /** Stable name for records and seeds, for example `qwen2.5-7b-instruct`. Holds no secret. */
  readonly id: string;
  /** Most sequences in flight at once; the caller may ask for more, they wait. */
  readonly maxConcurrency: number;
  /**
   * Answers with exactly `request.seeds.length` replies in draw order.
   *
   * @throws ModelError when the model can't answer; `signal.reason` when aborted.
   */
  complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]>;
}

export const noUsage: Usage = {
  requests: 0,
  sequences: 0,
  promptTokens: 0,
  completionTokens: 0,
  estimated: false,
};

export function addUsage(a: Usage, b: Usage): Usage {
  return {
    requests: a.requests + b.requests,
    sequences: a.sequences + b.sequences,
    promptTokens: a.promptTokens + b.promptTokens,
    completionTokens: a.completionTokens + b.completionTokens,
    estimated: a.estimated || b.estimated,
  };
}
