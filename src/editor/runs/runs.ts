import { dirname, join } from 'node:path';
import { datasetEnding } from '../../spar/datasets/datasetNames';
import { linkIn, placeOf } from '../../spar/log/links';
import { LogError } from '../../spar/log/logError';
import { newRunId } from '../../spar/log/runJournal';
import { ensureRunsIgnored, runFolder } from '../../spar/log/runFolders';
import type { Conclusion } from '../../spar/selfplay/plan/conduct';
import type { InputScan } from '../../spar/selfplay/plan/inputScan';
import { parsePlan, type RunPlan } from '../../spar/selfplay/plan/runPlan';
import { RunStore } from '../../spar/selfplay/runStore';
import { selfplayFiles } from '../../spar/selfplay/files';
import type { RunLimits } from '../../spar/selfplay/settings';
import { Emitter, type Disposable, type Event } from '../emitter';
import { RunFinder, type FoundRun, type RunPlace } from './findRuns';
import { forgiveBatches, leftBatches, type LeftBatches } from './leavingBatches';
import { LiveRun, type Conduct, type LiveState } from './liveRun';
import type { RunNotes } from './runNotes';
import { RunProblem } from './runProblem';
import type { OpenRunModels } from './runModels';
import { RunStatuses, type KnownStatus } from './runStatuses';

/** A run with all that is known of it. Plain data. */
export interface ShownRun {
  readonly found: FoundRun;
  readonly known: KnownStatus;
  /** Null for a run that this window does not work on. */
  readonly live: LiveState | null;
}

export interface NewRun {
  readonly plan: RunPlan;
  readonly scan: Pick<InputScan, 'shape'>;
  /** The `.spar` folder that the run is kept in. */
  readonly sparFolder: string;
}

export interface ResumeOptions {
  /** In place of those that hold; as they are unless told. */
  readonly limits?: RunLimits;
  /** Items that failed get another try. */
  readonly retryFailed?: boolean;
}

/** How work on a run went; told to a person where they should know. */
export type RunEnd =
  | {
      readonly kind: 'concluded';
      readonly folder: string;
      readonly conclusion: Conclusion;
      readonly plan: RunPlan;
    }
  | { readonly kind: 'broken'; readonly folder: string; readonly error: unknown };

export interface RunsOptions {
  readonly places: () => readonly RunPlace[];
  /** May ask the person; see `openRunModels`. */
  readonly openModels: (plan: RunPlan) => Promise<OpenRunModels>;
  /** Asks before a run goes on that nobody here began or agreed to, and before one leaves its batch files. */
  readonly askToWork: (plan: RunPlan, folder: string, left: LeftBatches | null) => Promise<boolean>;
  readonly isTrusted: () => boolean;
  readonly notes: RunNotes;
  readonly onEnd: (end: RunEnd) => void;
  /** Into the log. */
  readonly note: (message: string) => void;
  readonly conduct?: Conduct;
  readonly statuses?: RunStatuses;
}

/** The self-play runs of the window: those on its disk, and those of them that it works on. */
export class Runs implements Disposable {
  private readonly finder = new RunFinder();
  private readonly statuses: RunStatuses;
  private readonly live = new Map<string, LiveRun>();
  private readonly changed = new Emitter<string | null>();
  private found: readonly FoundRun[] = [];
  private looking: Promise<void> | null = null;
  private isWanted = false;
  private isClosed = false;

  /** The folder of a run that has changed; null: the list itself. */
  readonly onDidChange: Event<string | null> = this.changed.event;

  constructor(private readonly options: RunsOptions) {
    this.statuses = options.statuses ?? new RunStatuses();
    this.statuses.onDidChange((folder) => this.changed.fire(folder));
  }

  /** The newest first. */
  get all(): readonly ShownRun[] {
    return this.found.map((found) => this.show(found));
  }

  /** Those that this window works on. */
  get working(): readonly ShownRun[] {
    return this.all.filter(({ live }) => live !== null);
  }

  shown(folder: string): ShownRun | null {
    const found = this.found.find((run) => run.folder === folder);
    return found === undefined ? null : this.show(found);
  }

  /** Looks for runs; a call while one is under way is heard, too. */
  async look(): Promise<readonly ShownRun[]> {
    this.isWanted = true;
    this.looking ??= this.lookOn().finally(() => (this.looking = null));
    await this.looking;
    return this.all;
  }

  /** A file of the run has changed. */
  touch(folder: string): void {
    if (!this.found.some((run) => run.folder === folder)) void this.look();
    // What this window works on tells itself how it stands.
    else if (!this.live.has(folder)) this.statuses.refresh(folder);
  }

  /** Reads how a run stands now. */
  status(folder: string): Promise<KnownStatus> {
    return this.statuses.look(folder);
  }

