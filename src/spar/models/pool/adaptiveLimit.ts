import { LatencyScale, type Answered } from './latencyScale';

/** How many sequences may be in flight at an endpoint. */
export interface SequenceLimit {
  /** At least 1. */
  readonly current: number;
  /** A request that began at `startedAt` was answered; `wasFull`: as much as allowed was in flight meanwhile. */
  answered(request: Answered & { readonly startedAt: number; readonly wasFull: boolean }, now: number): void;
  /** A request that began then was refused, or not answered in time, for too much was asked. */
  overloaded(startedAt: number, now: number): void;
  /** Tokens that one reply can be expected to hold after that time of work. */
  tokensAfter(milliseconds: number): number;
}

export interface AdaptiveOptions {
  /** 8 unless told. */
  readonly first?: number;
  /** Never more than this. */
  readonly most: number;
}

interface Level {
  readonly limit: number;
  readonly latency: number;
}

/** Latency alone takes the limit no lower: what a handful of requests take is the server's own time. */
const lowest = 4;
/** Share of what a rise asks for that throughput must gain for the rise to be kept. */
const worthwhile = 0.25;
const firstStep = 2;
const laterStep = 1.25;
/** Windows between two trials of another limit; doubled with each that was taken back. */
const firstPatience = 4;
const longestPatience = 64;
/** Share of requests refused up to which nothing is done: further attempts cost less than places left empty. */
const bearable = 0.1;
/** Latency at an unchanged limit that says the server has become slower. */
const slower = 2;
/** What refusals, or such a latency, leave of the limit. */
const fallen = 0.7;

/**
 * A limit that looks for the point from which more requests in flight bring no more replies.
 *
 * It works in windows of one round of requests. By Little's law throughput is the limit over latency, so a window at
 * another limit shows what the difference buys: the higher limit is kept where throughput gains a fair part of it, else
 * the lower. After the first climb trials of a higher and of a lower limit alternate, ever more seldom while nothing
 * changes. A fixed bound on latency over its minimum would not do: under continuous batching latency
 * rises with every sequence while throughput still doubles, so it stops far too early, and a server that queues
 * behind a fixed number of places is overrun up to that bound for nothing. Latency that rises by itself at an
 * unchanged limit lowers the limit, too.
 *
 * Refusals and time-outs lower it by their share, once for all requests that were under way together. Where a lower
 * limit brings no fewer of them they have another reason, and lowering it further would only slow the run: then the
 * limit is given back and that share is borne.
 */
export class AdaptiveLimit implements SequenceLimit {
  private limit: number;
  private readonly most: number;
  private readonly scale = new LatencyScale();
  private window: Answered[] = [];
  private outcomes = 0;
  private refusals = 0;
  /** Before the last fall by refusals: the limit, and their share there. */
  private fall: { readonly from: number; readonly share: number } | null = null;
  /** Share of refusals that no lower limit avoids. */
  private borne = 0;
  /** Requests that began before are of another limit. */
  private changedAt = Number.NEGATIVE_INFINITY;
  /** The limit that is known to be of use, and its latency. */
  private held: Level | null = null;
  private goesUp = true;
  private step = firstStep;
  private patience = firstPatience;
  private calm = 0;

  constructor({ first = 8, most }: AdaptiveOptions) {
    this.most = Math.max(1, Math.floor(most));
    this.limit = Math.min(this.most, Math.max(1, Math.floor(first)));
  }

  get current(): number {
    return this.limit;
  }

  answered(request: Answered & { readonly startedAt: number; readonly wasFull: boolean }, now: number): void {
    if (request.startedAt < this.changedAt) return;
    const { milliseconds, tokens } = request;
    if (request.wasFull) this.window.push({ milliseconds, tokens });
    this.count(now);
  }

  overloaded(startedAt: number, now: number): void {
    if (startedAt < this.changedAt) return;
    this.refusals += 1;
    this.count(now);
  }

  tokensAfter(milliseconds: number): number {
    return this.scale.tokensAfter(milliseconds);
  }

