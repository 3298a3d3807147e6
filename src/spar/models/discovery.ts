import { boundedText } from './body';
import { addressOf, parseEndpoint, type Endpoint, type EndpointAddress } from './endpoint';
import { errorOfBody, errorOfConnection, errorOfRefusal, errorOfTimeout } from './endpointErrors';
import { ModelError } from './modelError';
import { modelNamesOf, parsedJson } from './serverWords';
import { Watchdog } from './watchdog';

export interface LocalCandidate {
  /** The server's usual name, for example `Ollama`. */
  readonly label: string;
  /** A loopback address; any other is passed over. */
  readonly baseUrl: string;
}

export interface LocalServer extends LocalCandidate {
  /** Names as the server lists them; empty where it lists none. */
  readonly models: readonly string[];
}

/** Ports from each server's own documentation. */
export const wellKnownServers: readonly LocalCandidate[] = [
  { label: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  { label: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1' },
  { label: 'vLLM', baseUrl: 'http://127.0.0.1:8000/v1' },
  { label: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1' },
  { label: 'SGLang', baseUrl: 'http://127.0.0.1:30000/v1' },
];

export interface ProbeOptions {
  readonly signal: AbortSignal;
  readonly candidates?: readonly LocalCandidate[];
  readonly fetch?: typeof fetch;
  /** For each server; 1 s unless told. */
  readonly timeoutMs?: number;
}

/**
 * The servers of this machine that answer now, in the order of `candidates`. Asks all at once; only to be
 * called when a person wants to choose a model.
 *
 * @throws the signal's reason when aborted.
 */
export async function probeLocalServers(options: ProbeOptions): Promise<readonly LocalServer[]> {
  const { signal, candidates = wellKnownServers, timeoutMs = 1_000 } = options;
  const found = await Promise.all(
    candidates.filter(isLoopback).map(async (candidate): Promise<readonly LocalServer[]> => {
      const address = { baseUrl: candidate.baseUrl, apiKey: null };
      try {
        const models = await listModels(address, { signal, timeoutMs, ...sameFetch(options) });
        return [{ ...candidate, models }];
      } catch (error) {
        if (error instanceof ModelError) return [];
        throw error;
      }
    }),
  );
  signal.throwIfAborted();
  return found.flat();
}

export interface ListOptions {
  readonly signal: AbortSignal;
  readonly fetch?: typeof fetch;
  /** 10 s unless told. */
  readonly timeoutMs?: number;
}

/**
 * Names of the models that an endpoint lists, in its order.
 *
 * @throws ModelError when it can't be asked; `signal.reason` when aborted.
 */
export async function listModels(address: EndpointAddress, options: ListOptions): Promise<readonly string[]> {
  const parsed = parseEndpoint(address);
  if (!parsed.ok) throw new ModelError({ kind: 'unreachable', message: parsed.reason });
  return listModelsAt(parsed.endpoint, options);
}

export async function listModelsAt(endpoint: Endpoint, options: ListOptions): Promise<readonly string[]> {
  const place = { endpoint, model: 'any model' };
  const timeoutMs = options.timeoutMs ?? 10_000;
  options.signal.throwIfAborted();
  const watchdog = new Watchdog(options.signal);
  watchdog.limit('answer', timeoutMs, () => errorOfTimeout(place, 'first-byte', timeoutMs));
  const send = options.fetch ?? globalThis.fetch;
  const ask = async (): Promise<readonly string[]> => {
    const response = await send(addressOf(endpoint, '/models'), {
      headers: { accept: 'application/json', ...endpoint.headers },
      redirect: 'manual',
      signal: watchdog.signal,
    });
    const text = await boundedText(response.body, 4 * 1024 * 1024);
    if (!response.ok)
      throw errorOfRefusal({ status: response.status, headers: response.headers, text }, place);
    const json = parsedJson(text);
    if (json === undefined) throw errorOfBody(/^\s*</u.test(text) ? 'web-page' : 'not-json', place);
    return modelNamesOf(json, endpoint.secrets);
  };
  try {
    return await watchdog.race(ask());
  } catch (error) {
    if (watchdog.signal.aborted || error instanceof ModelError) throw error;
    throw errorOfConnection(error, place);
  } finally {
    watchdog.dispose();
  }
}

/** True for addresses that no name service can lead elsewhere. */
function isLoopback({ baseUrl }: LocalCandidate): boolean {
  if (!URL.canParse(baseUrl)) return false;
  const { hostname } = new URL(baseUrl);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/u.test(hostname);
}

function sameFetch(options: ProbeOptions): { readonly fetch?: typeof fetch } {
  return options.fetch === undefined ? {} : { fetch: options.fetch };
}
