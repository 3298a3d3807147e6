import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readJournal } from '../log/journalLines';
import { LogError, toLogError } from '../log/logError';
import { readObject, runFiles } from '../log/runFolders';
import { RunFold } from './runFold';
import { isRunOpen } from './runOpen';
import type { RunLimits } from './settings';
import type { PauseReason } from './stops';
import type { RunTotals, Spent } from './totals';

/** A run as its folder tells it. Plain data. */
export interface RunStatus {
  /** `interrupted`: no process works on it, and none said why it stopped. */
  readonly state: 'running' | 'paused' | 'finished' | 'interrupted';
  readonly pause: PauseReason | null;
  /** Usable rows; null until the input was read to its end. */
  readonly total: number | null;
  /** Whether the limit on items leaves rows out, which a higher one, or none, brings in. */
  readonly isMore: boolean;
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
  const fold = new RunFold();
  let unread = 0;
  for await (const event of readJournal(join(folder, runFiles.journal))) {
    signal?.throwIfAborted();
    if (event.type === 'event') fold.takeEvent(event);
    else unread += 1;
  }
  const { total, isMore, badRows, totals, spent, worked, limits, pause, isFinished } = fold;
  const isHeld = await isRunOpen(folder);
  const state = isHeld ? 'running' : isFinished ? 'finished' : pause === null ? 'interrupted' : 'paused';
  return {
    state,
    pause: isHeld ? null : pause,
    total,
    isMore,
    badRows,
    totals,
    spent,
    worked,
    limits,
    unread,
    settings: kept,
  };
}
