import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { BatchedLog } from '../log/batchedLog';
import { jsonLine, parseJson } from '../log/jsonLine';
import { journalVersion, type JournalEvent, type UnreadJournalLine } from '../log/journalLines';
import { LogError } from '../log/logError';
import { RunJournal, type RunOptions } from '../log/runJournal';
import type { BadRow } from './item';
import type { ItemResult, ItemStatus, ItemSummary } from './itemResult';
import {
  itemEventSchema,
  limitsSchema,
  pausedSchema,
  rowSchema,
  segmentSchema,
  spentSchema,
} from './journalEvents';
import { selfplayFiles } from './files';
import { RunReplies } from './replies';
import type { RunLimits } from './settings';
import type { PauseReason } from './stops';
import { laterSpent, TotalsFold, type RunTotals, type Spent } from './totals';

export { selfplayFiles };

export interface RunStoreOptions extends RunOptions {
  readonly segmentBytes?: number;
  readonly abort?: AbortSignal;
}

/** An item's result on the disk. */
interface OutcomePlace {
  readonly offset: number;
  readonly length: number;
}

interface Done extends OutcomePlace {
  readonly examples: number;
}

/** What a run was begun with, besides its settings. */
export interface RunStart {
  readonly settings: unknown;
}

/**
 * A run on the disk. Of each item that is done it holds a few numbers in memory; the results themselves lie in
 * `outcomes.jsonl`. Everything that is told as done is on the disk.
 */
export class RunStore {
  private readonly places = new Map<number, Done>();
  /** Last results of items that may be tried again. */
  private readonly failed = new Map<number, ItemSummary>();
  private readonly fold = new TotalsFold();
  private readonly segments = new Map<number, readonly number[]>();
  private spentSoFar: Spent = {};
  private workedMs = 0;
  private lastBadPlace = 0;
  private badRowCount = 0;
  private rows: number | null = null;
  private newLimits: RunLimits | null = null;
  private paused: PauseReason | null = null;
  private finishedWhole = false;
  private readonly damage: UnreadJournalLine[] = [];

  private constructor(
    private readonly journal: RunJournal,
    readonly replies: RunReplies,
    private readonly outcomes: BatchedLog,
  ) {}

  /** @throws LogError, `wrong-type` where the folder holds a run. */
  static async create(folder: string, start: RunStart, options: RunStoreOptions = {}): Promise<RunStore> {
    return RunStore.over(await RunJournal.createIn(folder, start.settings, options), options);
  }

  /**
   * Opens a run to go on with it: reads what is done, and the recorded replies of what is not.
   *
   * @throws LogError, `locked` while another process has the run open, `not-found`; `signal.reason`.
   */
  static async open(folder: string, options: RunStoreOptions = {}): Promise<RunStore> {
    return RunStore.over(await RunJournal.openIn(folder, options), options);
  }

  private static async over(journal: RunJournal, options: RunStoreOptions): Promise<RunStore> {
    try {
      const held = { ...options, lock: journal.lock };
      const replies = await RunReplies.open(join(journal.folder, selfplayFiles.replies), {
        ...held,
        onSegment: (segment, openItems) => journal.append('segment', { segment, open: openItems }),
      });
      const outcomes = new BatchedLog(join(journal.folder, selfplayFiles.outcomes), held);
      const store = new RunStore(journal, replies, outcomes);
      await store.readJournal(options.abort);
      return store;
    } catch (error) {
      await journal.close();
      throw error;
    }
  }

  get folder(): string {
    return this.journal.folder;
  }

  get id(): string {
    return this.journal.id;
  }

  settings(): Promise<unknown> {
    return this.journal.settings();
  }

  get totals(): RunTotals {
    return this.fold.totals;
  }

  /** What was paid for before this process, as far as it was written down. */
  get spent(): Spent {
    return this.spentSoFar;
  }

  /** Time that the run has worked, in milliseconds. */
  get worked(): number {
    return this.workedMs;
  }

  get badRows(): number {
    return this.badRowCount;
  }

  /** Usable rows of the input; null until it was read to its end. */
  get total(): number | null {
    return this.rows;
  }

  /** Limits that came after those of the settings; null where none did. */
  get limits(): RunLimits | null {
    return this.newLimits;
  }

  get pause(): PauseReason | null {
    return this.paused;
  }

  get isFinished(): boolean {
    return this.finishedWhole;
  }

