import { z } from 'zod';
import { readJournal } from '../../log/journalLines';
import type { BadRow } from '../item';
import type { ItemStatus, ItemSummary, PairSummary } from '../itemResult';
import {
  itemEventSchema,
  limitsSchema,
  lostSchema,
  pausedSchema,
  rowSchema,
  spentSchema,
} from '../journalEvents';
import type { RunLimits } from '../settings';
import type { PauseReason } from '../stops';
import { laterSpent, totalUsage, type Spent } from '../totals';

/** What is kept of an item: some 200 bytes. */
export interface DoneItem {
  readonly place: number;
  readonly status: ItemStatus;
  readonly reason: string;
  readonly drawn: number;
  readonly failing: number;
  readonly tokens: number;
  readonly milliseconds: number;
  readonly pairs: readonly PairSummary[];
  /** Of its result among the outcomes, in bytes. */
  readonly offset: number;
  readonly length: number;
}

const mostReasonCharacters = 500;
const mostReasons = 10_000;
export const mostRefused = 100;

/** What a journal tells, read once from its beginning to where it ends now. */
export class JournalPass {
  /** By index; of an item that was tried again the last result. */
  readonly items = new Map<number, DoneItem>();
  /** The first rows that could not be used. */
  readonly refused: BadRow[] = [];
  /** Of all rows that could not be used, their reasons. */
  readonly refusals = new Map<string, number>();
  refusedCount = 0;
  total: number | null = null;
  /** Index of the last item that was begun or done, as far as it is known; -1: none. */
  lastIndex = -1;
  spent: Spent = {};
  worked = 0;
  pause: PauseReason | null = null;
  /** That came after those of the settings; null where none did. */
  limits: RunLimits | null = null;
  isFinished = false;
  /** Lines that could not be read, or that say nothing this version knows. */
  unread = 0;
  private lastBadPlace = 0;
  /** Equal reasons are one string. */
  private readonly reasons = new Map<string, string>();

  /** @throws LogError; `signal.reason`. */
  async read(file: string, signal: AbortSignal): Promise<void> {
    for await (const event of readJournal(file, { signal })) {
      if (event.type === 'event') this.take(event.kind, event.payload);
      // The last line may be on its way to the disk.
      else if (event.type !== 'torn') this.unread += 1;
    }
  }

  private take(kind: string, payload: unknown): void {
    const read = <Value>(schema: z.ZodType<Value>): Value | null => {
      const parsed = schema.safeParse(payload);
      if (!parsed.success) this.unread += 1;
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
      case 'segment':
        for (const index of read(openSchema)?.open ?? []) this.lastIndex = Math.max(this.lastIndex, index);
        return;
      case 'spent': {
        const event = read(spentSchema);
        if (event === null) return;
        this.spent = laterSpent(this.spent, event.spent);
        this.worked = event.milliseconds;
        return;
      }
      case 'input':
        this.total = read(rowsSchema)?.rows ?? this.total;
        return;
      case 'paused':
        this.pause = read(pausedSchema);
        return;
      case 'resumed':
        this.pause = null;
        this.isFinished = false;
        return;
      case 'finished':
        this.pause = null;
        this.isFinished = true;
        return;
      case 'limits':
        this.limits = read(limitsSchema) ?? this.limits;
        return;
      case 'retry':
        for (const item of read(retrySchema)?.items ?? [])
          if (this.items.get(item)?.status === 'failed') this.items.delete(item);
        return;
      case 'lost':
        for (const { index } of read(lostSchema)?.items ?? []) this.items.delete(index);
        this.isFinished = false;
    }
  }

  private takeItem(
    summary: ItemSummary,
    outcome: { readonly offset: number; readonly length: number },
  ): void {
    const { index, place, status, answers, usage, milliseconds, pairs } = summary;
    const earlier = this.items.get(index);
    if (earlier !== undefined && earlier.status !== 'failed') return;
    const { promptTokens, completionTokens } = totalUsage(usage);
    this.lastIndex = Math.max(this.lastIndex, index);
    this.items.set(index, {
      place,
      status,
      reason: this.oneReason(summary.reason),
      drawn: answers.drawn,
      failing: answers.failing,
      tokens: promptTokens + completionTokens,
      milliseconds,
      pairs,
      ...outcome,
    });
  }

  private takeRow({ place, reason }: BadRow): void {
    if (place <= this.lastBadPlace) return;
    this.lastBadPlace = place;
    this.refusedCount += 1;
    const kept = this.oneReason(reason);
    if (this.refused.length < mostRefused) this.refused.push({ place, reason: kept });
    this.refusals.set(kept, (this.refusals.get(kept) ?? 0) + 1);
  }

  private oneReason(given: string): string {
    // A cut string would hold on to the whole one.
    const reason =
      given.length > mostReasonCharacters
        ? `${Buffer.from(given.slice(0, mostReasonCharacters), 'utf8').toString('utf8')}…`
        : given;
    const known = this.reasons.get(reason);
    if (known !== undefined) return known;
    if (this.reasons.size < mostReasons) this.reasons.set(reason, reason);
    return reason;
  }
}

const count = z.number().int().min(0);
const openSchema = z.object({ open: z.array(count) });
const rowsSchema = z.object({ rows: count });
const retrySchema = z.object({ items: z.array(count) });
