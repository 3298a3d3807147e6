import type { ChatReply, ChatRequest, CompleteOptions, SendGate } from '../chatModel';
import type { Clock } from '../clock';
import { ModelError, type ModelErrorKind } from '../modelError';
import { backoffOf, type RetryOptions } from '../retry';
import { onStop } from '../stopping';
import type { Admission, Lane } from './lane';
import { WaitingLine, type LinePlace } from './waitingLine';

export interface DispatcherOptions {
  readonly lanes: readonly Lane[];
  /** Most sequences in flight over all lanes; infinite where the lanes' own limits decide. */
  readonly total: number;
  readonly patienceMs: number;
  readonly firstPatienceMs: number;
  readonly retry: Pick<RetryOptions, 'attempts' | 'baseDelayMs' | 'maxDelayMs'>;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Where a pool stands. */
export interface PoolState {
  /** Sequences that wait for a place. */
  readonly waiting: number;
  readonly inFlight: number;
  /** Sequences that may be in flight now, over the endpoints that are in order. */
  readonly limit: number;
}

/** How a request waits. */
export interface Waits {
  readonly priority: number;
  readonly group: string | null;
}

/**
 * Most attempts that count against a request, the first included. A failure counts where it may be the request's own
 * fault; where the endpoint fails altogether, the request waits for as long as the pool's patience lasts.
 */
const defaultAttempts: Partial<Readonly<Record<ModelErrorKind, number>>> = {
  'rate-limited': 12,
  server: 8,
  'bad-reply': 8,
  timeout: 4,
};

/** Groups whose endpoint is remembered: many more than items are under way. */
const mostHomes = 4096;

interface Ticket extends LinePlace {
  readonly sequences: number;
  /** The lane that failed it last. */
  readonly avoided: Lane | null;
  readonly gate: SendGate | undefined;
  readonly admit: (admission: Admission) => void;
  readonly refuse: (error: ModelError) => void;
  /** Takes it out of the line; it then waits for its signal alone. */
  readonly hold: () => void;
}

/** What has become of a request so far. */
interface Attempted {
  readonly startedAt: number;
  /** Failures of any kind. */
  failures: number;
  /** Those that count against it. */
  charged: number;
  avoided: Lane | null;
}

/** Sends requests by priority to the lanes of a pool, and again where that may help. */
export class Dispatcher implements PoolState {
  private readonly line = new WaitingLine<Ticket>();
  private readonly rooms = new Set<() => void>();
  private readonly listeners = new Set<() => void>();
  private waitingSequences = 0;
  private hasAnswered = false;
  private givenUp: { readonly at: number; readonly error: ModelError } | null = null;
  private alarm: { readonly at: number; readonly controller: AbortController } | null = null;
  private isTelling = false;
  /** Let in during this turn, and not heard of yet. */
  private promised = 0;
  private isTurnEnding = false;
  /** Where requests of a group went last; the latest groups only. */
  private readonly homes = new Map<string, Lane>();

  constructor(private readonly options: DispatcherOptions) {}

  get waiting(): number {
    return this.waitingSequences;
  }

  get inFlight(): number {
    return this.options.lanes.reduce((sum, lane) => sum + lane.inFlight, 0);
  }

  get limit(): number {
    const now = this.options.clock.now();
    const open = this.options.lanes.filter((lane) => lane.isOpen(now));
    return Math.min(
      this.options.total,
      open.reduce((sum, lane) => sum + lane.limit, 0),
    );
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  }

