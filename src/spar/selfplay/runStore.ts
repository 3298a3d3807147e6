import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { BatchedLog } from '../log/batchedLog';
import { jsonLine, parseJson } from '../log/jsonLine';
import { journalVersion, type UnreadJournalLine } from '../log/journalLines';
import { errorCode, toLogError } from '../log/logError';
import { RunJournal, type RunOptions } from '../log/runJournal';
import type { BadRow } from './item';
import type { ItemResult, ItemStatus, ItemSummary } from './itemResult';
import { itemEventSchema, rowSchema } from './journalEvents';
import { selfplayFiles } from './files';
import { summariesOf, UnreadableResult } from './lostResults';
import { RunReplies } from './replies';
import { RunFold, type OutcomePlace } from './runFold';
import type { RunLimits } from './settings';
import type { PauseReason } from './stops';
import { laterSpent, type RunTotals, type Spent } from './totals';

export { selfplayFiles };

export interface RunStoreOptions extends RunOptions {
  readonly segmentBytes?: number;
  readonly abort?: AbortSignal;
}

/** What did not become a pair, in the order of the input. */
export interface RunLeftovers {
  readonly items: readonly ItemSummary[];
  /** Rows that can't be used. */
  readonly rows: readonly BadRow[];
}

type KeptResult = Omit<ItemResult, 'summary'>;

/** A result holds a few texts and votes; what claims to be longer is damaged. */
const mostBytes = 1 << 28;
/** Of one line of the journal. */
const mostLost = 100;

