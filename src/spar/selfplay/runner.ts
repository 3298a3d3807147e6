import { setMaxListeners } from 'node:events';
import type { ChatModel, Usage } from '../models/chatModel';
import { withRecordedReplies, type ReplyStore } from '../models/recorded';
import { ModelError } from '../models/modelError';
import { startTimer } from '../models/timer';
import type { Prompts } from '../refiner/prompts';
import type { Constraint } from '../verifiers/constraint';
import type { BadRow, RunItem } from './item';
import type { Stage } from './itemResult';
import { progressOf, type RunProgress } from './progress';
import { PairRelease } from './release';
import { runItem, type ItemPorts } from './runItem';
import type { RunStore } from './runStore';
import type { RunSettings } from './settings';
import { reasonOf, type PauseReason } from './stops';
import { totalCost, totalUsage, withUsage, type Spent } from './totals';
import { WorkGate } from './workGate';

/** A model as a run asks it: many items at once, the first of them first. */
export interface RunModel {
  /**
   * The model for an item; requests of items with smaller numbers go before those of others, and those of one group to
   * one endpoint where that has room.
   */
  at(priority: number, group?: string): ChatModel;
  /** Resolves when a further item could be begun without making others wait. @throws the signal's reason. */
  hasRoom(signal: AbortSignal): Promise<void>;
}

export interface AnswerSource {
  /** Those of an item. @throws LogError; ModelError `waiting` where the item is not to be gone on with yet. */
  of(item: number): Promise<Pick<ReplyStore, 'get'>>;
}

export interface RunDependencies {
  readonly store: RunStore;
  readonly settings: RunSettings;
  /** The rows of the input, from the first, each time it is called. */
  readonly rows: (signal: AbortSignal) => AsyncIterable<RunItem | BadRow>;
  /** Null: answers come from the rows. */
  readonly actor: RunModel | null;
  /** Null: rules alone. */
  readonly refiner: RunModel | null;
  readonly prompts: Prompts;
  readonly evolve: ItemPorts['evolve'];
  /** Replies that came by another way than from these models, as in batch files. */
  readonly answers?: AnswerSource;
  /** Most items under way, where the models do not bound them. */
  readonly mostItems?: number;
  /** Told when an item goes into a stage. */
  readonly onStage?: (item: number, stage: Stage) => void;
  readonly constraintsOf: (instruction: string) => readonly Constraint[];
  readonly overlapOf: (instruction: string) => string | null;
  /** Name of the input, for the records. */
  readonly input: string;
  /** The dataset that pairs go to; in the run's folder unless told. */
  readonly dataset?: string;
  /** When the run was begun. */
  readonly created: Date;
  readonly now?: () => number;
}

export interface RunControl {
  /** Stops at once; requests in flight are given up. */
  readonly signal: AbortSignal;
  /** Stops when requests in flight have come home; what has not been sent is not. */
  readonly pause?: AbortSignal;
  /**
   * How long a pause waits for requests in flight, in milliseconds. Unless told, twice as long as the longest took so
   * far, at least 10 s and at most 60 s: a server that hangs must not hold a pause up.
   */
  readonly patienceMs?: number;
  /** At most a few times a second. */
  readonly onProgress?: (progress: RunProgress) => void;
}

export type RunEnding =
  { readonly kind: 'finished' } | { readonly kind: 'paused'; readonly reason: PauseReason };

/** With rules alone nothing waits for a server; more would only hold more in memory. */
const itemsByRules = 4;
const progressEveryMs = 250;
/**
 * What was paid for stands beside the next reply; where none comes, as after a request that was given up, it is noted
 * by itself after this time.
 */
const unwrittenForMs = 100;
/** The time that a run has worked is noted so often. */
const noteEveryMs = 1000;

/**
 * Works on a run until its input is done, a limit is reached, an endpoint is lost, or it is told to stop. Can be called
 * again on the same folder, by the same process or another one: what was done stays done, and what was paid for is not
 * paid for again.
 *
 * @throws LogError where not even the pause could be written down; what nobody foresaw; `signal.reason` never: a stop
 * is an ending.
 */
export function workOn(dependencies: RunDependencies, control: RunControl): Promise<RunEnding> {
  return new Runner(dependencies, control).work();
}

class Runner {
  private readonly stop = new AbortController();
  private readonly gate = new WorkGate();
  private readonly release: PairRelease;
  private readonly underWay = new Map<number, Promise<void>>();
  private readonly stageOf = new Map<number, Stage>();
  private readonly now: () => number;
  private readonly began: number;
  private readonly workedBefore: number;
  private spent: Spent;
  private pausing: PauseReason | null = null;
  /** What went wrong inside SPaR; the run must not end as if its items were done. */
  private broken: { readonly error: unknown } | null = null;
  private closing: Promise<void> | null = null;
  private lastProgress = Number.NEGATIVE_INFINITY;
  private notedSpent: Spent;
  private notedAt: number;
  /** Stages of which more was paid for than any line says. */
  private readonly unwritten = new Set<Stage>();
  private finishedHere = 0;
  /** Items whose replies come later. */
  private waiting = 0;

