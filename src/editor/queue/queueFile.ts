import { stat } from 'node:fs/promises';
import { datasetLineText } from '../../spar/datasets/datasetLine';
import { linesForEdits, type DatasetEdit } from '../../spar/datasets/edits';
import { newLineId } from '../../spar/datasets/newLines';
import { foldLines, type RecordState } from '../../spar/datasets/recordState';
import type { AboutLine } from '../../spar/datasets/schema';
import { DatasetTable, type TableOptions } from '../../spar/datasets/table/datasetTable';
import type { CuratedRecord } from '../../spar/datasets/curated';
import { appendLines } from '../../spar/log/appendLines';
import { LogError } from '../../spar/log/logError';
import { refuseSecrets } from '../../spar/log/secrets';

/** An edit, and the id that its line is to have, where another line of the same append names it. */
export interface NamedEdit {
  readonly edit: DatasetEdit;
  readonly lineId?: string;
}

/**
 * A dataset whose decisions are written at once: each in one durable append, in knowledge of what the file holds then.
 * It is read as a table, so that a hundred thousand pairs are there soon and their texts stay on the disk.
 */
export class QueueFile {
  private last: Promise<unknown> = Promise.resolve();
  /** Others wrote what was taken in beside a decision, and no `refresh` has told of it yet. */
  private hasNews = false;

  constructor(
    readonly path: string,
    readonly table: DatasetTable,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** Resolves when the whole file is read. @throws LogError; `signal.reason` when aborted. */
  static async open(path: string, options: TableOptions = {}): Promise<QueueFile> {
    const table = await DatasetTable.open(path, options);
    await table.complete;
    return new QueueFile(path, table);
  }

  dispose(): void {
    this.table.dispose();
  }

  /** Of a record as it is in the file that was last read. @throws LogError */
  state(id: string): RecordState {
    return foldLines(this.table.linesAbout(id));
  }

  history(id: string): readonly AboutLine[] {
    return this.table.linesAbout(id);
  }

  /** Null for a record that is not there. @throws LogError */
  async read(id: string): Promise<CuratedRecord | null> {
    const row = this.table.rowOf(id);
    if (row === undefined) return null;
    const [found] = await this.table.read([row]);
    return found ?? null;
  }

  /** Takes in what others wrote; true where there was anything. @throws LogError */
  refresh(): Promise<boolean> {
    return this.inTurn(async () => {
      const { change } = await this.table.refresh();
      const isNew = change !== 'none' || this.hasNews;
      this.hasNews = false;
      return isNew;
    });
  }

  /**
   * Appends what `make` wants after the file was read to its end, all or nothing; false where it wants nothing.
   *
   * @throws LogError; nothing was added then.
   */
  write(make: () => readonly NamedEdit[]): Promise<boolean> {
    return this.inTurn(async () => {
      const size = await this.requireFile();
      if ((await this.table.refresh()).change !== 'none') this.hasNews = true;
      const wanted = make();
      if (wanted.length === 0) return false;
      const ids = new Map(wanted.map(({ edit, lineId }) => [edit, lineId]));
      for (const { edit } of wanted) if (edit.type === 'add') refuseSecrets(edit.record.search, this.path);
      const lines = linesForEdits(
        wanted.map(({ edit }) => edit),
        {
          fold: {
            linesAbout: (id) => this.table.linesAbout(id),
            state: (id) => this.state(id),
            place: (id) => (this.table.rowOf(id) === undefined ? undefined : nowhere),
          },
          path: this.path,
          now: this.now,
          newId: (edit) => ids.get(edit) ?? newLineId(),
        },
      );
      const { offset, end } = await appendLines(
        this.path,
        lines.map((line) => datasetLineText(line)),
      );
      // The lines are there; where they can't be read back the next refresh tells.
      await this.table.refresh().catch(() => null);
      if (offset !== size || (await sizeOf(this.path)) !== end) this.hasNews = true;
      return true;
    });
  }

  /** The file's size. A decision in a file of its own would be about nothing. */
  private async requireFile(): Promise<number> {
    const size = await sizeOf(this.path);
    if (size !== null) return size;
    const message = `${this.path} is not there any more, so nothing was decided. Put the file back, then decide again.`;
    throw new LogError({ kind: 'not-found', path: this.path, message });
  }

  /** One after the other, in the order of the calls. */
  private async inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.last.then(work, work);
    this.last = turn.catch(() => null);
    return turn;
  }
}

/** Null for what is no file. */
async function sizeOf(path: string): Promise<number | null> {
  return stat(path).then(
    (found) => (found.isFile() ? found.size : null),
    () => null,
  );
}

const nowhere = { offset: 0, length: 0 };