  hasRoom(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const enter = (): void => {
        leave();
        resolve();
      };
      this.rooms.add(enter);
      const leave = onStop(signal, () => {
        this.rooms.delete(enter);
        reject(signal.reason as Error);
      });
      this.advance();
    });
  }

  /** @throws ModelError; the signal's reason when it is aborted. */
  async complete(request: ChatRequest, options: CompleteOptions & Waits): Promise<readonly ChatReply[]> {
    const { clock } = this.options;
    this.promised = Math.max(0, this.promised - 1);
    const ticket: Attempted = {
      startedAt: clock.now(),
      failures: 0,
      charged: 0,
      avoided: null,
    };
    for (;;) {
      const { lane, isProbe } = await this.enter({ request, attempted: ticket }, options);
      let wait: number;
      try {
        const ask = (): Promise<readonly ChatReply[]> => lane.ask(request, { ...options, ticket, isProbe });
        const replies = await (options.gate === undefined ? ask() : options.gate.send(ask));
        this.hasAnswered = true;
        return replies;
      } catch (error) {
        if (options.signal.aborted || !(error instanceof ModelError)) throw error;
        // Who names a limit is there, and is waited for as long as it asks.
        if (error.kind === 'rate-limited') this.hasAnswered = true;
        wait = this.waitAfter(error, ticket, lane);
        ticket.avoided = lane;
      } finally {
        this.advance();
      }
      if (wait > 0) await clock.wait(wait, options.signal);
    }
  }

  /** Milliseconds until the request waits again. @throws ModelError where it has ended. */
  private waitAfter(error: ModelError, ticket: Attempted, lane: Lane): number {
    const { retry, random, lanes } = this.options;
    ticket.failures += 1;
    if (!error.isRetryable) {
      if (error.isEndpointWide && lanes.some((other) => !other.refuses)) return 0;
      throw error;
    }
    if (error.kind === 'unreachable') return 0;
    if (!lane.failsAll) ticket.charged += 1;
    const attempts = { ...defaultAttempts, ...retry.attempts }[error.kind] ?? 1;
    if (ticket.charged >= attempts) throw ofRequestAlone(error, attempts);
    const { baseDelayMs = 500, maxDelayMs = 30_000 } = retry;
    // The endpoint itself rests for as long as it asked for.
    if (error.retryAfterMs !== undefined) return random() * baseDelayMs;
    return backoffOf(ticket.failures, { baseDelayMs, maxDelayMs, random });
  }

  private enter(
    asked: { readonly request: ChatRequest; readonly attempted: Attempted },
    { signal, priority, group, gate }: CompleteOptions & Waits,
  ): Promise<Admission> {
    const { request, attempted } = asked;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      if (this.givenUp !== null && attempted.startedAt < this.givenUp.at) {
        reject(this.givenUp.error);
        return;
      }
      const sequences = request.seeds.length;
      const hold = (): void => {
        if (this.line.delete(ticket)) this.waitingSequences -= sequences;
      };
      const leaving = (): void => {
        hold();
        leave();
      };
      const ticket: Ticket = {
        priority,
        group,
        returned: attempted.failures > 0,
        sequences,
        avoided: attempted.avoided,
        gate,
        hold,
        admit: (admission) => {
          leaving();
          resolve(admission);
        },
        refuse: (error) => {
          leaving();
          reject(error);
        },
      };
      this.line.add(ticket);
      this.waitingSequences += sequences;
      const leave = onStop(signal, () => {
        leaving();
        reject(signal.reason as Error);
        this.advance();
      });
      this.advance();
    });
  }

  /** Lets in whoever may go now, and sees to it that the rest is looked at again in time. */
  private advance(): void {
    const now = this.options.clock.now();
    for (;;) {
      const ticket = this.line.first();
      if (ticket?.gate?.isClosed === true) {
        ticket.hold();
        continue;
      }
      const lane = ticket === undefined ? null : this.laneFor(ticket, now);
      if (ticket === undefined || lane === null) break;
      if (ticket.group !== null) this.settleGroup(ticket.group, lane);
      ticket.admit(lane.admit(ticket.sequences));
    }
    this.giveUpInTime(now);
    this.letIn();
    this.setAlarm(now);
    this.tell();
  }

  /** The lane that a request is sent to; null where it has to wait. */
  private laneFor(ticket: Pick<Ticket, 'sequences' | 'avoided' | 'group'>, now: number): Lane | null {
    const { lanes } = this.options;
    if (!this.fits(ticket.sequences, { inFlight: this.inFlight, limit: this.options.total })) return null;
    const due = lanes.find((lane) => lane.isDueForProbe(now));
    if (due !== undefined) return due;
    const free = lanes.filter((lane) => lane.isOpen(now) && this.fits(ticket.sequences, lane));
    const others = free.filter((lane) => lane !== ticket.avoided);
    const home = ticket.group === null ? undefined : this.homes.get(ticket.group);
    if (home !== undefined && others.includes(home)) return home;
    return leastLoaded(others.length > 0 ? others : free);
  }

  /**
   * Requests of a group share the beginning of their prompts, which one endpoint then has in its cache. Where that has
   * no room, another takes it, and has the beginning from then on as well as the first.
   */
  private settleGroup(group: string, lane: Lane): void {
    if (this.options.lanes.length === 1) return;
    const home = this.homes.get(group);
    this.homes.delete(group);
    this.homes.set(group, home?.isOpen(this.options.clock.now()) === true ? home : lane);
    const [oldest] = this.homes.keys();
    if (this.homes.size > mostHomes && oldest !== undefined) this.homes.delete(oldest);
  }

  /**
   * A limit that was found out is an estimate, so a request goes in where any place is free: to wait for as many as it
   * takes would leave places empty. One that a person set holds. A request larger than any limit goes in alone.
   */
  private fits(sequences: number, place: { readonly inFlight: number; readonly limit: number }): boolean {
    const needed = this.options.total === Number.POSITIVE_INFINITY ? 1 : sequences;
    return place.inFlight === 0 || place.inFlight + needed <= place.limit;
  }

  /** Ends all that waits where no endpoint can be expected to answer. */
  private giveUpInTime(now: number): void {
    const last = this.givesUpAt(now);
    if (last === null || last > now || this.line.size === 0) return;
    const error = this.finalError();
    this.givenUp = { at: now, error };
    for (const lane of this.options.lanes) lane.forgive();
    for (const ticket of [...this.line]) ticket.refuse(error);
  }

  /** Moment at which the last endpoint is given up; null while one may answer. */
  private givesUpAt(now: number): number | null {
    const { lanes, patienceMs, firstPatienceMs } = this.options;
    const patience = this.hasAnswered ? patienceMs : Math.min(patienceMs, firstPatienceMs);
    let last = Number.NEGATIVE_INFINITY;
    for (const lane of lanes) {
      const at = lane.isOpen(now) ? null : lane.givenUpAt(now, patience);
      if (at === null) return null;
      last = Math.max(last, at);
    }
    return last;
  }

  /** What all requests end with: of an endpoint that was waited for, if there is one. */
  private finalError(): ModelError {
    const { lanes } = this.options;
    const lane = lanes.find((own) => !own.refuses && own.lastError !== null) ?? lanes[0];
    const error = lane?.lastError ?? new ModelError({ kind: 'unreachable', message: 'No endpoint is set.' });
    if (error.isEndpointWide) return error;
    return new ModelError({
      kind: 'unreachable',
      status: error.status,
      message: `No request was answered any more. The last error: ${error.message}`,
      cause: error,
    });
  }

  /**
   * Lets in who asked for room. Whoever was let in is taken to ask within this turn of the event loop, so as many as
   * there are free places go at once: replies come in bursts, and places left empty for a turn each would add up.
   */
  private letIn(): void {
    while (this.rooms.size > 0 && this.isRoomy()) {
      const [enter] = this.rooms;
      if (enter === undefined) return;
      if (this.promised === 0 && !this.isTurnEnding) this.endTurn();
      this.promised += 1;
      this.rooms.delete(enter);
      enter();
    }
  }

  private endTurn(): void {
    this.isTurnEnding = true;
    setImmediate(() => {
      this.isTurnEnding = false;
      this.promised = 0;
      this.advance();
    });
  }

  private isRoomy(): boolean {
    if (this.line.size > 0) return false;
    if (this.promised > 0) return this.limit - this.inFlight > this.promised;
    const now = this.options.clock.now();
    const last = this.givesUpAt(now);
    if (last !== null && last <= now) return true;
    return this.laneFor({ sequences: 1, avoided: null, group: null }, now) !== null;
  }

  /** Time alone may open an endpoint or end the patience; then it is looked again. */
  private setAlarm(now: number): void {
    const { lanes, clock } = this.options;
    const isWaitedFor = this.line.size > 0 || this.rooms.size > 0;
    const moments = [...lanes.map((lane) => lane.resumesAt), this.givesUpAt(now) ?? now];
    const at = isWaitedFor ? Math.min(...moments.filter((moment) => moment > now)) : Number.POSITIVE_INFINITY;
    if (this.alarm?.at === at) return;
    this.alarm?.controller.abort();
    this.alarm = null;
    if (at === Number.POSITIVE_INFINITY) return;
    const alarm = { at, controller: new AbortController() };
    this.alarm = alarm;
    clock.wait(at - now, alarm.controller.signal).then(
      () => {
        if (this.alarm === alarm) this.alarm = null;
        this.advance();
      },
      () => undefined,
    );
  }

  private tell(): void {
    if (this.isTelling || this.listeners.size === 0) return;
    this.isTelling = true;
    queueMicrotask(() => {
      this.isTelling = false;
      for (const listener of [...this.listeners]) listener();
    });
  }
}

function leastLoaded(lanes: readonly Lane[]): Lane | null {
  let least: Lane | null = null;
  for (const lane of lanes) if (least === null || lane.load < least.load) least = lane;
  return least;
}

/** Others are answered meanwhile, so what only this one runs into is no reason to stop them all. */
function ofRequestAlone(error: ModelError, attempts: number): ModelError {
  if (!error.isEndpointWide) return error;
  return new ModelError({
    kind: 'bad-request',
    status: error.status,
    message: `${error.message} This request was refused ${String(attempts)} times.`,
    cause: error,
  });
}
