import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJournal } from '../log/journalLines';
import { isProcessAlive, isSameMachine, parseOwner } from '../log/lockOwner';
import { LogError, toLogError } from '../log/logError';
import { readObject, runFiles } from '../log/runFolders';
import type { ItemSummary } from './itemResult';
import { itemEventSchema, limitsSchema, pausedSchema, rowSchema, spentSchema } from './journalEvents';
import type { RunLimits } from './settings';
import type { PauseReason } from './stops';
import { TotalsFold, type RunTotals, type Spent } from './totals';

/** A run as its folder tells it. Plain data. */
export interface RunStatus {
  /** `interrupted`: no process works on it, and none said why it stopped. */
  readonly state: 'running' | 'paused' | 'finished' | 'interrupted';
  readonly pause: PauseReason | null;
  /** Usable rows; null until the input was read to its end. */
  readonly total: number | null;
  readonly badRows: number;
  readonly totals: RunTotals;
  readonly spent: Spent;
  /** Milliseconds of work as last written down, pauses left out. */
  readonly worked: number;
  /** Limits that came after those of the settings; null where none did. */
  readonly limits: RunLimits | null;
  /** Lines of the journal that could not be read. */
  readonly unread: number;
  /** As they were given; of any shape. */
  readonly settings: unknown;
}

/**
 * Reads how a run stands without opening it, so also while a process works on it.
 *
 * @throws LogError, `not-found` where the folder holds no run; `signal.reason`.
 */
export async function readRunStatus(folder: string, signal?: AbortSignal): Promise<RunStatus> {
  const file = join(folder, runFiles.settings);
  try {
    await stat(file);
  } catch (error) {
    throw toLogError(error, 'read the run', folder);
  }
  const kept = (await readObject(file)).get('settings');
  if (typeof kept !== 'object' || kept === null || !('kind' in kept) || kept.kind !== 'selfplay') {
    const message = `${folder} holds no self-play run. Give the folder of one.`;
    throw new LogError({ kind: 'wrong-type', path: folder, message });
  }
  const fold = new StatusFold();
  for await (const event of readJournal(join(folder, runFiles.journal))) {
    signal?.throwIfAborted();
    if (event.type === 'event') fold.take(event.kind, event.payload);
    else fold.unread += 1;
  }
  const { paused, isFinished } = fold;
  const isHeld = await isRunOpen(folder);
  const state = isHeld ? 'running' : isFinished ? 'finished' : paused === null ? 'interrupted' : 'paused';
  return {
    state,
    pause: isHeld ? null : paused,
    total: fold.total,
    badRows: fold.badRows,
    totals: fold.totals.totals,
    spent: fold.spent,
    worked: fold.worked,
    limits: fold.limits,
    unread: fold.unread,
    settings: kept,
  };
}

/** Whether a process has the run open, as far as its lock tells. Never fails. */
export async function isRunOpen(folder: string): Promise<boolean> {
  const lock = await readFile(join(folder, `${runFiles.lock}.lock`), 'utf8').catch(() => null);
  const owner = lock === null ? null : parseOwner(lock);
  // Of another machine's process nothing can be told, so its word is taken.
  return owner !== null && (!isSameMachine(owner) || isProcessAlive(owner.pid));
}

class StatusFold {
  readonly totals = new TotalsFold();
  spent: Spent = {};
  worked = 0;
  total: number | null = null;
  badRows = 0;
  unread = 0;
  limits: RunLimits | null = null;
  paused: PauseReason | null = null;
  isFinished = false;
  private lastBadPlace = 0;
  private readonly done = new Set<number>();
  private readonly failed = new Map<number, ItemSummary>();

  take(kind: string, payload: unknown): void {
    switch (kind) {
      case 'item': {
        const event = itemEventSchema.safeParse(payload);
        if (!event.success) return;
        this.takeItem(event.data.summary);
        this.spent = event.data.spent;
        return;
      }
      case 'row': {
        const row = rowSchema.safeParse(payload);
        if (!row.success || row.data.place <= this.lastBadPlace) return;
        this.lastBadPlace = row.data.place;
        this.badRows += 1;
        return;
      }
      case 'spent': {
        const event = spentSchema.safeParse(payload);
        if (!event.success) return;
        this.spent = event.data.spent;
        this.worked = event.data.milliseconds;
        return;
      }
      case 'input':
        this.total = rowsSchema.safeParse(payload).data?.rows ?? this.total;
        return;
      case 'paused':
        this.paused = pausedSchema.safeParse(payload).data ?? null;
        return;
      case 'resumed':
        this.paused = null;
        this.isFinished = false;
        return;
      case 'finished':
        this.paused = null;
        this.isFinished = true;
        return;
      case 'limits':
        this.limits = limitsSchema.safeParse(payload).data ?? this.limits;
        return;
      case 'retry':
        for (const item of retrySchema.safeParse(payload).data?.items ?? []) this.forget(item);
    }
  }

  private takeItem(summary: ItemSummary): void {
    const { index } = summary;
    const earlier = this.failed.get(index);
    if (earlier !== undefined) this.totals.remove(earlier);
    else if (this.done.has(index)) return;
    this.totals.add(summary);
    this.done.add(index);
    if (summary.status === 'failed') this.failed.set(index, summary);
    else this.failed.delete(index);
  }

  private forget(index: number): void {
    const summary = this.failed.get(index);
    if (summary === undefined) return;
    this.totals.remove(summary);
    this.failed.delete(index);
    this.done.delete(index);
  }
}

const rowsSchema = z.object({ rows: z.number() });
const retrySchema = z.object({ items: z.array(z.number()) });
