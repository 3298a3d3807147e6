import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from '../../spar/log/runFolders';
import { parsePlan, type RunPlan } from '../../spar/selfplay/plan/runPlan';
import { isRunOpen } from '../../spar/selfplay/runOpen';
import { readRunStatus, type RunStatus } from '../../spar/selfplay/runStatus';
import { Emitter, type Disposable, type Event } from '../emitter';

/** What is known of a run's folder. Plain data. */
export type KnownStatus =
  | { readonly state: 'reading' }
  | { readonly state: 'known'; readonly status: RunStatus; readonly plan: RunPlan | null }
  /** In words for a person. */
  | { readonly state: 'unreadable'; readonly reason: string };

export interface RunStatusesOptions {
  readonly read?: (folder: string, signal: AbortSignal) => Promise<RunStatus>;
  /** Runs the callback so many milliseconds later; a test runs it by hand. */
  readonly later?: (callback: () => void, milliseconds: number) => Disposable;
  readonly now?: () => number;
}

interface Entry {
  known: KnownStatus;
  /** Of the files as they were read; null before. */
  stamp: string | null;
  isWanted: boolean;
  isBusy: boolean;
  timer: Disposable | null;
}

const leastPauseMs = 400;
/** A journal of a hundred thousand items takes a second to read: it is not read all the time. */
const pausePerReading = 5;

/** How runs stand, read from their folders without opening them, again only where their files have changed. */
export class RunStatuses implements Disposable {
  private readonly entries = new Map<string, Entry>();
  private readonly changed = new Emitter<string>();
  private readonly stop = new AbortController();
  /** Folders are read one after the other. */
  private last: Promise<unknown> = Promise.resolve();

  /** The folder of a run of which something else is known now. */
  readonly onDidChange: Event<string> = this.changed.event;

  constructor(private readonly options: RunStatusesOptions = {}) {}

  of(folder: string): KnownStatus {
    const entry = this.entries.get(folder);
    if (entry !== undefined) return entry.known;
    this.refresh(folder);
    return reading;
  }

  /** Looks whether the run's files have changed; at once, or once the pause after the last reading is over. */
  refresh(folder: string): void {
    const entry = this.entry(folder);
    entry.isWanted = true;
    if (!entry.isBusy && entry.timer === null) void this.work(folder, entry);
  }

  /** As `refresh`, and resolves with what is known then. */
  async look(folder: string): Promise<KnownStatus> {
    const entry = this.entry(folder);
    await this.read(folder, entry);
    return entry.known;
  }

  forget(folder: string): void {
    this.entries.get(folder)?.timer?.dispose();
    this.entries.delete(folder);
  }

  dispose(): void {
    this.stop.abort(new Error('the window is closed'));
    for (const folder of [...this.entries.keys()]) this.forget(folder);
    this.changed.dispose();
  }

  private hasStopped(): boolean {
    return this.stop.signal.aborted;
  }

  private entry(folder: string): Entry {
    const known = this.entries.get(folder);
    if (known !== undefined) return known;
    const fresh: Entry = { known: reading, stamp: null, isWanted: false, isBusy: false, timer: null };
    this.entries.set(folder, fresh);
    return fresh;
  }

  private async work(folder: string, entry: Entry): Promise<void> {
    const { now = () => performance.now(), later = afterMs } = this.options;
    entry.isWanted = false;
    entry.isBusy = true;
    const began = now();
    await this.read(folder, entry);
    entry.isBusy = false;
    if (this.entries.get(folder) !== entry) return;
    entry.timer = later(
      () => {
        entry.timer = null;
        if (entry.isWanted) void this.work(folder, entry);
      },
      Math.max(leastPauseMs, pausePerReading * (now() - began)),
    );
  }

  private read(folder: string, entry: Entry): Promise<void> {
    const reading = this.last.then(() => this.readNow(folder, entry));
    this.last = reading;
    return reading;
  }

  /** Never fails. */
  private async readNow(folder: string, entry: Entry): Promise<void> {
    if (this.hasStopped()) return;
    const stamp = await stampOf(folder);
    if (stamp === entry.stamp && !(await hasDied(folder, entry.known))) return;
    const { read = readRunStatus } = this.options;
    try {
      const status = await read(folder, this.stop.signal);
      entry.known = { state: 'known', status, plan: parsePlan(status.settings) };
    } catch (error) {
      if (this.hasStopped()) return;
      entry.known = { state: 'unreadable', reason: error instanceof Error ? error.message : String(error) };
    }
    entry.stamp = stamp;
    if (this.entries.get(folder) === entry) this.changed.fire(folder);
  }
}

const reading: KnownStatus = { state: 'reading' };

/** A process that is killed changes no file. */
async function hasDied(folder: string, known: KnownStatus): Promise<boolean> {
  return known.state === 'known' && known.status.state === 'running' && !(await isRunOpen(folder));
}

async function stampOf(folder: string): Promise<string> {
  // A lock is touched every other second as long as it is held; only that it is there tells anything.
  const lock = `${runFiles.lock}.lock`;
  const stamps = await Promise.all(
    [runFiles.settings, runFiles.journal, lock].map((name) =>
      stat(join(folder, name)).then(
        ({ size, mtimeMs }) => (name === lock ? 'held' : `${size}@${mtimeMs}`),
        () => '-',
      ),
    ),
  );
  return stamps.join(' ');
}

function afterMs(callback: () => void, milliseconds: number): Disposable {
  const timer = setTimeout(callback, milliseconds);
  return { dispose: () => clearTimeout(timer) };
}
