/** A request as it goes over the wire. */
export interface BareRequest {
  readonly url: string;
  readonly body: string;
  /** Replies that it asks for. */
  readonly sequences: number;
}

/** Requests that are looked through for one that fits. */
const lookAhead = 64;

/**
 * What any client must do and nothing else: `fetch` with kept connections, so many sequences in flight until all requests
 * are answered, replies parsed and counted. Where the next request does not fit, one soon after it goes first, so that no
 * place stays empty.
 */
export async function sendBare(requests: readonly BareRequest[], concurrency: number): Promise<void> {
  let inFlight = 0;
  let next = 0;
  const waiting: BareRequest[] = [];
  const nextThatFits = (): BareRequest | undefined => {
    while (waiting.length < lookAhead && next < requests.length) waiting.push(requests[next++]!);
    const at = waiting.findIndex(({ sequences }) => inFlight === 0 || inFlight + sequences <= concurrency);
    return at < 0 ? undefined : waiting.splice(at, 1)[0];
  };
  await new Promise<void>((resolve, reject) => {
    const advance = (): void => {
      for (let request = nextThatFits(); request !== undefined; request = nextThatFits()) {
        const { sequences } = request;
        inFlight += sequences;
        send(request).then(() => {
          inFlight -= sequences;
          advance();
        }, reject);
      }
      if (inFlight === 0) resolve();
    };
    advance();
  });
}

async function send({ url, body, sequences }: BareRequest): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  const { choices } = (await response.json()) as { readonly choices: readonly unknown[] };
  if (choices.length !== sequences) throw new Error('The server gave another number of replies.');
}