  /** Lines of the journal that could not be read. */
  get unread(): readonly UnreadJournalLine[] {
    return this.damage;
  }

  isDone(item: number): boolean {
    return this.places.has(item);
  }

  /** Items that failed and can be tried again, with what is known of them. */
  get failures(): ReadonlyMap<number, ItemSummary> {
    return this.failed;
  }

  /** Items that are done, in the order of the input, with how many refiner's examples each has. */
  *done(): Generator<{ readonly index: number; readonly examples: number }> {
    const inOrder = Float64Array.from(this.places.keys()).sort();
    for (const index of inOrder) yield { index, examples: this.places.get(index)?.examples ?? 0 };
  }

  /** Items that ended so, in the order of the input; read from the journal. @throws LogError */
  async ended(statuses: readonly ItemStatus[]): Promise<readonly ItemSummary[]> {
    const found = new Map<number, ItemSummary>();
    for await (const event of this.journal.read()) {
      const item = event.type === 'event' && event.kind === 'item' ? event.payload : null;
      const parsed = item === null ? null : itemEventSchema.safeParse(item);
      if (parsed?.success !== true) continue;
      const { summary } = parsed.data;
      if (statuses.includes(summary.status)) found.set(summary.index, summary);
      else found.delete(summary.index);
    }
    const still = [...found.values()].filter(({ index }) => this.places.has(index));
    return still.sort((a, b) => a.index - b.index);
  }

  /** Rows that can't be used, in the order in which they were met; read from the journal. @throws LogError */
  async refused(): Promise<readonly BadRow[]> {
    const rows: BadRow[] = [];
    for await (const event of this.journal.read()) {
      if (event.type !== 'event' || event.kind !== 'row') continue;
      const parsed = rowSchema.safeParse(event.payload);
      if (parsed.success) rows.push(parsed.data);
    }
    return rows;
  }

  /** Keeps an item's result; resolves when it is on the disk. @throws LogError */
  async finish(result: ItemResult, spent: Spent): Promise<void> {
    const { summary, pairs, examples, overlap } = result;
    const { index } = summary;
    const line = jsonLine({ spar: journalVersion, item: index, pairs, examples, overlap }, ['spar', 'item']);
    const outcome = await this.outcomes.add(line);
    await this.journal.append('item', { summary, outcome, spent });
    this.take(summary, outcome);
    this.replies.release(index);
  }

  /** Notes a row that can't be used; one that is known is not noted again. @throws LogError */
  async refuse(row: BadRow): Promise<void> {
    if (row.place <= this.lastBadPlace) return;
    await this.journal.append('row', row);
    this.takeRow(row);
  }

  /** @throws LogError */
  async noteTotal(rows: number): Promise<void> {
    if (this.rows === rows) return;
    await this.journal.append('input', { rows });
    this.rows = rows;
  }

  /** Writes down what was paid for and how long the run has worked. @throws LogError */
  async noteSpent(spent: Spent, milliseconds: number): Promise<void> {
    await this.journal.append('spent', { spent, milliseconds });
    this.spentSoFar = spent;
    this.workedMs = milliseconds;
  }

  /** @throws LogError */
  async notePause(reason: PauseReason): Promise<void> {
    await this.journal.append('paused', reason);
    this.paused = reason;
  }

  /** @throws LogError */
  async noteResumed(): Promise<void> {
    await this.journal.append('resumed', {});
    this.paused = null;
    this.finishedWhole = false;
  }

  /** @throws LogError */
  async noteFinished(): Promise<void> {
    await this.journal.append('finished', {});
    this.finishedWhole = true;
    this.paused = null;
  }

  /** Replaces the limits that the run was begun with. @throws LogError */
  async noteLimits(limits: RunLimits): Promise<void> {
    await this.journal.append('limits', limits);
    this.newLimits = limits;
  }

  /** Gives items that failed another try. @throws LogError */
  async retry(items: readonly number[]): Promise<void> {
    const again = items.filter((item) => this.failed.has(item));
    if (again.length === 0) return;
    await this.journal.append('retry', { items: again });
    this.forget(again);
    await this.loadReplies(new Set(again));
  }

  /** Replaces `summary.json`. @throws LogError */
  writeSummary(summary: unknown): Promise<void> {
    return this.journal.writeSummary(summary);
  }

