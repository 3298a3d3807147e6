import type { ChatModel, ChatReply, ChatRequest, CompleteOptions, Usage } from '../chatModel';
import type { Clock } from '../clock';
import { ModelError } from '../modelError';
import { backoffOf } from '../retry';
import { estimateTokens } from '../usage';
import type { SequenceLimit } from './adaptiveLimit';

export interface LaneOptions {
  /** One request at a time without retries; may give fewer replies than were asked for. */
  readonly model: ChatModel;
  readonly limit: SequenceLimit;
  readonly clock: Clock;
  readonly random: () => number;
}

/** A request's places at an endpoint. */
export interface Admission {
  readonly lane: Lane;
  /** True where it is to find out whether the endpoint is back. */
  readonly isProbe: boolean;
}

/** Failures in a row, of whatever kind, after which an endpoint is asked by one request at a time. */
const manyFailures = 8;
/** The same where it could not be reached: a connection alone may break at a server that is in order. */
const manyUnreached = 3;
/** Different requests that fail in a row, from which on it isn't the requests. */
const manyRequests = 4;
/** Pauses between two trials of an endpoint that is out of order. */
const probing = { baseDelayMs: 500, maxDelayMs: 30_000 };
/** The same where only a person can mend it (key, credit, name of the model). */
const probingRefused = 300_000;

/** One endpoint of a pool: what is in flight there, how much may be, and whether it is in order. */
export class Lane {
  inFlight = 0;
  /** When it first failed since it last answered; null while it is in order. */
  troubleSince: number | null = null;
  /** Its last failure of its own. */
  lastError: ModelError | null = null;
  /** Requests that failed since it last answered; no more than `manyRequests` are kept. */
  private readonly failed = new Set<object>();
  private failures = 0;
  private state: 'open' | 'out' | 'refusing' = 'open';
  private outSince = Number.NEGATIVE_INFINITY;
  private probes = 0;
  private probesInFlight = 0;
  private restUntil = Number.NEGATIVE_INFINITY;
  /** Of all that was answered, by the longest reply of each request. */
  private readonly written = { tokens: 0, milliseconds: 0 };

  constructor(private readonly options: LaneOptions) {}

  get limit(): number {
    return this.options.limit.current;
  }

  /** Share of the limit that is taken. */
  get load(): number {
    return this.inFlight / this.limit;
  }

  /** True where requests may be sent, though there may be no room. */
  isOpen(now: number): boolean {
    return this.state === 'open' && this.restUntil <= now;
  }

  /** True where one request should find out whether the endpoint is back. */
  isDueForProbe(now: number): boolean {
    return this.state !== 'open' && this.restUntil <= now && this.probesInFlight === 0;
  }

  get isProbed(): boolean {
    return this.probesInFlight > 0;
  }

  /** Moment at which it may be asked again. */
  get resumesAt(): number {
    return this.restUntil;
  }

  /** True where many different requests fail: then it isn't the requests. */
  get failsAll(): boolean {
    return this.failed.size >= manyRequests;
  }

  /** True where only a person can mend it. */
  get refuses(): boolean {
    return this.state === 'refusing';
  }

  /** Moment from which waiting for it is vain; null while it is in order. */
  givenUpAt(now: number, patience: number): number | null {
    if (this.isProbed) return null;
    if (this.refuses || this.restUntil - now > patience) return now;
    return this.troubleSince === null ? null : this.troubleSince + patience;
  }

  /** Begins the patience anew, for whoever asks from now on. */
  forgive(): void {
    this.troubleSince = null;
    if (this.state === 'refusing') this.restUntil = Number.NEGATIVE_INFINITY;
  }

  /** Takes the places of a request, which `ask` gives back. */
  admit(sequences: number): Admission {
    const isProbe = this.state !== 'open';
    this.inFlight += sequences;
    if (isProbe) this.probesInFlight += 1;
    return { lane: this, isProbe };
  }