  /**
   * Begins a run and works on it; resolves with its folder when it is on the disk.
   *
   * @throws RunProblem in Restricted Mode, or where the input is another than the plan was made for; LogError; what
   * opening its models throws.
   */
  async start({ plan, scan, sparFolder }: NewRun): Promise<string> {
    this.requireTrust();
    await requireAsRead(plan);
    const models = await this.options.openModels(plan);
    await ensureRunsIgnored(sparFolder);
    const folder = runFolder(sparFolder, newRunId(new Date()));
    const store = await RunStore.create(folder, { settings: plan });
    const run = this.begin(folder);
    try {
      await this.options.notes.agree(folder);
      await this.look();
    } catch (error) {
      await store.close();
      await this.finish(folder, run);
      throw error;
    }
    this.conduct(run, { store, plan, scan, ...models });
    return folder;
  }

  /**
   * Goes on with a run; resolves when it is worked on, false where the person would not have it.
   *
   * @throws RunProblem with what to do; LogError, `locked` while another window or terminal works on it.
   */
  async resume(folder: string, options: ResumeOptions = {}): Promise<boolean> {
    this.requireTrust();
    if (this.live.has(folder)) return true;
    const run = this.begin(folder);
    let store: RunStore | null = null;
    try {
      await requireNoLinks(folder);
      store = await RunStore.open(folder, { abort: run.signal, waitMs: lockWaitMs });
      const opened = await this.open(store, { run, options });
      if (opened === null) {
        await store.close();
        await this.finish(folder, run);
        return false;
      }
      this.conduct(run, { store, ...opened });
      return true;
    } catch (error) {
      // What went wrong is told; that it could not be closed cleanly is no more than that.
      await store?.close().catch(() => null);
      await this.finish(folder, run);
      if (run.signal.aborted) return false;
      throw error;
    }
  }

  /** Lets requests in flight come home, then stops. */
  pause(folder: string): void {
    this.live.get(folder)?.pause();
  }

  /** Pauses runs whose folder the window has left, and tells which; a person could not stop what nobody shows. */
  pauseLeft(): readonly ShownRun[] {
    const there = new Set(this.options.places().map(({ sparFolder }) => join(sparFolder)));
    const left = this.working.filter(({ found }) => !there.has(dirname(dirname(found.folder))));
    for (const { found } of left) this.pause(found.folder);
    return left;
  }

  /** Stops at once, and resolves when the run is closed. */
  async stop(folder: string): Promise<void> {
    const run = this.live.get(folder);
    run?.stop();
    await run?.ended;
  }

  /** The dataset that a run's pairs are in; null where its plan can't be read. */
  pairsOf(folder: string): string | null {
    const known = this.statuses.of(folder);
    if (known.state !== 'known') return null;
    return known.plan?.source.dataset ?? join(folder, selfplayFiles.pairs);
  }

  /** Runs that worked when the window went, and that nobody works on now. */
  async interrupted(): Promise<readonly ShownRun[]> {
    const { notes } = this.options;
    await this.look();
    const left: ShownRun[] = [];
    for (const folder of notes.working()) {
      if (this.live.has(folder)) continue;
      const known = this.shown(folder) === null ? null : await this.statuses.look(folder);
      const state = known?.state === 'known' ? known.status.state : null;
      const run = this.shown(folder);
      if (run === null || state === null || state === 'finished') await notes.end(folder);
      else if (state !== 'running') left.push(run);
    }
    return left;
  }

  /** Runs that are under way go on when the window is back. */
  dispose(): void {
    this.isClosed = true;
    for (const run of this.live.values()) run.stop();
    this.statuses.dispose();
    this.changed.dispose();
  }

  private show(found: FoundRun): ShownRun {
    const { folder } = found;
    return { found, known: this.statuses.of(folder), live: this.live.get(folder)?.state ?? null };
  }

  private requireTrust(): void {
    if (this.options.isTrusted()) return;
    throw new RunProblem(
      'Runs work in trusted folders only: a plan in a folder says what is sent where. Trust this workspace, then try again.',
    );
  }

  private begin(folder: string): LiveRun {
    const { conduct, note } = this.options;
    const run = new LiveRun({
      onChange: () => this.changed.fire(folder),
      onWarning: note,
      ...(conduct === undefined ? {} : { conduct }),
    });
    this.live.set(folder, run);
    this.changed.fire(folder);
    return run;
  }

