import type { NewDecision, NewRecord } from '../../spar/datasets/newLines';
import { decidedPair, pairDecision } from './decidedPair';
import type { DecidedNode, PairStore } from './ports';
import type { NodeDecision } from './session';

/** What this needs of an open dataset. */
export interface PairFile {
  /** Adds the record, where it is not there yet, and the decision; resolves when both are on the disk. */
  addRecord(record: NewRecord, decision: NewDecision): Promise<{ readonly id: string }>;
  decide(recordId: string, decision: NewDecision): Promise<unknown>;
  /** Takes in what others have done to the file, or that it is gone. */
  refresh(): Promise<unknown>;
}

export interface FilePairsOptions {
  /** Opens a dataset file, which is made with its folder if need be. */
  readonly open: (file: string) => Promise<PairFile>;
  /** The dataset file that takes pairs of a document. */
  readonly datasetOf: (document: string | null) => string;
  /** A document's path inside its workspace; null where it has none. */
  readonly relativePath: (document: string) => string | null;
}

/** Decisions as lines of the workspace's datasets. */
export class FilePairs implements PairStore {
  private readonly files = new Map<string, Promise<PairFile>>();

  constructor(private readonly options: FilePairsOptions) {}

  async decide(decided: DecidedNode): Promise<{ readonly recordId: string; readonly dataset: string }> {
    const { uri } = decided.session.source;
    const dataset = this.options.datasetOf(uri);
    const file = await this.fresh(dataset);
    const record = decidedPair(decided, uri === null ? null : this.options.relativePath(uri));
    const { id } = await file.addRecord(record, pairDecision(decided));
    return { recordId: id, dataset };
  }

  async undo({ recordId, dataset }: NodeDecision): Promise<void> {
    await (await this.fresh(dataset)).decide(recordId, { status: 'pending' });
  }

  private async fresh(path: string): Promise<PairFile> {
    const isKnown = this.files.has(path);
    const file = await this.file(path);
    if (isKnown) await file.refresh();
    return file;
  }

  private file(path: string): Promise<PairFile> {
    const known = this.files.get(path);
    if (known !== undefined) return known;
    const opened = this.options.open(path);
    this.files.set(path, opened);
    // A file that could not be opened is tried again: the folder may be writable by then.
    opened.catch(() => this.files.delete(path));
    return opened;
  }
}
