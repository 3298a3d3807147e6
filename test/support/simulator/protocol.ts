import type { IncomingHttpHeaders } from 'node:http';
import type { ChatMessage } from '../../../src/spar/models/chatModel';

/** What a responder answers: one choice of one request. */
export interface SimulatedRequest {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /**
   * This choice's own seed: the request's for the first choice, derived from it for the others; of the
   * simulator's own series where the request has none. Equal seeds with equal requests should answer equally.
   */
  readonly seed: number;
  /** Position among the request's choices, from 0. */
  readonly choice: number;
  readonly temperature: number | null;
  readonly maxTokens: number | null;
  readonly call: SimulatedCall;
}

export interface SimulatedText {
  readonly text: string;
  /** Sent before the text in the field `reasoning_content` (or `reasoningField`); counts as completion tokens. */
  readonly reasoning?: string;
  /** `stop` unless told; `length` where the text was cut at the request's limit. */
  readonly finishReason?: string;
}

export type Responder = (
  request: SimulatedRequest,
) => string | SimulatedText | Promise<string | SimulatedText>;

/** One HTTP request as the simulator saw it; its counts grow until it has ended. */
export interface SimulatedCall {
  /** Order of arrival among all requests, from 0. */
  readonly index: number;
  readonly method: string;
  /** Path with its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The parsed JSON body; empty for requests without one. */
  readonly body: Readonly<Record<string, unknown>>;
  /** Null until the answer begins. */
  readonly status: number | null;
  /** Choices begun. */
  readonly sequences: number;
  readonly promptTokens: number;
  /** Written (streamed), or made by then (not streamed), until the end or until the client left. */
  readonly completionTokens: number;
  /** True where the client left before the end. */
  readonly aborted: boolean;
  /** False while it is under way. */
  readonly ended: boolean;
}

/** The record of a call while it is being written. */
export type GrowingCall = { -readonly [Field in keyof SimulatedCall]: SimulatedCall[Field] };

/** What goes wrong with a request. */
export type Fault =
  /** Answers with that status; `body` as it stands if a string, else as JSON. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** A web page instead of JSON; 200 unless told. */
  | { readonly kind: 'html'; readonly status?: number }
  /** Any body, as it stands. */
  | { readonly kind: 'raw'; readonly contentType: string; readonly body: string }
  /** Takes the request and never answers. */
  | { readonly kind: 'hang' }
  /** Closes the connection without a byte. */
  | { readonly kind: 'close' }
  /** Resets the connection without a byte. */
  | { readonly kind: 'reset' }
  /** Breaks the connection after that many tokens (streamed) or in the middle of the JSON. */
  | { readonly kind: 'cut'; readonly afterTokens?: number }
  /** Ends the body there in good order, as if it were whole. */
  | { readonly kind: 'end-early'; readonly afterTokens?: number }
  /** Sends that much and then nothing more, with the connection open. */
  | { readonly kind: 'stall'; readonly afterTokens?: number }
  /** An error object amid the stream. */
  | { readonly kind: 'error-event'; readonly afterTokens?: number; readonly error: unknown };

export interface SimulatorOptions {
  /** `Simulated reply <seed>.` unless told. */
  readonly responder?: Responder;
  /** Milliseconds before a choice's first token and for each token; none unless told. */
  readonly latency?: { readonly baseMs: number; readonly perTokenMs: number };
  /** Sequences that are served at once; further ones wait in order. No limit unless told. */
  readonly concurrency?: number;
  /** `asked` (as the request says) unless told. */
  readonly streaming?: 'asked' | 'always' | 'never';
  /** One event for each token (the default), or for all tokens of a tick, which is far cheaper. */
  readonly pieces?: 'token' | 'tick';
  /** Most milliseconds between two events of a sequence with `pieces: 'tick'`; 20 unless told. */
  readonly tickMs?: number;
  /** `asked`: at a stream's end if the request says so, and in every plain reply. */
  readonly usage?: 'asked' | 'every-piece' | 'off';
  /** False: answers with one choice whatever `n` is. */
  readonly honoursCount?: boolean;
  /** Parameters answered with 400. */
  readonly refuses?: readonly string[];
  /** How such a refusal looks: OpenAI's object, FastAPI's list (status 422), or words only. */
  readonly refusalStyle?: 'openai' | 'fastapi' | 'words';
  /** Any other key, or none, is answered with 401, and the key that was sent is repeated there. */
  readonly apiKey?: string;
  /** Listed by `GET /v1/models`; any other name is answered with 404. `['simulated']` unless told. */
  readonly models?: readonly string[];
  /** Prompt and reply tokens beyond which a request is answered with 400. */
  readonly contextTokens?: number;
  readonly reasoningField?: 'reasoning_content' | 'reasoning';
  /** Looked up for each request, `GET /v1/models` included. */
  readonly faults?: (call: SimulatedCall) => Fault | undefined;
  /** Of the series that serves requests without a seed. */
  readonly seed?: number;
}

/** Sums over all chat requests so far. */
export interface SimulatorTotals {
  readonly requests: number;
  readonly sequences: number;
  readonly promptTokens: number;
  /** Those of aborted requests included. */
  readonly completionTokens: number;
  /** Of requests whose client left. */
  readonly abortedTokens: number;
  /** Most sequences served at once. */
  readonly peakSequences: number;
}
