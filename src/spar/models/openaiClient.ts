import OpenAI, { APIConnectionError, APIError } from 'openai';
import { boundedText } from './body';
import type { Endpoint } from './endpoint';
import type { ChatBody } from './parameters';

/** The only module that holds the package `openai`; imported when the first request is sent. */

export interface ChatPost {
  readonly endpoint: Endpoint;
  readonly body: ChatBody;
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
  /** Above every limit of the caller's own, which ends the request through `signal`. */
  readonly timeoutMs: number;
}

export type ChatAnswer =
  { readonly ok: true; readonly response: Response } | { readonly ok: false; readonly refusal: Refusal };

/** An answer with a status outside 200 to 299. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The body, at most 64 KiB of it. */
  readonly text: string;
}

/**
 * Sends one chat completion request and hands back the answer as it begins, its body unread.
 * Neither retries nor reads the environment.
 *
 * @throws what `fetch` throws.
 */
export async function postChat(post: ChatPost): Promise<ChatAnswer> {
  const { endpoint } = post;
  const client = new EndpointClient({
    baseURL: endpoint.baseUrl,
    // The package refuses to start without a key; `exactly` below decides which headers leave.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultQuery: endpoint.query,
    maxRetries: 0,
    timeout: post.timeoutMs,
    logLevel: 'off',
    fetch: exactly(post),
  });
  try {
    const response = await client.chat.completions.create(post.body, { signal: post.signal }).asResponse();
    return { ok: true, response };
  } catch (error) {
    if (error instanceof StatusError) return { ok: false, refusal: error.refusal };
    throw error instanceof APIConnectionError ? (error.cause ?? error) : error;
  }
}

/** Keeps the whole body of a refusal, of which the package keeps only the field `error`. */
class EndpointClient extends OpenAI {
  protected override makeStatusError(
    status: number,
    ...[body, text, headers]: [body: object | undefined, text: string | undefined, headers: Headers]
  ): APIError {
    return new StatusError({ status, headers, text: text ?? JSON.stringify(body) });
  }
}

class StatusError extends APIError {
  constructor(readonly refusal: Refusal) {
    super(refusal.status, undefined, undefined, refusal.headers);
  }
}

/**
 * A `fetch` that sends the endpoint's own headers and no others (the package adds what it finds in the
 * environment), and follows no redirect, so that neither key nor prompt goes to a place nobody chose.
 */
function exactly({ endpoint, fetch: send }: ChatPost): typeof fetch {
  return async (input, init) => {
    const headers = { 'content-type': 'application/json', accept: 'text/event-stream, application/json' };
    const response = await send(input, {
      ...init,
      headers: { ...headers, ...endpoint.headers },
      redirect: 'manual',
    });
    if (response.ok) return response;
    const text = await boundedText(response.body, 65_536);
    // A browser's fetch hides a redirect's status as 0; the standard forbids a body with 304.
    const status = response.status === 0 ? 302 : response.status;
    return new Response(status === 304 ? null : text, { status, headers: response.headers });
  };
}
