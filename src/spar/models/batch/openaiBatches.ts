import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import OpenAI, { APIConnectionError, toStreamingFile } from 'openai';
import type { Batch } from 'openai/resources/batches';
import { refusalOf } from '../chatPost';
import { systemClock, type Clock } from '../clock';
import type { Endpoint } from '../endpoint';
import { errorOfConnection, errorOfRefusal, type ErrorPlace } from '../endpointErrors';
import { ModelError } from '../modelError';
import { newClient, StatusError } from '../openaiClient';
import { fieldOf, quotableWords } from '../serverWords';
import { onStop } from '../stopping';
import { batchUrl } from './format';
import type { BatchProvider, NewBatch, ProviderBatch } from './provider';

export interface OpenAiBatchesOptions {
  readonly endpoint: Endpoint;
  /** Named in errors. */
  readonly model: string;
  /** Longest wait between two attempts of one request; 60 s unless told. */
  readonly maxDelayMs?: number;
  /** Before the second attempt; doubles with each. 1 s unless told. */
  readonly baseDelayMs?: number;
  /** Most attempts of one request, the first included; 8 unless told. */
  readonly attempts?: number;
  readonly clock?: Clock;
  readonly fetch?: typeof fetch;
}

/** The batch endpoint of a provider: `/files` and `/batches` of OpenAI's API. Nothing is sent before it is used. */
export function openAiBatches(options: OpenAiBatchesOptions): BatchProvider {
  const { endpoint, model } = options;
  const send = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const client = newClient(endpoint, withOwnHeaders(endpoint, send));
  const place: ErrorPlace = { endpoint, model };
  const again = <Value>(signal: AbortSignal, ask: (own: AbortSignal) => Promise<Value>): Promise<Value> =>
    repeated(ask, { ...options, place, signal });
  const batchOf = (batch: Batch): ProviderBatch => providerBatch(batch, endpoint);
  return {
    upload: (file, signal) =>
      again(signal, async (own) => {
        const content = toStreamingFile(createReadStream(file), basename(file), {
          type: 'application/jsonl',
        });
        const { id } = await client.files.create({ file: content, purpose: 'batch' }, { signal: own });
        if (typeof (id as unknown) !== 'string') throw noBatch('an uploaded file');
        return id;
      }),
    knowsFile: async (id, signal) => {
      try {
        const known = await again(signal, (own) => client.files.retrieve(id, { signal: own }));
        return fieldOf(known, 'id') === id;
      } catch (error) {
        // Also of a provider that tells of no single file.
        if (error instanceof ModelError && error.kind === 'model-not-found') return false;
        throw error;
      }
    },
    // Not tried again here: what got no answer may have been taken all the same. Whoever asks looks for it first.
    create: ({ inputFile, metadata }: NewBatch, signal) =>
      explained(place, signal, async (own) => {
        const order = { input_file_id: inputFile, endpoint: batchUrl, completion_window: '24h' } as const;
        return batchOf(await client.batches.create({ ...order, metadata: { ...metadata } }, { signal: own }));
      }),
    retrieve: (id, signal) =>
      again(signal, async (own) => batchOf(await client.batches.retrieve(id, { signal: own }))),
    find: (inputFile, signal) =>
      again(signal, (own) => batchOfFile(client, { inputFile, signal: own, endpoint })),
    cancel: (id, signal) =>
      again(signal, async (own) => batchOf(await client.batches.cancel(id, { signal: own }))),
    download: async function* (id, signal) {
      const response = await again(signal, () => client.files.content(id, { signal }));
      if (response.body === null) return;
      try {
        for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) yield piece;
      } catch (error) {
        signal.throwIfAborted();
        throw errorOfConnection(error, place);
      }
    },
  };
}

/** Batches that are looked through for one of a file; the latest come first. */
const mostListed = 10_000;

async function batchOfFile(
  client: OpenAI,
  {
    inputFile,
    signal,
    endpoint,
  }: { readonly inputFile: string; readonly signal: AbortSignal; readonly endpoint: Endpoint },
): Promise<ProviderBatch | null> {
  let seen = 0;
  for await (const batch of client.batches.list({ limit: 100 }, { signal })) {
    if (fieldOf(batch, 'input_file_id') === inputFile) return providerBatch(batch, endpoint);
    seen += 1;
    if (seen >= mostListed) break;
  }
  return null;
}

