import type { ChatModel, ChatReply, ChatRequest, CompleteOptions } from './chatModel';
import { systemClock, type Clock } from './clock';
import { ModelError, type ModelErrorKind } from './modelError';

export interface RetryOptions {
  /** Most attempts for an error of that kind, the first included; kinds that are not named are not tried again. */
  readonly attempts?: Partial<Readonly<Record<ModelErrorKind, number>>>;
  /** Wait before the first further attempt; doubles with each. */
  readonly baseDelayMs?: number;
  /** Longest wait that is chosen here; a server's Retry-After may ask for more. */
  readonly maxDelayMs?: number;
  /** A further attempt is made only if it can be expected to end within this time of the first one's start. */
  readonly maxTotalMs?: number;
  /** The same for a server that can't be reached. */
  readonly unreachableTotalMs?: number;
  /** In [0, 1), for jitter. */
  readonly random?: () => number;
  readonly clock?: Clock;
}

/**
 * A silent server is not asked again: the person has waited for the time-out already, and a reply that was
 * cut or stalled may have been paid for.
 */
const defaultAttempts: Partial<Readonly<Record<ModelErrorKind, number>>> = {
  unreachable: 5,
  'rate-limited': 6,
  server: 4,
  'bad-reply': 2,
};

/**
 * Asks again after errors that may pass, with exponential backoff and jitter, or after the time that the
 * server names. All calls of one model wait while a server that limits them wants them to.
 */
export function withRetry(model: ChatModel, options: RetryOptions = {}): ChatModel {
  return new RetryingModel(model, options);
}

class RetryingModel implements ChatModel {
  readonly id: string;
  readonly maxConcurrency: number;
  private readonly options: Required<RetryOptions>;
  /** Moment before which the server wants no further request. */
  private pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly model: ChatModel,
    options: RetryOptions,
  ) {
    this.id = model.id;
    this.maxConcurrency = model.maxConcurrency;
    this.options = {
      attempts: options.attempts ?? defaultAttempts,
      baseDelayMs: options.baseDelayMs ?? 500,
      maxDelayMs: options.maxDelayMs ?? 8_000,
      maxTotalMs: options.maxTotalMs ?? 120_000,
      unreachableTotalMs: options.unreachableTotalMs ?? 15_000,
      random: options.random ?? Math.random,
      clock: options.clock ?? systemClock,
    };
  }

  async complete(request: ChatRequest, options: CompleteOptions): Promise<readonly ChatReply[]> {
    const { clock } = this.options;
    const startedAt = clock.now();
    for (let attempt = 1; ; attempt += 1) {
      const pause = this.pausedUntil - clock.now();
      if (pause > 0) await clock.wait(pause, options.signal);
      options.signal.throwIfAborted();
      const attemptedAt = clock.now();
      try {
        return await this.model.complete(request, options);
      } catch (error) {
        if (options.signal.aborted || !(error instanceof ModelError)) throw error;
        const now = clock.now();
        const wait = this.waitAfter(error, { attempt, elapsed: now - startedAt, lasted: now - attemptedAt });
        if (wait === null) throw error;
        if (error.retryAfterMs !== undefined)
          this.pausedUntil = Math.max(this.pausedUntil, now + error.retryAfterMs);
        await clock.wait(wait, options.signal);
      }
    }
  }

  /** Milliseconds until the next attempt; null where there is none. */
  private waitAfter(
    error: ModelError,
    attempted: { readonly attempt: number; readonly elapsed: number; readonly lasted: number },
  ): number | null {
    const { attempts, baseDelayMs, maxDelayMs, maxTotalMs, unreachableTotalMs, random } = this.options;
    if (!error.isRetryable || attempted.attempt >= (attempts[error.kind] ?? 1)) return null;
    const backoff = backoffOf(attempted.attempt, { baseDelayMs, maxDelayMs, random });
    const wait = error.retryAfterMs === undefined ? backoff : error.retryAfterMs + random() * baseDelayMs;
    const allowed = error.kind === 'unreachable' ? Math.min(unreachableTotalMs, maxTotalMs) : maxTotalMs;
    return attempted.elapsed + wait + attempted.lasted > allowed ? null : wait;
  }
}

export interface BackoffOptions {
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
  /** In [0, 1). */
  readonly random: () => number;
}

/** Milliseconds to wait after so many failures in a row, from 1: doubles with each, up to the most. */
export function backoffOf(failures: number, { baseDelayMs, maxDelayMs, random }: BackoffOptions): number {
  const ceiling = Math.min(maxDelayMs, baseDelayMs * 2 ** (failures - 1));
  // Half fixed, half random: calls that failed together do not come back together.
  return ceiling * (0.5 + 0.5 * random());
}
