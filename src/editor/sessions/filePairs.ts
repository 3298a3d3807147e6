import type { NewDecision, NewRecord } from '../../spar/datasets/newLines';
import { decidedPair, pairDecision } from './decidedPair';
import type { DecidedNode, PairStore } from './ports';
import { refusedPair, type RefusedChanges } from './refusedPair';
import type { NodeDecision } from './session';

/** What this needs of an open dataset. */
export interface PairFile {
  /** Adds the record, where it is not there yet, and the decision; resolves when both are on the disk. */
  addRecord(record: NewRecord, decision: NewDecision): Promise<{ readonly id: string }>;
  decide(recordId: string, decision: NewDecision): Promise<unknown>;
  /** The lines about a record, by time. */
  history(recordId: string): readonly { readonly id: string; readonly kind: string }[];
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
  /** Whether refused changes become pairs of their own; never, where it is left out. */
  readonly refusedChanges?: (document: string | null) => RefusedChanges;
  /** Files of all datasets that there are, where a pair may have gone since. */
  readonly others?: () => Promise<readonly string[]>;
  /** For what hinders no decision. */
  readonly note?: (message: string, cause: unknown) => void;
}

/** Decisions as lines of the workspace's datasets. */
export class FilePairs implements PairStore {
  private readonly files = new Map<string, Promise<PairFile>>();

  constructor(private readonly options: FilePairsOptions) {}

  async decide(decided: DecidedNode): Promise<Pick<NodeDecision, 'recordId' | 'dataset' | 'further'>> {
    const { uri } = decided.session.source;
    const dataset = this.options.datasetOf(uri);
    const file = await this.fresh(dataset);
    const record = decidedPair(decided, this.sourceFile(decided));
    const { id } = await file.addRecord(record, pairDecision(decided));
    const further = await this.addRefused(decided, file, id);
    return { recordId: id, dataset, ...(further === null ? {} : { further }) };
  }

  async undo({ recordId, dataset, further }: NodeDecision): Promise<void> {
    const place = await this.takeBack(recordId, dataset);
    if (further === undefined) return;
    await this.takeBack(further, place).catch((error: unknown) => {
      this.options.note?.('The second pair of this decision could not be taken back.', error);
    });
  }

  /** In the dataset that the pair was saved in, or in one that it went to since; the file that has it. */
  private async takeBack(record: string, dataset: string): Promise<string> {
    const decision = { status: 'pending' } as const;
    try {
      await (await this.fresh(dataset)).decide(record, decision);
      return dataset;
    } catch (error) {
      if (!(error instanceof Error && 'kind' in error && error.kind === 'not-found')) throw error;
      const { findPair } = await import('./findPair');
      const place = await findPair(record, dataset, (await this.options.others?.()) ?? []);
      await (await this.fresh(place)).decide(record, decision);
      return place;
    }
  }

  /** The decision is saved by then: that no second pair can be written must not undo it. */
  private async addRefused(decided: DecidedNode, file: PairFile, record: string): Promise<string | null> {
    const wanted = this.options.refusedChanges?.(decided.session.source.uri) ?? 'off';
    const line = file.history(record).findLast(({ kind }) => kind === 'decision')?.id;
    const decision = line === undefined ? null : { record, line };
    try {
      const pair = refusedPair(decided, { wanted, file: this.sourceFile(decided), decision });
      if (pair === null) return null;
      const by = { kind: 'policy' as const, name: 'refused changes' };
      return (await file.addRecord(pair, { status: 'accepted', by })).id;
    } catch (error) {
      this.options.note?.('The changes that were refused could not be saved as a pair of their own.', error);
      return null;
    }
  }

  private sourceFile({ session }: DecidedNode): string | null {
    const { uri } = session.source;
    return uri === null ? null : this.options.relativePath(uri);
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
