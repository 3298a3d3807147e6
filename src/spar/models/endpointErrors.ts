import type { Endpoint } from './endpoint';
import { ModelError, type ModelErrorKind } from './modelError';
import type { Refusal } from './chatPost';
import { wordsOfError } from './parameters';
import { fieldOf, parsedJson, quotableWords } from './serverWords';

/** What an error message speaks of. */
export interface ErrorPlace {
  readonly endpoint: Endpoint;
  readonly model: string;
}

export function isContextOverflow(text: string): boolean {
  return /context[_ -](?:length|window|size)|maximum (?:context|sequence|input)|\bprompt is too long|\binput is (?:too )?long|too many (?:input |prompt )?tokens|context.{0,30}overflow|max_new_tokens. must be|reduce the length/iu.test(
    text,
  );
}

/** Error of an answer with a status outside 200 to 299. */
export function errorOfRefusal(refusal: Refusal, place: ErrorPlace): ModelError {
  const { status, text } = refusal;
  const kind = kindOfRefusal(status, text);
  return new ModelError({
    kind,
    status,
    message: `${happened(kind, status, place)}${saying(kind, text, place)}. ${nextStep(kind, place, refusal)}`,
    retryAfterMs: retryAfterOf(refusal.headers),
  });
}

/** Error that a server put into a body with status 200. */
export function errorInBody(error: unknown, place: ErrorPlace): ModelError {
  const text = JSON.stringify({ error });
  const code = fieldOf(error, 'code') ?? fieldOf(error, 'status');
  const status = typeof code === 'number' && code >= 400 && code < 600 ? code : 500;
  return errorOfRefusal({ status, text, headers: new Headers() }, place);
}

/** Error for a wrong model name, with the names that the server lists, if it does. */
export function errorOfModelName(
  place: ErrorPlace,
  { status, offered }: { readonly status: number; readonly offered: readonly string[] },
): ModelError {
  const { endpoint, model } = place;
  if (offered.includes(model)) {
    return new ModelError({
      kind: 'model-not-found',
      status,
      availableModels: offered,
      message: `${endpoint.baseUrl} lists the model ${model} but has no chat completions for it (${status}). Choose a chat model.`,
    });
  }
  const advice =
    offered.length > 0
      ? `It offers ${listed(offered)}: choose one of these.`
      : 'Check the model’s name, and that the endpoint’s address is right (for most servers it ends with /v1).';
  return new ModelError({
    kind: 'model-not-found',
    status,
    availableModels: offered,
    message: `${endpoint.baseUrl} has no model ${model} (${status}). ${advice}`,
  });
}

/** Error of a connection that could not be made or was lost before any answer. */
export function errorOfConnection(failure: unknown, place: ErrorPlace): ModelError {
  const chain = causesOf(failure);
  const code = chain.map((link) => fieldOf(link, 'code')).find((found) => typeof found === 'string');
  const lost = typeof code === 'string' && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(code);
  const reason = typeof code === 'string' ? reasonOf(code) : forbiddenPort(chain);
  const { baseUrl } = place.endpoint;
  return new ModelError({
    kind: lost ? 'bad-reply' : 'unreachable',
    message: lost
      ? `${baseUrl} closed the connection without an answer. Look at the server’s log, then try again.`
      : `Can’t reach ${baseUrl}${reason === null ? '' : ` (${reason})`}. Start the server, or check the endpoint’s address and the network.`,
    cause: safeCause(chain, place.endpoint),
  });
}

/** Error of a body that holds no whole chat completion. */
export function errorOfBody(
  problem: 'web-page' | 'not-json' | 'no-choices' | 'cut' | 'too-long',
  place: ErrorPlace,
): ModelError {
  const { baseUrl } = place.endpoint;
  const message = {
    'web-page': `${baseUrl} answered with a web page instead of a reply. Check the endpoint’s address (for most servers it ends with /v1), and that no sign-in page or proxy is in the way.`,
    'not-json': `${baseUrl} answered with something that is no chat completion. Check that the endpoint’s address is that of an OpenAI-compatible server.`,
    'no-choices': `${baseUrl} answered without a reply. Try again, or choose another model.`,
    cut: `${baseUrl} ended the connection in the middle of a reply. Look at the server’s log, then try again.`,
    'too-long': `${baseUrl} sent more than any reply can hold. Check that the endpoint’s address is that of an OpenAI-compatible server.`,
  }[problem];
  return new ModelError({ kind: 'bad-reply', message });
}

export function errorOfTimeout(
  place: ErrorPlace,
  what: 'first-byte' | 'stalled' | 'whole',
  milliseconds: number,
): ModelError {
  const { baseUrl } = place.endpoint;
  const time = `${Number((milliseconds / 1000).toPrecision(3))} s`;
  const happenedHere = {
    'first-byte': `${baseUrl} sent nothing within ${time}.`,
    stalled: `${baseUrl} began a reply, then sent nothing for ${time}.`,
    whole: `${baseUrl} did not end its reply within ${time}.`,
  }[what];
  return new ModelError({
    kind: 'timeout',
    message: `${happenedHere} See whether the server is overloaded or still loads the model, then try again or raise the time-out.`,
  });
}