  constructor(
    private readonly given: RunDependencies,
    private readonly control: RunControl,
  ) {
    // A run has hundreds of calls that listen to its stop, which is no leak.
    setMaxListeners(0, this.stop.signal);
    this.now = given.now ?? (() => performance.now());
    this.began = this.now();
    this.workedBefore = given.store.worked;
    this.spent = given.store.spent;
    this.notedSpent = this.spent;
    this.notedAt = this.began;
    this.release = new PairRelease(given.store, {
      created: given.created,
      ...(given.dataset === undefined ? {} : { dataset: given.dataset }),
    });
  }

  async work(): Promise<RunEnding> {
    const { store } = this.given;
    const { signal, pause } = this.control;
    const leave = [
      listen(signal, () => this.pauseFor({ kind: 'asked' }, 0)),
      listen(pause, () => this.pauseFor({ kind: 'asked' })),
    ];
    const callOff = this.timeLimit();
    const noting = setInterval(() => void this.noteSpent(), unwrittenForMs);
    try {
      if (store.pause !== null || store.isFinished) await store.noteResumed();
      await this.release.begin();
      await this.release.release();
      this.checkLimits();
      // Again where results were found to be damaged meanwhile, whose items had had their turn.
      for (let lost = -1; lost < store.lost && !this.isPausing;) {
        ({ lost } = store);
        await this.begin();
        await Promise.all(this.underWay.values());
        await this.release.release();
      }
    } catch (error) {
      // What the stop itself broke off is no further reason for one.
      if (!this.stop.signal.aborted) this.pauseOver(error, this.control.signal, 0);
    } finally {
      callOff?.();
      clearInterval(noting);
      for (const off of leave) off();
    }
    await this.closing;
    await Promise.allSettled(this.underWay.values());
    if (this.broken !== null) throw this.broken.error;
    return this.end();
  }

  /** Takes rows as long as there is room. */
  private async begin(): Promise<void> {
    const { store, rows, settings } = this.given;
    const { signal } = this.stop;
    let taken = 0;
    let isMore = false;
    for await (const row of rows(signal)) {
      if (this.pausing !== null) return;
      if ('reason' in row) {
        await store.refuse(row);
        continue;
      }
      isMore = taken >= (settings.limits.items ?? Number.POSITIVE_INFINITY);
      if (isMore) break;
      taken += 1;
      if (store.isDone(row.index)) continue;
      await this.room();
      // The wait may have been for a pause.
      if (this.isPausing) return;
      this.start(row);
    }
    await store.noteTotal(taken, isMore);
  }

  private get isPausing(): boolean {
    return this.pausing !== null;
  }

