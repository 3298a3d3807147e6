import OpenAI, { APIConnectionError, APIError } from 'openai';
import { refusalOf, requestOf, type ChatAnswer, type ChatPost, type Refusal } from './chatPost';
import type { Endpoint } from './endpoint';

/** The only module that makes a client of the package `openai`; imported when the first request is sent. */

/**
 * Sends one chat completion request. Reads nothing from the environment.
 *
 * @throws what `fetch` throws.
 */
export async function postChat({ endpoint, body, signal, fetch: send }: ChatPost): Promise<ChatAnswer> {
  try {
    const response = await clientOf(endpoint, send).chat.completions.create(body, { signal }).asResponse();
    return { ok: true, response };
  } catch (error) {
    if (error instanceof StatusError) return { ok: false, refusal: error.refusal };
    throw error instanceof APIConnectionError ? (error.cause ?? error) : error;
  }
}

/** Making one takes longer than a request does. */
const clients = new WeakMap<Endpoint, { readonly client: OpenAI; readonly fetch: typeof fetch }>();

/** Longer than every limit of a caller, which ends a request through its signal; the longest that a timer takes. */
const noTimeout = 2 ** 31 - 1;

function clientOf(endpoint: Endpoint, send: typeof fetch): OpenAI {
  const known = clients.get(endpoint);
  if (known?.fetch === send) return known.client;
  const client = newClient(endpoint, exactly(endpoint, send));
  clients.set(endpoint, { client, fetch: send });
  return client;
}

/** A client that reads nothing from the environment; `send` decides which headers leave. */
export function newClient(endpoint: Endpoint, send: typeof fetch): OpenAI {
  return new EndpointClient({
    baseURL: endpoint.baseUrl,
    // The package refuses to start without a key.
    apiKey: 'unused',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    defaultQuery: endpoint.query,
    maxRetries: 0,
    timeout: noTimeout,
    logLevel: 'off',
    fetch: send,
  });
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

/** An answer with a status outside 200 to 299. */
export class StatusError extends APIError {
  constructor(readonly refusal: Refusal) {
    super(refusal.status, undefined, undefined, refusal.headers);
  }
}

/** A `fetch` that sends the endpoint's own headers; the package adds what it finds in the environment. */
function exactly(endpoint: Endpoint, send: typeof fetch): typeof fetch {
  const request = requestOf(endpoint);
  return async (input, init) => {
    const response = await send(input, { ...init, ...request });
    if (response.ok) return response;
    const { status, headers, text } = await refusalOf(response);
    // The standard forbids a body with 304.
    return new Response(status === 304 ? null : text, { status, headers });
  };
}