function kindOfRefusal(status: number, text: string): ModelErrorKind {
  const error = fieldOf(parsedJson(text), 'error');
  const codes = [fieldOf(error, 'code'), fieldOf(error, 'type')]
    .filter((code) => typeof code === 'string')
    .join(' ');
  if (status === 402 || /insufficient_quota|billing|credit/iu.test(codes)) return 'quota';
  if (status === 401 || status === 403 || status === 407) return 'unauthorized';
  if (status === 429)
    return /exceeded your current quota|out of credits/iu.test(text) ? 'quota' : 'rate-limited';
  if (status === 413 || isContextOverflow(codes) || isContextOverflow(wordsOfError(parsedJson(text), text))) {
    return 'context-length';
  }
  if (status === 404 || isMissingModel(text)) return 'model-not-found';
  if (status >= 500 || status === 408 || status === 409 || status === 425) return 'server';
  return status < 400 ? 'bad-reply' : 'bad-request';
}

/** True where a refusal with another status than 404 is about the model's name. */
function isMissingModel(text: string): boolean {
  return /model_not_found|\bmodel\b[^.]{0,120}(?:not found|does not exist)/iu.test(text);
}

function happened(kind: ModelErrorKind, status: number, { endpoint, model }: ErrorPlace): string {
  const { baseUrl, hasKey } = endpoint;
  const name = hasKey ? `${baseUrl} refused the key` : `${baseUrl} asks for a key and none is set`;
  if (kind === 'unauthorized') return `${name} (${status})`;
  if (kind === 'quota') return `The quota or credit at ${baseUrl} is used up (${status})`;
  if (kind === 'rate-limited') return `${baseUrl} limits how much may be asked (429)`;
  if (kind === 'context-length')
    return `The request is longer than the context of ${model} at ${baseUrl} (${status})`;
  if (kind === 'bad-reply') return `${baseUrl} sends requests on to another address (${status})`;
  if (kind === 'server') return `${baseUrl} failed (${status})`;
  return `${baseUrl} refused the request (${status})`;
}

/** The server's own words where they help; never for a refused key, since servers like to repeat it. */
function saying(kind: ModelErrorKind, text: string, { endpoint }: ErrorPlace): string {
  if (kind !== 'bad-request' && kind !== 'server' && kind !== 'quota') return '';
  if (/^\s*</u.test(text)) return '';
  const words = quotableWords(wordsOfError(parsedJson(text), text), endpoint.secrets);
  return words === '' ? '' : `: “${words.replace(/[.\s]+$/u, '')}”`;
}

function nextStep(kind: ModelErrorKind, { endpoint }: ErrorPlace, refusal: Refusal): string {
  if (kind === 'unauthorized') {
    return endpoint.hasKey
      ? 'Set the right API key (command “SPaR: Set API Key”, or OPENAI_API_KEY in a terminal).'
      : 'Set the API key (command “SPaR: Set API Key”, or OPENAI_API_KEY in a terminal).';
  }
  if (kind === 'quota') return 'Add credit there, or choose another model.';
  if (kind === 'rate-limited') {
    const wait = retryAfterOf(refusal.headers);
    const seconds = wait === undefined ? 'a minute' : `${Math.ceil(wait / 1000)} s`;
    return `Try again in ${seconds}, or lower the number of requests at once.`;
  }
  if (kind === 'context-length')
    return 'Take a shorter text, fewer reply tokens, or a model with a larger context.';
  if (kind === 'bad-reply') return 'Redirects are not followed: set the final address as the endpoint.';
  if (kind === 'server') return 'Look at the server’s log, then try again.';
  return 'Change the model’s settings, or choose another model.';
}

/** `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
export function retryAfterOf(headers: Headers): number | undefined {
  const milliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? '');
  if (milliseconds >= 0) return milliseconds;
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+(?:\.\d+)?$/u.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - Date.now());
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).join(', ');
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}

const reasonOfCode: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'unknown host',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'no connection in time',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  EHOSTUNREACH: 'no way to the host',
  ENETUNREACH: 'no way to the network',
};

function reasonOf(code: string): string | null {
  if (Object.hasOwn(reasonOfCode, code)) return reasonOfCode[code] ?? null;
  return /CERT|SSL|TLS|SELF_SIGNED/u.test(code) ? 'its certificate is not trusted' : null;
}

/** Fetch refuses the ports of some other protocols (Fetch standard, "port blocking") and tells it in words only. */
function forbiddenPort(chain: readonly unknown[]): string | null {
  return chain.some((link) => link instanceof Error && link.message === 'bad port')
    ? 'its port is one that web requests may not use'
    : null;
}

/** An error and its causes, those of an address list (`AggregateError`) included; bounded against circles. */
function causesOf(failure: unknown): readonly unknown[] {
  const chain: unknown[] = [];
  let link = failure;
  while (link !== undefined && link !== null && chain.length < 8) {
    chain.push(link);
    const parts = fieldOf(link, 'errors');
    const first: unknown = Array.isArray(parts) ? parts[0] : undefined;
    link = fieldOf(link, 'cause') ?? first;
  }
  return chain;
}

/** The words of the causes without the objects, which may hold headers. */
function safeCause(chain: readonly unknown[], endpoint: Endpoint): Error {
  const words = chain.filter((link) => link instanceof Error).map((link) => `${link.name}: ${link.message}`);
  return new Error(quotableWords(words.join('; '), endpoint.secrets));
}
