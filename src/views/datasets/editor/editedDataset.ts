import { setImmediate as nextTurn } from 'node:timers/promises';
import { Emitter, type Disposable } from '../../../editor/emitter';
import { linesForEdits, type DatasetEdit } from '../../../spar/datasets/edits';
import { foldLines, type RecordState } from '../../../spar/datasets/recordState';
import type { AboutLine } from '../../../spar/datasets/schema';
import { undoEdits } from '../../../spar/datasets/undo';
import { LogError } from '../../../spar/log/logError';
import type { RecordTable } from './recordTable';

export interface EditedDatasetPorts {
  readonly path: string;
  readonly table: RecordTable;
  /** One durable append; rejects with nothing added. */
  readonly append: (lines: readonly AboutLine[], options: WorkOptions) => Promise<void>;
  readonly now?: () => Date;
}

export interface WorkOptions {
  readonly signal?: AbortSignal;
  /** Share of the work that is done, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/** One edit as the editor's undo stack holds it. Both do nothing where there is nothing to do any more. */
export interface EditStep {
  undo(options?: WorkOptions): Promise<void>;
  redo(options?: WorkOptions): Promise<void>;
}

/** Lines that belong together, in the order in which they were made. */
interface Bundle {
  readonly lines: readonly AboutLine[];
  isSaved: boolean;
}

/**
 * A dataset with edits that are not saved yet. Each edit is at once the very lines that a save will add; until
 * then the table counts them as if they were there. Undone before a save the lines are dropped, after it lines
 * that take them back wait for the next save.
 */
export class EditedDataset implements Disposable {
  private bundles: readonly Bundle[] = [];
  private byRecord = new Map<string, AboutLine[]>();
  /** Lines on the disk of the records that are about to be edited, read together. */
  private saved: ReadonlyMap<string, readonly AboutLine[]> = new Map();
  private last: Promise<unknown> = Promise.resolve();
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly ports: EditedDatasetPorts) {}

  /** Lines that the next save adds, in order. */
  get pending(): readonly AboutLine[] {
    return this.bundles.flatMap(({ lines }) => lines);
  }

  get pendingCount(): number {
    return this.bundles.reduce((sum, { lines }) => sum + lines.length, 0);
  }

  get table(): RecordTable {
    return this.ports.table;
  }

  get path(): string {
    return this.ports.path;
  }

  isUnsaved(id: string): boolean {
    return this.byRecord.has(id);
  }

  /** The lines about a record, those that are not saved yet included. */
  linesAbout(id: string): readonly AboutLine[] {
    const saved = this.saved.get(id) ?? this.table.linesAbout(id);
    const pending = this.byRecord.get(id);
    return pending === undefined ? saved : [...saved, ...pending];
  }

  /**
   * Makes edits of records that are there, all or none; null where there are none to make.
   *
   * @throws LogError, `unwritable` where more would wait than memory should hold; `signal.reason` when aborted.
   */
  async apply(edits: readonly DatasetEdit[], options: WorkOptions = {}): Promise<EditStep | null> {
    if (edits.length === 0) return null;
    if (this.pendingCount + edits.length > mostPending) throw tooMany(this.path, this.pendingCount);
    const step = new Step(edits, {
      make: (given, work) => this.make(given, work),
      takeBack: (lines, work) => this.takeBack(lines, work),
      drop: (bundle) => this.drop(bundle),
      inTurn: (work) => this.inTurn(() => this.upToDate(work)),
    });
    await step.redo(options);
    return step;
  }

  /** Adds what waits in one append. Where it fails everything waits on. @throws LogError; `signal.reason`. */
  save(options: WorkOptions = {}): Promise<void> {
    const { signal } = options;
    return this.inTurn(async () => {
      const saved = this.bundles;
      if (saved.length === 0) return;
      await this.ports.append(this.pending, options);
      for (const bundle of saved) bundle.isSaved = true;
      // To count each line both as pending and as read would take as long as reading them a hundred times.
      if (this.pendingCount > many) this.table.setPending([]);
      // The lines are there; where they can't be read back the next refresh tells.
      await this.table.refresh(signal).catch(() => null);
      this.show([]);
    });
  }

