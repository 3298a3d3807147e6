import type { ChatModel } from './chatModel';
import { ChatTransport } from './chatTransport';
import { withConcurrency } from './concurrency';
import { fillDraws } from './draws';
import { parseEndpoint, type EndpointAddress } from './endpoint';
import { ModelError } from './modelError';
import { withRetry, type RetryOptions } from './retry';

export interface EndpointOptions extends EndpointAddress {
  /** The model's name at the endpoint. */
  readonly model: string;
  /** Sequences in flight at once; 8 unless told. */
  readonly concurrency?: number;
  /** Longest wait for the first byte of an answer; 60 s unless told. */
  readonly firstByteTimeoutMs?: number;
  /** Longest silence within an answer that has begun; the same as `firstByteTimeoutMs` unless told. */
  readonly stallTimeoutMs?: number;
  /** Longest time for a whole answer; 10 minutes unless told. */
  readonly replyTimeoutMs?: number;
  /** Within which a server that can't be reached is given up, retries included; 15 s unless told. */
  readonly connectTimeoutMs?: number;
  readonly retry?: RetryOptions;
  /** For tests and editors that bring their own; `globalThis.fetch` unless told. */
  readonly fetch?: typeof fetch;
}

/**
 * A model behind an OpenAI-compatible endpoint. Nothing is sent, and the package `openai` is not loaded, before the
 * first request; an address that is none shows then, too, as a `ModelError`.
 */
export function createEndpointModel(options: EndpointOptions): ChatModel {
  const concurrency = Math.max(1, Math.floor(options.concurrency ?? 8));
  const transport = transportOf(options, { maxConcurrency: concurrency, streams: true });
  if (transport instanceof UnusableModel) return transport;
  const retried = withRetry(transport, {
    unreachableTotalMs: options.connectTimeoutMs ?? 15_000,
    ...options.retry,
  });
  // Retries are inside the bound: a call that waits to try again keeps its place, which takes load off a
  // server that is in trouble, and the time in the queue does not count as time spent trying.
  const bounded = withConcurrency(retried, { limit: concurrency });
  return fillDraws(bounded, { mostPerRequest: concurrency, givesOneReply: () => transport.givesOneReply });
}

/** What sends the requests of an endpoint, or what fails each with the reason why its address is none. */
export function transportOf(
  options: EndpointOptions,
  { maxConcurrency, streams }: { readonly maxConcurrency: number; readonly streams: boolean },
): ChatTransport | UnusableModel {
  const parsed = parseEndpoint(options);
  if (!parsed.ok) return new UnusableModel(options.model, maxConcurrency, parsed.reason);
  const firstByte = options.firstByteTimeoutMs ?? 60_000;
  return new ChatTransport({
    endpoint: parsed.endpoint,
    model: options.model,
    maxConcurrency,
    streams,
    limits: {
      firstByte,
      stall: options.stallTimeoutMs ?? firstByte,
      reply: options.replyTimeoutMs ?? 600_000,
    },
    // Looked up at each request: an editor may replace it to go through the person's proxy.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  });
}

export class UnusableModel implements ChatModel {
  constructor(
    readonly id: string,
    readonly maxConcurrency: number,
    private readonly reason: string,
  ) {}

  complete(): Promise<never> {
    return Promise.reject(new ModelError({ kind: 'unreachable', message: this.reason }));
  }
}
