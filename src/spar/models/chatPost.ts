import { boundedText } from './body';
import type { Endpoint } from './endpoint';
import type { ChatBody } from './parameters';

/** One chat completion request to an endpoint. */
export interface ChatPost {
  readonly endpoint: Endpoint;
  readonly body: ChatBody;
  readonly signal: AbortSignal;
  readonly fetch: typeof fetch;
}

export type ChatAnswer =
  /** As it begins, its body unread. */
  { readonly ok: true; readonly response: Response } | { readonly ok: false; readonly refusal: Refusal };

/** An answer with a status outside 200 to 299. */
export interface Refusal {
  readonly status: number;
  readonly headers: Headers;
  /** The body, at most 64 KiB of it. */
  readonly text: string;
}

/**
 * The request as an endpoint gets it: its own headers and no others, and no redirect followed, so that neither key nor
 * prompt goes to a place nobody chose.
 */
export function requestOf(endpoint: Endpoint): Pick<RequestInit, 'headers' | 'redirect'> {
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream, application/json' };
  return { headers: { ...headers, ...endpoint.headers }, redirect: 'manual' };
}

export async function refusalOf(response: Response): Promise<Refusal> {
  const text = await boundedText(response.body, 65_536);
  // A browser's fetch hides a redirect's status as 0.
  const status = response.status === 0 ? 302 : response.status;
  return { status, headers: response.headers, text };
}