  /** Drops what is not saved; edits that were undone after their save count as made again. */
  revert(): Promise<void> {
    return this.inTurn(async () => {
      this.show([]);
      await this.table.refresh();
      this.changed.fire();
    });
  }

  /** Takes in what changed on the disk. @throws LogError */
  refresh(signal?: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      const { change } = await this.table.refresh(signal);
      if (change === 'none') return;
      this.table.setPending(this.pending);
      this.changed.fire();
    });
  }

  /** Lines of an earlier window that were never saved; those that the file has meanwhile are left out. */
  restore(lines: readonly AboutLine[]): void {
    const missing = lines.filter(
      (line) => !this.table.linesAbout(line.record).some(({ id }) => id === line.id),
    );
    if (missing.length > 0) this.hold(missing);
  }

  dispose(): void {
    this.changed.dispose();
    this.table.dispose();
  }

  private linesOf(edits: readonly DatasetEdit[]): readonly AboutLine[] {
    const states = new Map<string, RecordState>();
    const state = (id: string): RecordState => {
      const known = states.get(id) ?? foldLines(this.linesAbout(id));
      states.set(id, known);
      return known;
    };
    const fold = {
      linesAbout: (id: string) => this.linesAbout(id),
      state,
      place: (id: string) => (this.table.rowOf(id) === undefined ? undefined : nowhere),
    };
    const lines = linesForEdits(edits, {
      fold,
      path: this.ports.path,
      now: this.ports.now ?? (() => new Date()),
    });
    return lines.filter((line): line is AboutLine => line.kind !== 'record');
  }

  /** What takes these lines back, as if nothing had been said since. */
  private inversesOf(lines: readonly AboutLine[]): readonly DatasetEdit[] {
    return lines.toReversed().flatMap((line) => {
      const known = new Map(this.linesAbout(line.record).map((other) => [other.id, other]));
      const seen = withAncestors(line, known);
      return undoEdits(line.record, seen);
    });
  }

  private make(edits: readonly DatasetEdit[], options: WorkOptions): Promise<Bundle> {
    return this.holdEach(edits, options, {
      recordOf: (edit) => ('id' in edit ? edit.id : null),
      editsOf: (some) => some,
    });
  }

  private takeBack(lines: readonly AboutLine[], options: WorkOptions): Promise<Bundle> {
    return this.holdEach(lines.toReversed(), options, {
      recordOf: ({ record }) => record,
      editsOf: (some) => this.inversesOf(some),
    });
  }

  /** Some at a time, so that others have their turn. Where it is given up, or fails, nothing was made. */
  private async holdEach<Item>(
    items: readonly Item[],
    { signal, onProgress }: WorkOptions,
    { recordOf, editsOf }: Making<Item>,
  ): Promise<Bundle> {
    const lines: AboutLine[] = [];
    try {
      for (let at = 0; at < items.length; at += atOnce) {
        signal?.throwIfAborted();
        const some = items.slice(at, at + atOnce);
        // One alone is not worth waiting for a file to be opened anew.
        const saved =
          items.length === 1
            ? null
            : await this.table.linesAboutEach(some.flatMap((item) => recordOf(item) ?? []));
        this.saved = saved ?? new Map();
        const made = this.linesOf(editsOf(some));
        this.saved = new Map();
        this.include(made);
        this.table.addPending(made);
        for (const line of made) lines.push(line);
        onProgress?.(Math.min(1, (at + atOnce) / items.length));
        if (at + atOnce < items.length) await nextTurn();
      }
    } catch (error) {
      this.saved = new Map();
      this.show(this.bundles);
      throw error;
    }
    const bundle = { lines, isSaved: false };
    this.bundles = [...this.bundles, bundle];
    this.changed.fire();
    return bundle;
  }

  private hold(lines: readonly AboutLine[]): Bundle {
    const bundle = { lines, isSaved: false };
    this.show([...this.bundles, bundle]);
    return bundle;
  }

  private drop(bundle: Bundle): void {
    this.show(this.bundles.filter((other) => other !== bundle));
  }

  private show(bundles: readonly Bundle[]): void {
    this.bundles = bundles;
    const { pending } = this;
    this.byRecord = new Map();
    this.include(pending);
    this.table.setPending(pending);
    this.changed.fire();
  }

  /** Where another program replaced the file since it was read, it is read anew first. */
  private async upToDate(work: () => Promise<void>): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await work();
        return;
      } catch (error) {
        if (!isReplaced(error) || attempt === 5) throw error;
        await this.table.refresh();
        this.table.setPending(this.pending);
      }
    }
  }

  private include(lines: readonly AboutLine[]): void {
    for (const line of lines) {
      const group = this.byRecord.get(line.record);
      if (group === undefined) this.byRecord.set(line.record, [line]);
      else group.push(line);
    }
  }

  /** One after the other, so that an undo waits for a save that is under way. */
  private inTurn<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => null);
    return turn;
  }
}

