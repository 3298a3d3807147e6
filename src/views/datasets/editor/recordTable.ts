import type { CuratedRecord } from '../../../spar/datasets/curated';
import type { AboutLine } from '../../../spar/datasets/schema';
import type { RecordFilter } from '../../../spar/datasets/table/recordFilter';
import type { Facets } from '../../../spar/datasets/table/rowCounts';
import type { Sorting, Status } from './protocol';

/** A record as it stands, with the line it has in its file. */
export type TableRecord = CuratedRecord;
/** A filter with what only the host can find out put in as ids. */
export type TableFilter = RecordFilter;
export type TableFacets = Facets;

/** What an editor of records reads: `DatasetTable`, or the rows of another file of JSON lines. */
export interface RecordTable {
  readonly complete: Promise<void>;
  /** Rows known so far, deleted ones included. */
  readonly size: number;
  /** What row numbers count in: another object once rows are others. */
  readonly numbering: object;
  readonly problems: readonly { readonly number: number; readonly reason: string; readonly type: string }[];
  id(row: number): string;
  rowOf(id: string): number | undefined;
  status(row: number): Status;
  isDeleted(row: number): boolean;
  tags(row: number): readonly string[];
  split(row: number): string | null;
  /** The lines about a record that are on the disk, by time. */
  linesAbout(id: string): readonly AboutLine[];
  /** `linesAbout` of many records, in few reads. */
  linesAboutEach(ids: readonly string[]): Promise<ReadonlyMap<string, readonly AboutLine[]>>;
  query(filter: TableFilter, sort: Sorting, signal?: AbortSignal): Promise<Uint32Array>;
  facets(): TableFacets;
  counts(): Readonly<Record<Status, number>> & { readonly records: number; readonly deleted: number };
  read(rows: readonly number[]): Promise<readonly TableRecord[]>;
  setPending(lines: readonly AboutLine[]): void;
  /** Lines after those that are pending. */
  addPending(lines: readonly AboutLine[]): void;
  refresh(signal?: AbortSignal): Promise<{ readonly change: 'none' | 'grown' | 'reread' }>;
  dispose(): void;
}
