import { boundedText } from './body';
import { addressOf, type Endpoint } from './endpoint';
import type { ChatBody } from './parameters';

export interface ChatPost {
  readonly endpoint: Endpoint;
  readonly body: ChatBody;
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
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
 * Sends one chat completion request and hands back the answer as it begins, its body unread. Sends the endpoint's own
 * headers and no others, reads nothing from the environment and follows no redirect, so that neither key nor prompt
 * goes to a place nobody chose.
 *
 * @throws what `fetch` throws.
 */
export async function postChat({ endpoint, body, signal, fetch: send }: ChatPost): Promise<ChatAnswer> {
  const response = await send(addressOf(endpoint, '/chat/completions'), {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream, application/json',
      ...endpoint.headers,
    },
    body: JSON.stringify(body),
    redirect: 'manual',
    signal,
  });
  if (response.ok) return { ok: true, response };
  const text = await boundedText(response.body, 65_536);
  // A browser's fetch hides a redirect's status as 0.
  const status = response.status === 0 ? 302 : response.status;
  return { ok: false, refusal: { status, headers: response.headers, text } };
}