function providerBatch(batch: Batch, { secrets }: Endpoint): ProviderBatch {
  const { id, status, input_file_id: inputFile, output_file_id, error_file_id, request_counts } = batch;
  if (typeof id !== 'string' || typeof status !== 'string') throw noBatch('a batch');
  const counts = countsOf(request_counts);
  const isServed = (typeof output_file_id === 'string' && output_file_id !== '') || (counts?.done ?? 0) > 0;
  const outputs = [output_file_id, error_file_id].filter((file) => typeof file === 'string' && file !== '');
  return {
    id,
    state: quotableWords(status, secrets),
    stage: stageOf(status, isServed),
    inputFile,
    outputs: outputs as readonly string[],
    counts,
    problems: problemsOf(fieldOf(batch.errors, 'data'), secrets),
  };
}

/** Null where a provider tells none. */
function countsOf(told: unknown): ProviderBatch['counts'] {
  if (typeof told !== 'object' || told === null) return null;
  const count = (name: string): number => {
    const value = fieldOf(told, name);
    return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : 0;
  };
  return { total: count('total'), done: count('completed'), failed: count('failed') };
}

function problemsOf(told: unknown, secrets: readonly string[]): readonly string[] {
  const listed = Array.isArray(told) ? (told as readonly unknown[]) : [];
  return listed.slice(0, 5).map((problem) => {
    const [message, line] = [fieldOf(problem, 'message'), fieldOf(problem, 'line')];
    const where = typeof line === 'number' ? `line ${line}: ` : '';
    return quotableWords(`${where}${typeof message === 'string' ? message : 'no reason given'}`, secrets);
  });
}

function noBatch(what: string): ModelError {
  const message = `The endpoint answered with something that is not ${what}. Check its address.`;
  return new ModelError({ kind: 'bad-reply', message });
}

function stageOf(status: string, isServed: boolean): ProviderBatch['stage'] {
  // Some providers write capitals, or one “l”.
  switch (status.toLowerCase()) {
    case 'failed':
      // Rows that were served all the same are paid for.
      return isServed ? 'ended' : 'rejected';
    case 'completed':
    case 'expired':
    case 'cancelled':
    case 'canceled':
      return 'ended';
    default:
      return 'working';
  }
}

interface Repeating extends Pick<OpenAiBatchesOptions, 'attempts' | 'baseDelayMs' | 'maxDelayMs' | 'clock'> {
  readonly place: ErrorPlace;
  readonly signal: AbortSignal;
}

/** Longest wait that a provider may ask for. */
const longestAskedMs = 3_600_000;

/** Asks again after errors that may pass: for all that changes nothing if it is done twice. */
async function repeated<Value>(
  ask: (own: AbortSignal) => Promise<Value>,
  options: Repeating,
): Promise<Value> {
  const { attempts = 8, baseDelayMs = 1000, maxDelayMs = 60_000, clock = systemClock } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await explained(options.place, options.signal, ask);
    } catch (error) {
      if (!(error instanceof ModelError) || !error.isRetryable || attempt >= attempts) throw error;
      // What stands against it now, as against cancelling what has ended, does so in a second as well.
      if (error.status === 409) throw error;
      const backoff = Math.min(maxDelayMs, baseDelayMs * 2 ** (attempt - 1)) * (0.5 + Math.random() / 2);
      const asked = Math.min(longestAskedMs, error.retryAfterMs ?? 0);
      await clock.wait(Math.max(backoff, asked), options.signal);
    }
  }
}

async function explained<Value>(
  place: ErrorPlace,
  signal: AbortSignal,
  ask: (own: AbortSignal) => Promise<Value>,
): Promise<Value> {
  // The package never takes its listener off the signal that it is given, and a run polls for days.
  const own = new AbortController();
  const off = onStop(signal, () => own.abort(signal.reason));
  try {
    return await ask(own.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ModelError) throw error;
    if (error instanceof StatusError) throw errorOfStatus(error, place);
    throw errorOfConnection(error instanceof APIConnectionError ? (error.cause ?? error) : error, place);
  } finally {
    off();
  }
}

function errorOfStatus({ refusal }: StatusError, place: ErrorPlace): ModelError {
  const { status } = refusal;
  if (status !== 404 && status !== 405 && status !== 501) return errorOfRefusal(refusal, place);
  return new ModelError({
    kind: 'model-not-found',
    status,
    message: `${place.endpoint.baseUrl} has no such file or batch, or takes no batches at all (${status}). For an engine without a batch endpoint, such as vLLM, add --batch-to files.`,
  });
}

/** A `fetch` with the endpoint's own headers alone, besides the body's kind; no redirect is followed with a key. */
function withOwnHeaders(endpoint: Endpoint, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const kind = new Headers(init?.headers).get('content-type');
    const headers = { ...(kind === null ? {} : { 'content-type': kind }), ...endpoint.headers };
    const response = await send(input, { ...init, headers, redirect: 'manual' });
    if (response.ok) return response;
    const { status, headers: told, text } = await refusalOf(response);
    return new Response(status === 304 ? null : text, { status, headers: told });
  };
}