/** Edits that are made together, between two turns of others. */
const atOnce = 500;
/** Edits from which on care is taken of how long they take. */
const many = 1000;

/** Each takes about 1.2 KB until it is saved. */
export const mostPending = 300_000;

function tooMany(path: string, waiting: number): LogError {
  const most = mostPending.toLocaleString('en');
  const next =
    waiting === 0 ? 'Filter to fewer records, save, and go on' : 'Save, then filter to fewer records';
  const message = `At most ${most} changes wait to be saved, since each is held in memory. ${next}. Nothing was changed.`;
  return new LogError({ kind: 'unwritable', path, message });
}

interface Making<Item> {
  readonly recordOf: (item: Item) => string | null;
  readonly editsOf: (items: readonly Item[]) => readonly DatasetEdit[];
}

interface StepPorts {
  readonly make: (edits: readonly DatasetEdit[], options: WorkOptions) => Promise<Bundle>;
  /** Makes what takes lines back. */
  readonly takeBack: (lines: readonly AboutLine[], options: WorkOptions) => Promise<Bundle>;
  readonly drop: (bundle: Bundle) => void;
  readonly inTurn: (work: () => Promise<void>) => Promise<void>;
}

class Step implements EditStep {
  private made: Bundle | null = null;
  private takenBack: Bundle | null = null;

  constructor(
    private readonly edits: readonly DatasetEdit[],
    private readonly ports: StepPorts,
  ) {}

  undo(options: WorkOptions = {}): Promise<void> {
    const { drop, takeBack, inTurn } = this.ports;
    return inTurn(async () => {
      if (this.made === null) return;
      if (this.made.isSaved) this.takenBack = await takeBack(this.made.lines, options);
      else {
        drop(this.made);
        this.made = null;
      }
    });
  }

  /** Made anew, in knowledge of what was said since, unless only the taking back is to be forgotten. */
  redo(options: WorkOptions = {}): Promise<void> {
    const { drop, make, inTurn } = this.ports;
    return inTurn(async () => {
      if (this.takenBack !== null && !this.takenBack.isSaved) drop(this.takenBack);
      else this.made = await make(this.edits, options);
      this.takenBack = null;
    });
  }
}

/** Of what reading a file throws that another program replaced since its places were noted. */
export function isReplaced(error: unknown): boolean {
  return error instanceof LogError && error.kind === 'changed';
}

const nowhere = { offset: 0, length: 0 };

/** The line and all that its writer had seen. */
function withAncestors(line: AboutLine, known: ReadonlyMap<string, AboutLine>): readonly AboutLine[] {
  const found = new Map([[line.id, line]]);
  for (const { after } of found.values()) {
    for (const id of after) {
      const other = known.get(id);
      if (other !== undefined) found.set(id, other);
    }
  }
  return [...found.values()];
}
