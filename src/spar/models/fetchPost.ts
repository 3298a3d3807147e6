import { refusalOf, requestOf, type ChatAnswer, type ChatPost } from './chatPost';
import { addressOf } from './endpoint';

/**
 * `postChat` without the package, whose client takes as much processor time as all the rest of a request: for runs,
 * which send them by the hundred thousand.
 *
 * @throws what `fetch` throws.
 */
export async function postChat({ endpoint, body, signal, fetch: send }: ChatPost): Promise<ChatAnswer> {
  const response = await send(addressOf(endpoint, '/chat/completions'), {
    ...requestOf(endpoint),
    method: 'POST',
    body: JSON.stringify(body),
    signal,
  });
  return response.ok ? { ok: true, response } : { ok: false, refusal: await refusalOf(response) };
}
