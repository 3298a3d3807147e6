import { join } from 'node:path';
import { LogError } from '../../log/logError';
import { batchLimits } from '../../models/batch/format';
import type { BatchProvider } from '../../models/batch/provider';
import { systemClock, type Clock } from '../../models/clock';
import { ModelError } from '../../models/modelError';
import type { Stage } from '../itemResult';
import { workOn, type RunControl, type RunDependencies, type RunEnding } from '../runner';
import type { PauseReason } from '../stops';
import { totalCost, totalUsage } from '../totals';
import { ShardAnswers, shardsOf, usualTries } from './answerSource';
import type { AnswerShards } from './answerShards';
import { AtProviders, type Look } from './atProviders';
import { batchFolder } from './batchFiles';
import type { BatchJournal } from './batchJournal';
import { bookSpent, Collection, type RefusedLines } from './collection';
import { openBatchJournal } from './lostFiles';
import { Noting, type BatchTarget, type ProviderPlace } from './noting';
import { RequestFiles, type Allowance } from './requestFiles';
import { Submission } from './submission';

export interface BatchDependencies extends Omit<
  RunDependencies,
  'actor' | 'refiner' | 'answers' | 'mostItems' | 'onStage'
> {
  /** Null: answers come from the rows. */
  readonly actor: BatchTarget | null;
  /** Null: rules alone. */
  readonly refiner: BatchTarget | null;
  /** For targets with an address. */
  readonly providerAt: (place: ProviderPlace) => BatchProvider;
}

export interface BatchOptions {
  /** Most of one file; the format's limits unless told. */
  readonly limits?: { readonly rows?: number; readonly bytes?: number };
  /** After so many files that brought no reply a draw counts as failed; 3 unless told. */
  readonly tries?: number;
  /** False: ends where it would have to wait for a provider. */
  readonly wait?: boolean;
  /** Cancels what is under way at providers, takes in what came of it, and asks for nothing more. */
  readonly cancel?: boolean;
  /** Milliseconds between two looks at a provider's batches: from the first to the longest. */
  readonly pollMs?: { readonly first: number; readonly most: number };
  readonly clock?: Clock;
  readonly onBatches?: (progress: BatchProgress) => void;
  readonly onRefused?: (refused: RefusedLines) => void;
  /** What a person should know and that stops nothing, as a sentence. */
  readonly onWarning?: (words: string) => void;
}

/** Where the files of a round stand. Plain data. */
export interface BatchProgress {
  readonly doing: Look['doing'];
  readonly round: number;
  /** Of the files that are open. */
  readonly files: number;
  readonly rows: number;
  readonly served: Look['served'];
  readonly states: Look['states'];
}

/**
 * Works on a run by batch files: all items are run over the replies that are there, what they ask is written into files,
 * the answers become replies, and all items are run again, until none asks. Files go to a batch endpoint, or lie in the
 * run's folder for any engine; then it ends, paused for `answers`, and goes on when it is called again.
 *
 * @throws as `workOn`.
 */
export async function workInBatches(
  dependencies: BatchDependencies,
  options: BatchOptions,
  control: RunControl,
): Promise<RunEnding> {
  const folder = join(dependencies.store.folder, batchFolder);
  const shards = shardsOf(dependencies.store.folder);
  const journal = await openBatchJournal({ folder, shards, onWarning: options.onWarning });
  try {
    return await new Rounds({ dependencies, options, control, folder, journal, shards }).work();
  } finally {
    await journal.settle();
  }
}

interface Parts {
  readonly dependencies: BatchDependencies;
  readonly options: BatchOptions;
  readonly control: RunControl;
  readonly folder: string;
  readonly journal: BatchJournal;
  readonly shards: AnswerShards;
}

const usualPollMs = { first: 5000, most: 60_000 };
/** With rules and recorded replies alone nothing waits but the disk. */
const itemsAtOnce = 16;
/** Of a reply before any of its stage was seen; as searches guess (`search/ledger.ts`). */
const guessedReplyTokens = 300;

class Rounds {
  private readonly signal: AbortSignal;
  private readonly collection: Collection;
  private readonly providers: AtProviders;

  constructor(private readonly parts: Parts) {
    const { dependencies, control, folder, journal, shards, options } = parts;
    const { store, providerAt } = dependencies;
    const { wait = true, cancel = false, pollMs = usualPollMs, clock = systemClock } = options;
    const { onRefused, onWarning } = options;
    const signal = AbortSignal.any([control.signal, ...(control.pause === undefined ? [] : [control.pause])]);
    this.signal = signal;
    this.collection = new Collection({ folder, store, journal, shards, signal, onRefused, onWarning });
    this.providers = new AtProviders({
      journal,
      submission: new Submission({ folder, run: store.id, journal, providerAt, signal, clock }),
      collection: this.collection,
      wait,
      cancel,
      pollMs,
      clock,
      signal,
      onLook: (look) => this.tell(look),
      onWarning: (words) => onWarning?.(words),
    });
  }