  private count(now: number): void {
    this.outcomes += 1;
    const { window, refusals } = this;
    const round = Math.max(this.step === firstStep ? 16 : 32, this.limit);
    // Refusals come at once and replies late, so the beginning of a window says nothing of their shares.
    if (this.outcomes - refusals < round && this.outcomes < 4 * round) return;
    const share = refusals / this.outcomes;
    const wasUsed = window.length >= (this.outcomes - refusals) / 2 && window.length > 0;
    this.begin();
    if (refusals > 1 && share > bearable + 1.5 * this.borne) this.judgeRefusals(share, now);
    else {
      this.fall = null;
      if (this.borne > 0) this.borne = 0.9 * this.borne + 0.1 * share;
      // Places that nobody wanted say nothing of a higher limit.
      if (wasUsed) this.judge(this.scale.latencyOf(window), now);
    }
  }

  private judgeRefusals(share: number, now: number): void {
    const { fall, limit } = this;
    this.held = null;
    this.step = laterStep;
    this.goesUp = true;
    const isInVain = limit === 1 || (fall !== null && share < 0.5 && share > 0.6 * fall.share);
    if (isInVain) {
      this.borne = Math.max(share, fall?.share ?? 0);
      this.fall = null;
      this.settle(firstPatience);
      this.set(fall?.from ?? limit, now);
    } else {
      this.fall = { from: limit, share };
      this.settle(Math.min(longestPatience, this.patience * 2));
      this.set(Math.floor(limit * fallen), now);
    }
  }

  private judge(latency: number, now: number): void {
    const { held, limit } = this;
    if (held !== null && limit !== held.limit) this.judgeTrial({ held, own: { limit, latency }, now });
    else if (held !== null && latency > slower * held.latency && limit > lowest) {
      const lower = Math.max(lowest, Math.floor(limit * fallen));
      this.held = { limit: lower, latency };
      this.goesUp = false;
      this.settle(firstPatience);
      this.set(lower, now);
    } else {
      this.held = { limit, latency: held === null ? latency : 0.8 * held.latency + 0.2 * latency };
      this.calm -= 1;
      if (this.calm <= 0) this.tryAnother(now);
    }
  }

  private judgeTrial(trial: { readonly held: Level; readonly own: Level; readonly now: number }): void {
    const { held, own, now } = trial;
    const [low, high] = held.limit < own.limit ? [held, own] : [own, held];
    const asked = high.limit / low.limit;
    const gained = asked / (high.latency / low.latency);
    const better = gained >= 1 + worthwhile * (asked - 1) ? high : low;
    if (better === own) {
      this.held = own;
      this.patience = firstPatience;
      this.tryAnother(now);
    } else {
      this.step = laterStep;
      this.goesUp = !this.goesUp;
      this.settle(Math.min(longestPatience, this.patience * 2));
      this.set(held.limit, now);
    }
  }

  private settle(patience: number): void {
    this.patience = patience;
    this.calm = patience;
  }

  private tryAnother(now: number): void {
    const { limit, step, most } = this;
    const other = this.goesUp
      ? Math.min(most, Math.max(limit + 1, Math.round(limit * step)))
      : Math.max(Math.min(limit, lowest), Math.round(limit / step));
    if (other !== limit) this.set(other, now);
    else {
      this.goesUp = !this.goesUp;
      this.calm = this.patience;
    }
  }

  private set(limit: number, now: number): void {
    this.limit = Math.max(1, limit);
    this.changedAt = now;
    this.begin();
  }

  private begin(): void {
    this.window = [];
    this.outcomes = 0;
    this.refusals = 0;
  }
}

/** A limit that a person has set. */
export class FixedLimit implements SequenceLimit {
  private readonly scale = new LatencyScale();
  private window: Answered[] = [];

  constructor(readonly current: number) {}

  answered({ milliseconds, tokens }: Answered): void {
    this.window.push({ milliseconds, tokens });
    if (this.window.length < 16) return;
    this.scale.latencyOf(this.window);
    this.window = [];
  }

  overloaded(): void {
    // The person's word holds; the endpoint rests for the time that it names.
  }

  tokensAfter(milliseconds: number): number {
    return this.scale.tokensAfter(milliseconds);
  }
}