/** An item that is done, with how many pairs and refiner's examples it has. */
export interface DoneItem {
  readonly index: number;
  readonly pairs: number;
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
  private readonly fold = new RunFold();
  private readonly damage: UnreadJournalLine[] = [];
  private reading: FileHandle | null = null;
  private lostHere = 0;

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
    return this.fold.spent;
  }

  /** Time that the run has worked, in milliseconds. */
  get worked(): number {
    return this.fold.worked;
  }

  get badRows(): number {
    return this.fold.badRows;
  }

  /** Usable rows of the input; null until it was read to its end. */
  get total(): number | null {
    return this.fold.total;
  }

  /** Whether the limit on items left rows out, as far as is known. */
  get isMore(): boolean {
    return this.fold.isMore;
  }

  /** Limits that came after those of the settings; null where none did. */
  get limits(): RunLimits | null {
    return this.fold.limits;
  }

  get pause(): PauseReason | null {
    return this.fold.pause;
  }

  get isFinished(): boolean {
    return this.fold.isFinished;
  }

  /** Lines of the journal that could not be read. */
  get unread(): readonly UnreadJournalLine[] {
    return this.damage;
  }

  isDone(item: number): boolean {
    return this.fold.places.has(item);
  }

  /** Items that failed and can be tried again, with what is known of them. */
  get failures(): ReadonlyMap<number, ItemSummary> {
    return this.fold.failed;
  }

  /** Results that this process found to be damaged, and took back. */
  get lost(): number {
    return this.lostHere;
  }

  /** Items that were given another try, or whose results were lost. */
  get retried(): readonly number[] {
    return [...this.fold.retried];
  }

  /** Items, from the first, whose pairs are in the dataset as far as was written down. */
  get released(): number {
    return this.fold.released;
  }

  /** In the order of the input. */
  *done(): Generator<DoneItem> {
    const { places } = this.fold;
    const inOrder = Float64Array.from(places.keys()).sort();
    for (const index of inOrder) {
      const { examples = 0, pairs = 0 } = places.get(index) ?? {};
      yield { index, examples, pairs };
    }
  }

  /** Items that ended so, and rows that can't be used; read from the journal at once. @throws LogError */
  async leftovers(statuses: readonly ItemStatus[]): Promise<RunLeftovers> {
    const items = new Map<number, ItemSummary>();
    const rows = new Map<number, BadRow>();
    for await (const event of this.journal.read()) {
      if (event.type !== 'event') continue;
      if (event.kind === 'row') {
        const row = rowSchema.safeParse(event.payload);
        if (row.success) rows.set(row.data.place, row.data);
      } else if (event.kind === 'item') {
        const item = itemEventSchema.safeParse(event.payload);
        const summary = item.data?.summary;
        if (summary === undefined) continue;
        if (statuses.includes(summary.status)) items.set(summary.index, summary);
        else items.delete(summary.index);
      }
    }
    const still = [...items.values()].filter(({ index }) => this.isDone(index));
    return {
      items: still.sort((a, b) => a.index - b.index),
      rows: [...rows.values()].sort((a, b) => a.place - b.place),
    };
  }

  /** Keeps an item's result; resolves when it is on the disk. @throws LogError */
  async finish(result: ItemResult, spent: Spent): Promise<void> {
    const { summary, pairs, examples, overlap } = result;
    const { index } = summary;
    const line = jsonLine({ spar: journalVersion, item: index, pairs, examples, overlap }, ['spar', 'item']);
    const outcome = await this.outcomes.add(line);
    await this.journal.append('item', { summary, outcome, spent });
    this.fold.takeItem(summary, outcome);
    this.fold.spent = laterSpent(this.fold.spent, spent);
    this.replies.release(index);
  }

  /** Notes a row that can't be used; one that is known is not noted again. @throws LogError */
  async refuse(row: BadRow): Promise<void> {
    if (this.fold.knowsRow(row)) return;
    await this.journal.append('row', row);
    this.fold.takeRow(row);
  }

  /**
   * Notes how many usable rows there are, and whether the limit on items leaves further ones out.
   *
   * @throws LogError
   */
  async noteTotal(rows: number, isMore = this.fold.isMore): Promise<void> {
    if (this.fold.total === rows && this.fold.isMore === isMore) return;
    await this.journal.append('input', { rows, more: isMore });
    this.fold.total = rows;
    this.fold.isMore = isMore;
  }

  /** Writes down what was paid for and how long the run has worked. @throws LogError */
  async noteSpent(spent: Spent, milliseconds: number): Promise<void> {
    await this.journal.append('spent', { spent, milliseconds });
    this.fold.spent = spent;
    this.fold.worked = milliseconds;
  }

  /** Writes down that the pairs of so many items, from the first, are in the dataset. @throws LogError */
  async noteReleased(items: number): Promise<void> {
    await this.journal.append('released', { items });
    this.fold.released = items;
  }

  /** @throws LogError */
  async notePause(reason: PauseReason): Promise<void> {
    await this.journal.append('paused', reason);
    this.fold.pause = reason;
  }

  /** @throws LogError */
  async noteResumed(): Promise<void> {
    await this.journal.append('resumed', {});
    this.fold.pause = null;
    this.fold.isFinished = false;
  }

  /** @throws LogError */
  async noteFinished(): Promise<void> {
    await this.journal.append('finished', {});
    this.fold.isFinished = true;
    this.fold.pause = null;
  }

  /** Replaces the limits that the run was begun with. @throws LogError */
  async noteLimits(limits: RunLimits): Promise<void> {
    await this.journal.append('limits', limits);
    this.fold.limits = limits;
  }

  /** Gives items that failed another try. @throws LogError */
  async retry(items: readonly number[]): Promise<void> {
    const again = items.filter((item) => this.fold.failed.has(item));
    if (again.length === 0) return;
    await this.journal.append('retry', { items: again });
    this.fold.forget(again);
    await this.loadReplies(new Set(again));
  }

  /** Replaces `summary.json`. @throws LogError */
  writeSummary(summary: unknown): Promise<void> {
    return this.journal.writeSummary(summary);
  }

  /**
   * An item's result; undefined for one that is not done.
   *
   * @throws UnreadableResult where it is damaged; LogError where the file can't be read.
   */
  async result(item: number): Promise<KeptResult | undefined> {
    const place = this.fold.places.get(item);
    if (place === undefined) return undefined;
    const result = await this.resultAt(item, place);
    if (result === null) throw new UnreadableResult(item, join(this.folder, selfplayFiles.outcomes));
    return result;
  }

  /**
   * Looks at all results and takes back those that are damaged, so that their items are worked out again: over the
   * replies that are recorded, which costs nothing.
   *
   * @returns how many they are.
   * @throws LogError
   */
  async loseUnreadable(): Promise<number> {
    // Another file may stand in its place by now.
    await this.reading?.close();
    this.reading = null;
    const lost = new Set<number>();
    for (const [item, place] of [...this.fold.places])
      if ((await this.resultAt(item, place)) === null) lost.add(item);
    const summaries = lost.size === 0 ? [] : await summariesOf(lost, this.journal.read());
    for (let at = 0; at < summaries.length; at += mostLost) {
      const items = summaries.slice(at, at + mostLost);
      await this.journal.append('lost', { items });
      this.fold.lose(items);
    }
    this.lostHere += summaries.length;
    if (lost.size > 0) await this.loadReplies(lost);
    return summaries.length;
  }

  async close(): Promise<void> {
    await this.outcomes.settle();
    await this.reading?.close();
    await this.replies.close();
    await this.journal.close();
  }

  /** Null for one that is damaged, or gone. */
  private async resultAt(item: number, { offset, length }: OutcomePlace): Promise<KeptResult | null> {
    if (length > mostBytes) return null;
    const path = join(this.folder, selfplayFiles.outcomes);
    const bytes = Buffer.alloc(length);
    try {
      this.reading ??= await open(path, 'r');
      await this.reading.read(bytes, 0, length, offset);
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return null;
      throw toLogError(error, 'read the results', path);
    }
    const parsed = parseJson(bytes.toString('utf8'));
    const value = parsed.ok ? parsed.value : null;
    const isOwn = typeof value === 'object' && value !== null && 'item' in value && value.item === item;
    return isOwn ? (value as unknown as KeptResult) : null;
  }

  private async readJournal(signal: AbortSignal | undefined): Promise<void> {
    for await (const event of this.journal.read()) {
      signal?.throwIfAborted();
      if (event.type === 'event') this.fold.takeEvent(event);
      else this.damage.push(event);
    }
    await this.loadReplies(null, signal);
    const { open: openItems, segment } = this.replies;
    if (openItems.length > 0) await this.journal.append('segment', { segment, open: openItems });
  }

  /**
   * Reads the segments that hold replies of items that are not done, or of those given. A segment's successor names
   * the items that were open when it was begun; without that it has to be read.
   */
  private async loadReplies(only: ReadonlySet<number> | null, signal?: AbortSignal): Promise<void> {
    const isWanted = (item: number): boolean => (only === null ? !this.isDone(item) : only.has(item));
    const { segments } = this.replies;
    let spent: Spent = {};
    let isTold = false;
    for (const [at, segment] of [...segments.entries()].reverse()) {
      const next = segments[at + 1];
      const openAfter = next === undefined ? undefined : this.fold.segments.get(next);
      const isNeeded = only !== null || openAfter === undefined || openAfter.some(isWanted);
      // The last replies of all tell what was paid for.
      if (!isNeeded && isTold) continue;
      const told = await this.replies.load(segment, isWanted, signal);
      isTold ||= told !== null;
      spent = laterSpent(spent, told ?? {});
    }
    this.fold.spent = laterSpent(this.fold.spent, spent);
  }
}