  /** Asks, once it was admitted. @throws what the model throws. */
  async ask(
    request: ChatRequest,
    { ticket, isProbe, ...options }: CompleteOptions & { readonly ticket: object; readonly isProbe: boolean },
  ): Promise<readonly ChatReply[]> {
    const { clock, limit, model } = this.options;
    const startedAt = clock.now();
    const wasFull = this.isNearlyFull;
    let spent = 0;
    const onUsage = (usage: Usage): void => {
      const told = this.withStopped(usage, { request, milliseconds: clock.now() - startedAt });
      spent += told.completionTokens;
      options.onUsage(told);
    };
    try {
      const replies = await model.complete(request, { ...options, onUsage });
      const now = clock.now();
      this.answered();
      const milliseconds = now - startedAt;
      const tokens = longestOf(replies, spent);
      this.written.tokens += tokens;
      this.written.milliseconds += milliseconds;
      limit.answered({ milliseconds, tokens, startedAt, wasFull: wasFull && this.isNearlyFull }, now);
      return replies;
    } catch (error) {
      if (error instanceof ModelError && !options.signal.aborted)
        this.failedWith(error, { startedAt, ticket });
      throw error;
    } finally {
      this.inFlight -= request.seeds.length;
      if (isProbe) this.probesInFlight -= 1;
    }
  }

  /** Tokens in a millisecond, waiting included. */
  private get pace(): number {
    const { tokens, milliseconds } = this.written;
    return milliseconds > 0 ? tokens / milliseconds : 0;
  }

  private get isNearlyFull(): boolean {
    return this.inFlight >= 0.75 * this.limit;
  }

  private answered(): void {
    this.troubleSince = null;
    this.failures = 0;
    this.failed.clear();
    this.probes = 0;
    if (this.state === 'open') return;
    this.state = 'open';
    this.restUntil = Number.NEGATIVE_INFINITY;
  }

  private failedWith(
    error: ModelError,
    asked: { readonly startedAt: number; readonly ticket: object },
  ): void {
    const now = this.options.clock.now();
    if (!error.isRetryable && !error.isEndpointWide) {
      // It refused this request and no other, so it is in order.
      this.answered();
      return;
    }
    this.lastError = error;
    this.troubleSince ??= now;
    this.failures += 1;
    if (this.failed.size < manyRequests) this.failed.add(asked.ticket);
    if (isOverload(error)) this.options.limit.overloaded(asked.startedAt, now);
    if (!error.isRetryable) this.leaveOut('refusing', asked.startedAt);
    else if (this.failures >= (error.kind === 'unreachable' ? manyUnreached : manyFailures))
      this.leaveOut('out', asked.startedAt);
    if (error.retryAfterMs !== undefined) this.restUntil = Math.max(this.restUntil, now + error.retryAfterMs);
  }

  private leaveOut(state: 'out' | 'refusing', startedAt: number): void {
    // Of those that were under way together only the first counts.
    if (this.state !== 'open' && startedAt < this.outSince) return;
    const { clock, random } = this.options;
    const now = clock.now();
    this.state = state;
    this.outSince = now;
    this.probes += 1;
    const rest = state === 'refusing' ? probingRefused : backoffOf(this.probes, { ...probing, random });
    this.restUntil = Math.max(this.restUntil, now + rest);
  }

  /**
   * A whole reply that was stopped tells nothing of what was written by then; it is estimated from the time that
   * replies take here.
   */
  private withStopped(
    usage: Usage,
    stopped: { readonly request: ChatRequest; readonly milliseconds: number },
  ): Usage {
    if (!usage.estimated || usage.completionTokens > 0 || usage.sequences === 0) return usage;
    const { request, milliseconds } = stopped;
    // The limit learns from full windows alone, of which a small run may have none.
    const learnt = this.options.limit.tokensAfter(milliseconds);
    const tokens = learnt > 0 ? learnt : this.pace * milliseconds;
    const each = Math.min(request.maxTokens, Math.round(tokens));
    return { ...usage, completionTokens: usage.sequences * each };
  }
}

/** 503 and 529 say "overloaded", 504 that a gateway waited in vain. */
function isOverload(error: ModelError): boolean {
  if (error.kind === 'rate-limited' || error.kind === 'timeout') return true;
  return error.kind === 'server' && [503, 504, 529].includes(error.status ?? 0);
}

/** Tokens of the longest of several replies that together have so many. */
function longestOf(replies: readonly ChatReply[], tokens: number): number {
  if (replies.length <= 1) return tokens;
  const lengths = replies.map(({ text }) => estimateTokens(text));
  const sum = lengths.reduce((total, length) => total + length, 0);
  return sum === 0 ? tokens / replies.length : (tokens * Math.max(...lengths)) / sum;
}
