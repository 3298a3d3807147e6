import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatasetEdit } from '../datasets/edits';
import { recordIdOf } from '../datasets/newLines';
import { DatasetFile } from '../datasets/store';
import { UnreadableResult } from './lostResults';
import { selfplayFiles, type RunStore } from './runStore';

export interface ReleaseOptions {
  /** The dataset that pairs go to; in the run's folder unless told. */
  readonly dataset?: string;
  /** Stands on the records: a run's pairs have one time, so that the file is the same however often it was stopped. */
  readonly created: Date;
}

/** What a release asks of its run. */
export type ReleasedItems = Pick<
  RunStore,
  'folder' | 'released' | 'retried' | 'isDone' | 'result' | 'noteReleased' | 'loseUnreadable'
>;

/** Pairs of one append. */
const mostItems = 256;
/** Items after which it is written down how far they are released. */
const itemsPerNote = 1024;

/**
 * Brings the pairs of items that are done into the dataset, in the order of the input. A pair that is there already is
 * not added again, so what a crash left half done is done by the next run. An item that is done at a second try comes
 * after those that had their turn meanwhile.
 */
export class PairRelease {
  private dataset: DatasetFile | null = null;
  private next = 0;
  private noted = 0;
  private late: readonly number[] = [];
  private working: Promise<void> | null = null;
  private isAskedAgain = false;

  constructor(
    private readonly store: ReleasedItems,
    private readonly options: ReleaseOptions,
  ) {}

  get path(): string {
    return this.options.dataset ?? join(this.store.folder, selfplayFiles.pairs);
  }

  /** Before the first release: finds out what earlier processes released. @throws LogError */
  async begin(): Promise<void> {
    const { released } = this.store;
    if (released === 0) return;
    this.noted = released;
    if (!(await isThere(this.path))) return this.beginAnew();
    this.next = released;
    this.late = this.store.retried.filter((item) => item < released);
  }

  /** A dataset that is gone is written anew, also by a later process when this one ends in the midst of it. */
  private async beginAnew(): Promise<void> {
    this.dataset = null;
    this.next = 0;
    this.late = [];
    await this.noteNext();
  }

  /**
   * Releases what can be while others go on; called while it works, it looks again. Items don't wait for it, since
   * under a steady flow of them it has no end.
   */
  advance(onError: (error: unknown) => void): void {
    this.isAskedAgain = true;
    this.working ??= this.workOff().catch(onError);
  }

  /** Resolves when all is released that can be. @throws LogError */
  async release(): Promise<void> {
    await this.working;
    await this.releaseAll();
  }

  /** Writes down how far items are released, so that a later process need not look. @throws LogError */
  async note(): Promise<void> {
    await this.working;
    await this.noteNext();
  }

  private async workOff(): Promise<void> {
    try {
      while (this.isAskedAgain) {
        this.isAskedAgain = false;
        await this.releaseAll();
      }
    } finally {
      this.working = null;
    }
  }

  private async noteNext(): Promise<void> {
    if (this.next === this.noted) return;
    await this.store.noteReleased(this.next);
    this.noted = this.next;
  }

  private async releaseAll(): Promise<void> {
    try {
      await this.releaseDone();
    } catch (error) {
      // Its item is not done any more then, and is waited for like any other.
      if (!(error instanceof UnreadableResult) || (await this.store.loseUnreadable()) === 0) throw error;
      await this.releaseDone();
    }
  }

  private async releaseDone(): Promise<void> {
    // Until a pair is found there is no dataset that could be gone.
    if (this.dataset !== null && !(await isThere(this.path))) await this.beginAnew();
    const late = this.late.filter((item) => this.store.isDone(item));
    for (const item of late) await this.add(await this.editsOf(item));
    this.late = this.late.filter((item) => !late.includes(item));
    while (this.store.isDone(this.next)) {
      const edits: AddEdit[] = [];
      let next = this.next;
      for (; next < this.next + mostItems && this.store.isDone(next); next += 1)
        edits.push(...(await this.editsOf(next)));
      await this.add(edits);
      this.next = next;
      if (this.next - this.noted >= itemsPerNote) await this.noteNext();
    }
  }

  private async editsOf(item: number): Promise<readonly AddEdit[]> {
    const result = await this.store.result(item);
    return (result?.pairs ?? []).map(({ record, decision }) => ({
      type: 'add' as const,
      record,
      ...(decision === null ? {} : { decision }),
    }));
  }

  private async add(edits: readonly AddEdit[]): Promise<void> {
    if (edits.length === 0) return;
    const { created } = this.options;
    this.dataset ??= await DatasetFile.open(this.path, { now: () => created, newId: lineIdOf });
    const dataset = this.dataset;
    // A run takes hours, in which others write, too.
    await dataset.refresh();
    // What somebody decided on, or deleted, is not for a run to say again; a decision that a crash cut off is.
    const wanted = edits.filter(({ record, decision }) => {
      const id = recordIdOf(record);
      if (dataset.state(id) === undefined) return true;
      return decision !== undefined && dataset.history(id).length === 0;
    });
    await dataset.apply(wanted);
  }
}

type AddEdit = Extract<DatasetEdit, { type: 'add' }>;

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** By what it says, so that the file is the same at each try. A record gets at most one line of a run. */
function lineIdOf(edit: DatasetEdit): string {
  const text = `selfplay ${edit.type} ${edit.type === 'add' ? '' : edit.id}`;
  return createHash('sha256').update(text).digest('base64url').slice(0, 16);
}
