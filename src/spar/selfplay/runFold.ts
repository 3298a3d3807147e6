import { z } from 'zod';
import type { JournalEvent } from '../log/journalLines';
import type { BadRow } from './item';
import type { ItemSummary } from './itemResult';
import {
  inputSchema,
  itemEventSchema,
  limitsSchema,
  lostSchema,
  pausedSchema,
  releasedSchema,
  retrySchema,
  rowSchema,
  segmentSchema,
  spentSchema,
} from './journalEvents';
import type { RunLimits } from './settings';
import type { PauseReason } from './stops';
import { laterSpent, TotalsFold, type RunTotals, type Spent } from './totals';

/** Where an item's result lies in `outcomes.jsonl`, in bytes. */
export interface OutcomePlace {
  readonly offset: number;
  readonly length: number;
}

interface Done extends OutcomePlace {
  readonly examples: number;
  readonly pairs: number;
}

/** What the journal of a run comes to, event by event: for the run that goes on as for who only looks at it. */
export class RunFold {
  /** What was paid for, as far as it was written down. */
  spent: Spent = {};
  /** Milliseconds of work, pauses left out. */
  worked = 0;
  /** Usable rows of the input; null until it was read to its end. */
  total: number | null = null;
  /** Whether the limit on items leaves rows out. */
  isMore = false;
  /** Limits that came after those of the settings; null where none did. */
  limits: RunLimits | null = null;
  pause: PauseReason | null = null;
  isFinished = false;
  /** Items, from the first, whose pairs are in the dataset. */
  released = 0;
  /** Results of items that are done, in the order in which they were. */
  readonly places = new Map<number, Done>();
  /** Last results of items that may be tried again. */
  readonly failed = new Map<number, ItemSummary>();
  /** Items that were given another try, or whose results were lost. */
  readonly retried = new Set<number>();
  /** Of each segment of replies: items whose replies lie in earlier ones. */
  readonly segments = new Map<number, readonly number[]>();
  private readonly fold = new TotalsFold();
  /** Each by itself: a damaged line takes one out of the midst of them. */
  private readonly badPlaces = new Set<number>();

  get totals(): RunTotals {
    return this.fold.totals;
  }

  /** Rows that can't be used. */
  get badRows(): number {
    return this.badPlaces.size;
  }

  /** What can't be read as the event that it says it is counts as nothing. */
  takeEvent({ kind, payload }: JournalEvent): void {
    const read = <Value>(schema: z.ZodType<Value>): Value | null => {
      const parsed = schema.safeParse(payload);
      return parsed.success ? parsed.data : null;
    };
    switch (kind) {
      case 'item': {
        const event = read(itemEventSchema);
        if (event === null) return;
        this.takeItem(event.summary, event.outcome);
        this.spent = laterSpent(this.spent, event.spent);
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
        this.spent = laterSpent(this.spent, event.spent);
        this.worked = event.milliseconds;
        return;
      }
      case 'input': {
        const event = read(inputSchema);
        this.total = event?.rows ?? this.total;
        this.isMore = event?.more ?? this.isMore;
        return;
      }
      case 'released':
        this.released = read(releasedSchema)?.items ?? this.released;
        return;
      case 'paused':
        this.pause = read(pausedSchema);
        return;
      case 'resumed':
        this.pause = null;
        this.isFinished = false;
        return;
      case 'finished':
        this.isFinished = true;
        this.pause = null;
        return;
      case 'limits':
        this.limits = read(limitsSchema) ?? this.limits;
        return;
      case 'retry':
        this.forget(read(retrySchema)?.items ?? []);
        return;
      case 'lost':
        this.lose(read(lostSchema)?.items ?? []);
    }
  }

  /** An item's first result counts, or the one after it was given another try. */
  takeItem(summary: ItemSummary, { offset, length }: OutcomePlace): void {
    const { index, status } = summary;
    const earlier = this.failed.get(index);
    if (earlier !== undefined) this.fold.remove(earlier);
    else if (this.places.has(index)) return;
    this.fold.add(summary);
    this.places.set(index, { offset, length, examples: summary.examples, pairs: summary.pairs.length });
    if (status === 'failed') this.failed.set(index, summary);
    else this.failed.delete(index);
  }

  /** Whether a row is one that was met already. */
  knowsRow({ place }: BadRow): boolean {
    return this.badPlaces.has(place);
  }

  takeRow(row: BadRow): void {
    this.badPlaces.add(row.place);
  }

  /** Takes back results that were counted, so that their items are not done. */
  lose(summaries: readonly ItemSummary[]): void {
    for (const summary of summaries) {
      const { index } = summary;
      if (!this.places.delete(index)) continue;
      this.fold.remove(summary);
      this.failed.delete(index);
      this.retried.add(index);
      this.isFinished = false;
    }
  }

  /** Gives failed items another try. */
  forget(items: readonly number[]): void {
    for (const item of items) {
      const summary = this.failed.get(item);
      if (summary === undefined) continue;
      this.fold.remove(summary);
      this.failed.delete(item);
      this.places.delete(item);
      this.retried.add(item);
    }
  }
}