  async work(): Promise<RunEnding> {
    const { store } = this.parts.dependencies;
    await bookSpent(store, this.parts.journal);
    for (;;) {
      const reason = await this.settle().catch((error: unknown) => this.pauseOver(error));
      if (reason !== null) return this.pauseFor(reason);
      const ending = await this.pass().catch((error: unknown) => this.pausedOver(error));
      if (ending.kind === 'finished' || ending.reason.kind !== 'answers') return ending;
    }
  }

  /** Takes in what answers there are, until the items can be run again; why they can't, else null. */
  private async settle(): Promise<PauseReason | null> {
    const { journal, options } = this.parts;
    const reason = await this.providers.settle();
    if (reason !== null) return reason;
    if (options.cancel === true) return { kind: 'asked' };
    const { isNew, problem } = await this.collection.takeLying();
    if (problem !== null) return { kind: 'endpoint', message: problem };
    const { open } = journal;
    if (open.length === 0 || isNew) return null;
    return { kind: 'answers', items: (await this.collection.itemsOf(open)).size };
  }

  /** Runs all items that can go on, and writes down what they ask. */
  private async pass(): Promise<RunEnding> {
    const { dependencies, options, control, folder, journal, shards } = this.parts;
    const { actor, refiner, ...shared } = dependencies;
    const tries = options.tries ?? usualTries;
    const held = await this.collection.itemsOf(journal.open);
    const answers = new ShardAnswers(shards, { tries, isHeld: (item) => held.has(item) });
    const files = new RequestFiles({
      folder,
      round: journal.round + 1,
      firstFile: journal.lastNumber + 1,
      limits: { ...batchLimits, ...options.limits },
      without: (model) => journal.without(model),
      ...this.allowance(),
    });
    const stageOf = new Map<number, Stage>();
    const noting = new Noting({
      answersOf: (item) => answers.known(item),
      stageOf: (item) => stageOf.get(item) ?? 'search',
      take: (notes) => {
        for (const { item } of notes) stageOf.delete(item);
        files.take(notes);
      },
      hasRoom: () => files.drained(),
      tries,
    });
    const modelOf = (target: BatchTarget | null) => (target === null ? null : noting.model(target));
    try {
      const ending = await workOn(
        {
          ...shared,
          actor: modelOf(actor),
          refiner: modelOf(refiner),
          answers,
          mostItems: itemsAtOnce,
          onStage: (item, stage) => stageOf.set(item, stage),
        },
        control,
      );
      if (ending.kind === 'finished' || ending.reason.kind !== 'answers') {
        await files.drop();
        return ending;
      }
      const written = await files.finish();
      if (written.length > 0) await journal.note({ kind: 'round', files: written });
      else if (files.limitReached !== null)
        return await this.pauseFor({ kind: 'limit', limit: files.limitReached });
      return ending;
    } catch (error) {
      await files.drop();
      throw error;
    }
  }

  private allowance(): { readonly allowance?: Allowance } {
    const { limits, search } = this.parts.dependencies.settings;
    if (limits.tokens === undefined && limits.cost === undefined) return {};
    const { spent } = this.parts.dependencies.store;
    const { promptTokens, completionTokens } = totalUsage(spent);
    const { price } = search;
    return {
      allowance: {
        tokens: (limits.tokens ?? Infinity) - promptTokens - completionTokens,
        cost: (limits.cost ?? Infinity) - (totalCost(spent, price) ?? 0),
        price,
        replyTokens: (stage) => {
          const seen = spent[stage];
          return seen === undefined || seen.sequences === 0
            ? guessedReplyTokens
            : seen.completionTokens / seen.sequences;
        },
      },
    };
  }

  private async pauseFor(reason: PauseReason): Promise<RunEnding> {
    await this.parts.dependencies.store.notePause(reason);
    return { kind: 'paused', reason };
  }

  private async pausedOver(error: unknown): Promise<RunEnding> {
    return this.pauseFor(this.pauseOver(error));
  }

  private pauseOver(error: unknown): PauseReason {
    if (this.signal.aborted) return { kind: 'asked' };
    if (error instanceof ModelError) return { kind: 'endpoint', message: error.message };
    if (error instanceof LogError) return { kind: 'disk', message: error.message };
    throw error;
  }

  private tell({ doing, files, served, states }: Look): void {
    this.parts.options.onBatches?.({
      doing,
      round: this.parts.journal.round,
      files: files.length,
      rows: files.reduce((sum, { rows }) => sum + rows, 0),
      served,
      states,
    });
  }
}
