import type { ChatReply } from '../chatModel';
import { replyOf } from '../choiceReply';
import { Completion } from '../completion';
import { isContextOverflow } from '../endpointErrors';
import { wordsOfError, type ChatBody } from '../parameters';
import { fieldOf, parsedJson, quotableWords } from '../serverWords';

/** Rows and bytes of one file that providers take (OpenAI's API reference, "Create batch"). */
export const batchLimits = { rows: 50_000, bytes: 200_000_000 } as const;

/** The path that each row names, and the batch as a whole. */
export const batchUrl = '/v1/chat/completions';

/** One line of a file of requests, without its line end. */
export function batchRow(customId: string, body: ChatBody): string {
  return JSON.stringify({ custom_id: customId, method: 'POST', url: batchUrl, body });
}

/** What became of a row. */
export type RowFailureKind =
  /** Nothing says that another try would end otherwise: too long, or refused. */
  | 'refused'
  /** A server's error, a limit of the moment, an answer that is none. */
  | 'failed'
  /** The batch ended before the row's turn. */
  | 'unserved'
  /** No row of the endpoint would fare better: no key, no credit, no such model. */
  | 'endpoint';

export interface RowFailure {
  readonly kind: RowFailureKind;
  readonly status: number | null;
  /** The server's own words, fit to be shown. */
  readonly words: string;
}

export type BatchAnswer =
  | {
      readonly type: 'answer';
      readonly customId: string;
      /** In the order of the draws; at least one. @param promptHoldsTags whether the prompt speaks of reasoning tags. */
      replies(promptHoldsTags: boolean): readonly ChatReply[];
      /** Null where the engine tells none. */
      readonly promptTokens: number | null;
      /** Estimated from the text where `promptTokens` is null. */
      readonly completionTokens: number;
    }
  | {
      readonly type: 'failure';
      readonly customId: string;
      readonly failure: RowFailure;
      readonly text: string;
    }
  | { readonly type: 'unreadable'; readonly reason: string };

/**
 * One line of a file of answers, or of a provider's file of errors. Takes what providers, `vllm run-batch` and scripts
 * write: `{custom_id, response: {status_code, body}, error}`, also with the completion right in `response` or `body`.
 * Never throws.
 */
export function readBatchAnswer(line: string): BatchAnswer {
  const json = parsedJson(line);
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { type: 'unreadable', reason: 'not a JSON object' };
  const customId = fieldOf(json, 'custom_id');
  if (typeof customId !== 'string') return { type: 'unreadable', reason: 'it has no custom_id' };
  const response = objectIn(fieldOf(json, 'response'));
  const status = statusOf(fieldOf(response, 'status_code'));
  const body = bodyOf(response) ?? objectIn(fieldOf(json, 'body'));
  const error = fieldOf(json, 'error') ?? fieldOf(body, 'error');
  if (isFilled(error) || (status !== null && (status < 200 || status > 299)))
    return failureOf({ customId, status, error: isFilled(error) ? error : body });
  const completion = new Completion();
  completion.add(body);
  if (completion.choices.length === 0)
    return failureOf({ customId, status, error: 'the answer holds no reply' });
  const { usage, choices, estimatedTokens } = completion;
  return {
    type: 'answer',
    customId,
    replies: (promptHoldsTags) => choices.map((choice) => replyOf(choice, promptHoldsTags)),
    promptTokens: usage?.promptTokens ?? null,
    completionTokens: usage?.completionTokens ?? estimatedTokens,
  };
}

interface Failed {
  readonly customId: string;
  readonly status: number | null;
  readonly error: unknown;
}

function failureOf({ customId, status, error }: Failed): BatchAnswer {
  const text = JSON.stringify(fieldOf(error, 'error') === undefined ? { error } : error);
  const code = codeOf(error);
  // Servers like to repeat a key that they refuse.
  const isKey = status === 401 || status === 407 || /invalid_api_key/u.test(code);
  const words = isKey ? '' : quotableWords(wordsOfError(parsedJson(text), text), []);
  const known = status ?? statusOf(fieldOf(error, 'code')) ?? null;
  return {
    type: 'failure',
    customId,
    failure: { kind: kindOf({ status: known, code, words }), status: known, words },
    text,
  };
}

function kindOf({
  status,
  code,
  words,
}: {
  readonly status: number | null;
  readonly code: string;
  readonly words: string;
}): RowFailureKind {
  if (/^batch_(?:expired|cancelled)$/u.test(code)) return 'unserved';
  if (/insufficient_quota|billing|invalid_api_key|model_not_found/u.test(code)) return 'endpoint';
  if (status === 401 || status === 402 || status === 403) return 'endpoint';
  if (isContextOverflow(`${code} ${words}`)) return 'refused';
  if (status === 404) return 'endpoint';
  return status === 400 || status === 413 || status === 422 ? 'refused' : 'failed';
}

function codeOf(error: unknown): string {
  const inner = fieldOf(error, 'error') ?? error;
  return [fieldOf(inner, 'code'), fieldOf(inner, 'type')]
    .filter((code) => typeof code === 'string')
    .join(' ');
}

/** An object, also one that was written as text. */
function objectIn(value: unknown): object | null {
  const found = typeof value === 'string' ? parsedJson(value) : value;
  return typeof found === 'object' && found !== null ? found : null;
}

function bodyOf(response: object | null): object | null {
  if (response === null) return null;
  return (
    objectIn(fieldOf(response, 'body')) ?? (fieldOf(response, 'choices') === undefined ? null : response)
  );
}

function statusOf(value: unknown): number | null {
  const number = typeof value === 'string' ? Number(value) : value;
  // Some providers write 0 beside a reply that is whole.
  return typeof number === 'number' && number >= 100 && number < 600 ? number : null;
}

/** Some providers write an error without anything in it beside a reply. */
function isFilled(value: unknown): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some((inner) => inner !== null && inner !== '');
  return value !== undefined && value !== null && value !== '';
}
