/** What a failed model call means for whoever asked; each kind has its own words and way out. */
export const modelErrorKinds = [
  /** Refused connection, unknown host, broken TLS. */
  'unreachable',
  /** No first byte, or no end, within the time allowed. */
  'timeout',
  /** No key, wrong key, or the person has not consented. */
  'unauthorized',
  'model-not-found',
  'rate-limited',
  /** Quota or credit used up: waiting minutes does not help. */
  'quota',
  /** The provider has blocked this extension. */
  'blocked',
  'context-length',
  /** A reply that is no chat completion: HTML, half a JSON, no choices. */
  'bad-reply',
  /** A request the server refuses for another reason (4xx). */
  'bad-request',
  /** 5xx. */
  'server',
  /** Recorded replies alone are to be used, and this one is not among them. */
  'not-recorded',
  /** Asked by way of a batch file, whose answers come later. */
  'waiting',
] as const;

export type ModelErrorKind = (typeof modelErrorKinds)[number];

export interface ModelErrorOptions {
  readonly kind: ModelErrorKind;
  /** A sentence for a person: what happened, where, what to do next. No key, no header. */
  readonly message: string;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
  /** Names the server offers, with `model-not-found`. */
  readonly availableModels?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/** Kinds that no further request to the same model can avoid: a search stops at them and keeps what it has. */
const endpointWide: ReadonlySet<ModelErrorKind> = new Set([
  'unreachable',
  'unauthorized',
  'model-not-found',
  'rate-limited',
  'quota',
  'blocked',
  'not-recorded',
  'waiting',
]);

const retryable: ReadonlySet<ModelErrorKind> = new Set([
  'unreachable',
  'timeout',
  'rate-limited',
  'bad-reply',
  'server',
]);

export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly kind: ModelErrorKind;
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;
  readonly availableModels: readonly string[] | undefined;

  constructor(options: ModelErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.kind = options.kind;
    this.status = options.status;
    this.retryAfterMs = options.retryAfterMs;
    this.availableModels = options.availableModels;
  }

  get isRetryable(): boolean {
    return retryable.has(this.kind);
  }

  get isEndpointWide(): boolean {
    return endpointWide.has(this.kind);
  }
}
