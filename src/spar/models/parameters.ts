import type { ChatMessage, ChatRequest } from './chatModel';
import { fieldOf, parsedJson } from './serverWords';

/** Parameters that some servers refuse; a request makes sense without each of them. */
export type OptionalParameter =
  | 'max_tokens'
  | 'max_completion_tokens'
  | 'temperature'
  | 'top_p'
  | 'seed'
  | 'n'
  | 'stream_options'
  | 'stream';

/** A chat completion request as it is sent, in the part of OpenAI's format that is used here. */
export interface ChatBody {
  model: string;
  messages: ChatMessage[];
  max_tokens?: number;
  max_completion_tokens?: number;
  temperature?: number;
  top_p?: number;
  seed?: number;
  n?: number;
  stream?: boolean;
  stream_options?: { include_usage: boolean };
}

/**
 * The body of one request without what the server refused. Without `n` it asks for one reply, whose seed
 * is the first.
 */
export function chatBody(
  model: string,
  request: ChatRequest,
  refused: ReadonlySet<OptionalParameter>,
): ChatBody {
  const body: ChatBody = {
    model,
    messages: request.messages.map(({ role, content }) => ({ role, content })),
  };
  if (!refused.has('max_tokens')) body.max_tokens = request.maxTokens;
  else if (!refused.has('max_completion_tokens')) body.max_completion_tokens = request.maxTokens;
  if (!refused.has('temperature')) body.temperature = request.temperature;
  if (request.topP !== undefined && !refused.has('top_p')) body.top_p = request.topP;
  const seed = request.seeds[0];
  if (seed !== undefined && !refused.has('seed')) body.seed = seed;
  if (request.seeds.length > 1 && !refused.has('n')) body.n = request.seeds.length;
  if (!refused.has('stream')) {
    body.stream = true;
    if (!refused.has('stream_options')) body.stream_options = { include_usage: true };
  }
  return body;
}

/**
 * The parameter of `body` that a refusal (status 400 or 422) is about, or null where it names none. Servers
 * say it in a field `param` (OpenAI), a field `loc` (FastAPI: vLLM, SGLang, Mistral) or in words only.
 */
export function refusedParameter(body: ChatBody, text: string): OptionalParameter | null {
  const sent = optionalParameters.filter((name) => body[name] !== undefined);
  const json = parsedJson(text);
  for (const named of namedParameters(json)) {
    const found = sent.find((name) => name === named);
    if (found !== undefined) return found;
  }
  const words = wordsOfError(json, text);
  const mentions = sent
    .map((name) => ({ name, at: words.search(mentionOf[name]) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return mentions[0]?.name ?? null;
}

/** In the order in which a refusal that names several is taken. */
const optionalParameters: readonly OptionalParameter[] = [
  'max_tokens',
  'max_completion_tokens',
  'temperature',
  'top_p',
  'seed',
  'n',
  'stream_options',
  'stream',
];

const mentionOf: Readonly<Record<OptionalParameter, RegExp>> = {
  max_tokens: /\bmax_tokens\b/u,
  max_completion_tokens: /\bmax_completion_tokens\b/u,
  temperature: /\btemperature\b/iu,
  top_p: /\btop_p\b/iu,
  seed: /\bseed\b/iu,
  // One letter is found in any text, so it needs the company of code or of what can be wrong with it.
  n: /["'`]n["'`]|\bn\s*(?:[=><]|must\b|should\b|is\b|cannot\b|greater\b)|\b(?:parameter|argument|field)s?(?: supplied)?:?\s+n\b|\bmultiple (?:choices|completions|replies|responses)\b/iu,
  stream_options: /\bstream_options\b/u,
  stream: /\bstream(?:ing)?\b/iu,
};

function namedParameters(json: unknown): readonly string[] {
  const error = fieldOf(json, 'error') ?? json;
  const names = [fieldOf(error, 'param'), fieldOf(json, 'param')].filter((name) => typeof name === 'string');
  const details = [fieldOf(json, 'detail'), fieldOf(error, 'detail'), fieldOf(error, 'message')].find(
    Array.isArray,
  );
  for (const detail of Array.isArray(details) ? (details as readonly unknown[]) : []) {
    const place = fieldOf(detail, 'loc');
    const last: unknown = Array.isArray(place) ? place.at(-1) : undefined;
    if (typeof last === 'string') names.push(last);
  }
  return names;
}

/** The part of an error that speaks, so that no field name (`"param"`, `"type"`) is taken for a mention. */
export function wordsOfError(json: unknown, text: string): string {
  const error = fieldOf(json, 'error');
  const candidates = [
    error,
    fieldOf(error, 'message'),
    fieldOf(json, 'message'),
    fieldOf(json, 'detail'),
    fieldOf(json, 'error_message'),
  ];
  const words = candidates.find((candidate) => typeof candidate === 'string');
  if (typeof words === 'string') return words;
  const detail = fieldOf(json, 'detail') ?? fieldOf(error, 'message');
  if (detail !== undefined) return JSON.stringify(detail);
  return typeof json === 'string' ? json : text;
}