  private async room(): Promise<void> {
    const { actor, refiner } = this.given;
    const { signal } = this.stop;
    const most = this.given.mostItems ?? (actor === null && refiner === null ? itemsByRules : Infinity);
    try {
      while (this.underWay.size >= most) await Promise.race(this.underWay.values());
      await actor?.hasRoom(signal);
      if (refiner !== actor) await refiner?.hasRoom(signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  private start(item: RunItem): void {
    const work = this.item(item).finally(() => {
      this.underWay.delete(item.index);
      this.stageOf.delete(item.index);
    });
    this.underWay.set(item.index, work);
    work.catch(() => undefined);
  }

  private async item(item: RunItem): Promise<void> {
    const { store, actor, refiner, settings, prompts, constraintsOf, overlapOf, evolve, input } = this.given;
    try {
      const own = store.replies.of(item.index, () => this.takeUnwritten());
      const recorded = this.keeping(own, await this.given.answers?.of(item.index));
      const model = (of: RunModel | null): ChatModel | null =>
        of === null
          ? null
          : withRecordedReplies(this.gate.through(of.at(item.index, item.id)), { store: recorded });
      const result = await runItem(item, {
        settings,
        actor: model(actor),
        refiner: model(refiner),
        prompts,
        evolve,
        constraintsOf,
        overlapOf,
        source: { file: input, run: store.id },
        signal: this.stop.signal,
        onStage: (stage) => {
          this.stageOf.set(item.index, stage);
          this.given.onStage?.(item.index, stage);
          this.tell();
        },
        onUsage: (stage, usage) => this.book(stage, usage),
        now: this.now,
      });
      await store.finish(result, this.spent);
      this.finishedHere += 1;
      this.release.advance((error) => this.pauseOver(error, this.stop.signal));
      this.tell();
    } catch (error) {
      if (this.stop.signal.aborted) return;
      if (error instanceof ModelError && error.kind === 'waiting') this.waiting += 1;
      else this.pauseOver(error, this.stop.signal);
    }
  }

  /** A reply that can't be kept stops the run before anything is made of it. */
  private keeping(replies: ReplyStore, answers: Pick<ReplyStore, 'get'> | undefined): ReplyStore {
    return {
      get: (key) => replies.get(key) ?? answers?.get(key),
      put: async (key, reply) => {
        try {
          await replies.put(key, reply);
        } catch (error) {
          this.pauseOver(error, this.stop.signal, 0);
          throw error;
        }
      },
    };
  }

  private book(stage: Stage, usage: Usage): void {
    this.spent = withUsage(this.spent, stage, usage);
    this.unwritten.add(stage);
    this.checkLimits();
    this.tell();
  }

  private takeUnwritten(): Spent | null {
    if (this.unwritten.size === 0) return null;
    const spent = Object.fromEntries([...this.unwritten].map((stage) => [stage, this.spent[stage]]));
    this.unwritten.clear();
    return spent;
  }

  private checkLimits(): void {
    const { limits, search } = this.given.settings;
    const { promptTokens, completionTokens } = totalUsage(this.spent);
    const cost = totalCost(this.spent, search.price);
    if (limits.tokens !== undefined && promptTokens + completionTokens >= limits.tokens)
      this.pauseFor({ kind: 'limit', limit: 'tokens' });
    else if (limits.cost !== undefined && cost !== null && cost >= limits.cost)
      this.pauseFor({ kind: 'limit', limit: 'cost' });
    else if (limits.milliseconds !== undefined && this.worked >= limits.milliseconds)
      this.pauseFor({ kind: 'limit', limit: 'time' });
  }

  private timeLimit(): (() => void) | null {
    const { milliseconds } = this.given.settings.limits;
    if (milliseconds === undefined) return null;
    const left = Math.max(0, milliseconds - this.workedBefore);
    return startTimer(left, () => this.pauseFor({ kind: 'limit', limit: 'time' }));
  }

  private get worked(): number {
    return this.workedBefore + (this.now() - this.began);
  }

  /** Lets requests in flight come home, then stops the items. The first reason counts. */
  private pauseFor(reason: PauseReason, patienceMs = this.control.patienceMs ?? this.patience()): void {
    if (this.pausing !== null && patienceMs > 0) return;
    this.pausing ??= reason;
    this.tell(true);
    const stopNow = (): void => this.stop.abort(new Error('the run is paused'));
    if (patienceMs === 0) stopNow();
    this.closing = this.gate.close(patienceMs).then(stopNow);
  }

  private patience(): number {
    return Math.min(60_000, Math.max(10_000, 2 * this.gate.longestMs));
  }

  private pauseOver(error: unknown, signal: AbortSignal, patienceMs?: number): void {
    const reason = reasonOf(error, signal);
    if (reason === null) this.broken ??= { error };
    this.pauseFor(reason ?? { kind: 'asked' }, patienceMs);
  }

  private async end(): Promise<RunEnding> {
    const { store } = this.given;
    await this.release.note();
    await store.noteSpent(this.spent, this.worked);
    const { waiting: items } = this;
    const reason = this.pausing ?? (items > 0 ? ({ kind: 'answers', items } as const) : null);
    if (reason === null) await store.noteFinished();
    else await store.notePause(reason);
    const ending: RunEnding = reason === null ? { kind: 'finished' } : { kind: 'paused', reason };
    this.tell(true, ending);
    return ending;
  }

  private async noteSpent(): Promise<void> {
    const isDue = this.spent !== this.notedSpent && this.now() - this.notedAt >= noteEveryMs;
    if (this.unwritten.size === 0 && !isDue) return;
    this.unwritten.clear();
    this.notedSpent = this.spent;
    this.notedAt = this.now();
    try {
      await this.given.store.noteSpent(this.spent, this.worked);
    } catch (error) {
      this.pauseOver(error, this.stop.signal, 0);
    }
  }

  private tell(isCertain = false, ending: RunEnding | null = null): void {
    const now = this.now();
    if (this.control.onProgress === undefined) return;
    if (!isCertain && now - this.lastProgress < progressEveryMs) return;
    this.lastProgress = now;
    const { store, settings } = this.given;
    this.control.onProgress(
      progressOf({
        state: ending?.kind ?? (this.pausing === null ? 'running' : 'pausing'),
        pause: this.pausing,
        total: store.total,
        badRows: store.badRows,
        totals: store.totals,
        stages: [...this.stageOf.values()],
        spent: this.spent,
        price: settings.search.price,
        worked: this.worked,
        finishedHere: this.finishedHere,
        workedHere: now - this.began,
        requests: this.gate.requests,
      }),
    );
  }
}

function listen(signal: AbortSignal | undefined, listener: () => void): () => void {
  if (signal === undefined) return () => undefined;
  if (signal.aborted) listener();
  signal.addEventListener('abort', listener, { once: true });
  return () => signal.removeEventListener('abort', listener);
}