  private async open(
    store: RunStore,
    { run, options }: { readonly run: LiveRun; readonly options: ResumeOptions },
  ): Promise<Omit<Parameters<LiveRun['work']>[0], 'store'> | null> {
    const { notes, askToWork, openModels } = this.options;
    const { folder } = store;
    const kept = parsePlan(await store.settings());
    if (kept === null)
      throw new RunProblem(
        `The run in ${folder} was begun by another version of SPaR, or its settings.json was changed. Go on with it where it was begun.`,
      );
    const { dataset } = kept.source;
    // A plan may come with a folder: nothing but a dataset is appended to, nor by a link with the name of one.
    if (dataset !== null && (await placeOf(dataset))?.endsWith(datasetEnding) !== true)
      throw new RunProblem(
        `The run in ${folder} would append its pairs to ${dataset}, which is no dataset of SPaR. Go on with it by “spar resume”, or start another run.`,
      );
    const limits = options.limits ?? store.limits ?? kept.limits;
    const left = await leftBatches(store, kept.source);
    const plan: RunPlan = { ...kept, limits };
    if ((left !== null || !(await notes.isAgreed(folder))) && !(await askToWork(plan, folder, left)))
      return null;
    await notes.agree(folder);
    const models = await openModels(plan);
    const scan = await this.sameInput(plan, run.signal);
    if (options.limits !== undefined) await store.noteLimits(limits);
    if (options.retryFailed === true) {
      const failed = [...store.failures.keys()];
      // First: an item that is tried again with its failures counted fails at once.
      await forgiveBatches(folder, failed);
      await store.retry(failed);
    }
    return { plan, scan, ...models };
  }

  /** @throws RunProblem where the input is not what the run was begun with. */
  private async sameInput(plan: RunPlan, signal: AbortSignal): Promise<InputScan> {
    const { scanPlanned } = await import('../../spar/selfplay/plan/inputScan');
    const scan = await scanPlanned(plan, signal);
    if (scan.kind === 'usable') return scan;
    throw new RunProblem(
      `${plan.source.input.path} has changed since the run was begun. Put the file back as it was, or start another run.`,
    );
  }

  private conduct(run: LiveRun, work: Parameters<LiveRun['work']>[0]): void {
    const { notes, onEnd, note } = this.options;
    const { folder } = work.store;
    const { plan } = work;
    const unnoted = (error: unknown): void =>
      note(`What the editor remembers of runs could not be kept: ${String(error)}`);
    void notes.begin(folder).catch(unnoted);
    void run
      .work(work)
      .then(
        (conclusion): RunEnd => ({ kind: 'concluded', folder, conclusion, plan }),
        (error: unknown): RunEnd => ({ kind: 'broken', folder, error }),
      )
      .then(async (end) => {
        if (!this.isClosed) await notes.end(folder).catch(unnoted);
        await this.finish(folder, run);
        if (!this.isClosed) onEnd(end);
      });
  }

  private async finish(folder: string, run: LiveRun): Promise<void> {
    if (!this.isClosed) await this.statuses.look(folder);
    this.live.delete(folder);
    this.changed.fire(folder);
    run.settle();
    if (!this.isClosed) void this.look();
  }

  private async lookOn(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      const inPlaces = await this.finder.find(this.options.places());
      const there = new Set(inPlaces.map(({ folder }) => folder));
      const gone = this.found.filter(({ folder }) => !there.has(folder));
      // What works is shown until it has ended, wherever it is.
      const found = [...inPlaces, ...gone.filter(({ folder }) => this.live.has(folder))];
      for (const { folder } of gone) if (!this.live.has(folder)) this.statuses.forget(folder);
      const isSame =
        found.length === this.found.length && found.every((run, at) => run.folder === this.found[at]?.folder);
      this.found = found;
      if (!isSame) this.changed.fire(null);
    }
  }
}

/** A person may have saved the input since it was read; a run over it could never be gone on with. */
async function requireAsRead({ source: { input } }: RunPlan): Promise<void> {
  const { sha256Of } = await import('../../spar/selfplay/plan/inputScan');
  if ((await sha256Of(input.path, new AbortController().signal)) === input.sha256) return;
  throw new RunProblem(
    `${input.path} has changed since it was read, so nothing was begun. Start the run again to have it read as it is now.`,
  );
}

/** A folder may come from anybody: what a run writes through a link lands in whatever file that leads to. */
async function requireNoLinks(folder: string): Promise<void> {
  const link = await linkIn(folder);
  if (link === null) return;
  throw new RunProblem(
    `The run in ${folder} would write through the link ${link}, which leads elsewhere. Put the file itself in its place, or go on with the run by “spar resume --trust” if the link is yours.`,
  );
}

/** The window that was reloaded may still be about to let go of a run. */
const lockWaitMs = 12_000;

/** Whether another window or a terminal works on the run. */
export function isHeldElsewhere(error: unknown): boolean {
  return error instanceof LogError && error.kind === 'locked';
}