  /** An item's result; undefined for one that is not done. @throws LogError where it can't be read. */
  async result(item: number): Promise<Omit<ItemResult, 'summary'> | undefined> {
    const place = this.places.get(item);
    if (place === undefined) return undefined;
    const path = join(this.folder, selfplayFiles.outcomes);
    const handle = await open(path, 'r');
    try {
      const bytes = Buffer.alloc(place.length);
      await handle.read(bytes, 0, place.length, place.offset);
      const parsed = parseJson(bytes.toString('utf8'));
      const value = parsed.ok ? parsed.value : null;
      if (typeof value === 'object' && value !== null && 'item' in value && value.item === item)
        return value as unknown as Omit<ItemResult, 'summary'>;
    } finally {
      await handle.close();
    }
    const message = `The result of item ${item} in ${path} can't be read. Retry the item; its replies are kept.`;
    throw new LogError({ kind: 'wrong-type', path, message });
  }

  async close(): Promise<void> {
    await this.outcomes.settle();
    await this.replies.close();
    await this.journal.close();
  }

  private async readJournal(signal: AbortSignal | undefined): Promise<void> {
    for await (const event of this.journal.read()) {
      signal?.throwIfAborted();
      if (event.type === 'event') this.takeEvent(event);
      else this.damage.push(event);
    }
    await this.loadReplies(null, signal);
    const { open: openItems, segment } = this.replies;
    if (openItems.length > 0) await this.journal.append('segment', { segment, open: openItems });
  }

  private takeEvent({ kind, payload }: JournalEvent): void {
    const read = <Value>(schema: z.ZodType<Value>): Value | null => {
      const parsed = schema.safeParse(payload);
      return parsed.success ? parsed.data : null;
    };
    switch (kind) {
      case 'item': {
        const event = read(itemEventSchema);
        if (event === null) return;
        this.take(event.summary, event.outcome);
        this.spentSoFar = laterSpent(this.spentSoFar, event.spent);
        return;
      }
      case 'row': {
        const row = read(rowSchema);
        if (row !== null) this.takeRow(row);
        return;
      }
      case 'segment': {
        const event = read(segmentSchema);
        if (event !== null) this.segments.set(event.segment, event.open);
        return;
      }
      case 'spent': {
        const event = read(spentSchema);
        if (event === null) return;
        this.spentSoFar = laterSpent(this.spentSoFar, event.spent);
        this.workedMs = event.milliseconds;
        return;
      }
      case 'input':
        this.rows = read(z.object({ rows: z.number() }))?.rows ?? this.rows;
        return;
      case 'paused':
        this.paused = read(pausedSchema);
        return;
      case 'resumed':
        this.paused = null;
        this.finishedWhole = false;
        return;
      case 'finished':
        this.finishedWhole = true;
        this.paused = null;
        return;
      case 'limits':
        this.newLimits = read(limitsSchema) ?? this.newLimits;
        return;
      case 'retry':
        this.forget(read(z.object({ items: z.array(z.number()) }))?.items ?? []);
    }
  }

  private take(summary: ItemSummary, outcome: OutcomePlace): void {
    const { index, status } = summary;
    const earlier = this.failed.get(index);
    if (earlier !== undefined) this.fold.remove(earlier);
    else if (this.places.has(index)) return;
    this.fold.add(summary);
    this.places.set(index, { ...outcome, examples: summary.examples });
    if (status === 'failed') this.failed.set(index, summary);
    else this.failed.delete(index);
  }

  private takeRow({ place }: BadRow): void {
    this.lastBadPlace = Math.max(this.lastBadPlace, place);
    this.badRowCount += 1;
  }

  private forget(items: readonly number[]): void {
    for (const item of items) {
      const summary = this.failed.get(item);
      if (summary === undefined) continue;
      this.fold.remove(summary);
      this.failed.delete(item);
      this.places.delete(item);
    }
  }

  /**
   * Reads the segments that hold replies of items that are not done, or of those given. A segment's successor names
   * the items that were open when it was begun; without that it has to be read.
   */
  private async loadReplies(only: ReadonlySet<number> | null, signal?: AbortSignal): Promise<void> {
    const isWanted = (item: number): boolean => (only === null ? !this.isDone(item) : only.has(item));
    const { segments } = this.replies;
    for (const [at, segment] of segments.entries()) {
      const next = segments[at + 1];
      const openAfter = next === undefined ? undefined : this.segments.get(next);
      const isNeeded = only !== null || openAfter === undefined || openAfter.some(isWanted);
      if (isNeeded) await this.replies.load(segment, isWanted, signal);
    }
  }
}
