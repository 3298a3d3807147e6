import type { RecordState } from '../recordState';

export type Status = RecordState['status'];

export const statuses = ['accepted', 'rejected', 'pending', 'contested'] as const satisfies readonly Status[];

export type StatusCounts = Readonly<Record<Status, number>>;

/** Records that share a name: a source, a model, a run. */
export interface Group extends StatusCounts {
  /** Null for records that name none. Cut after 200 characters. */
  readonly name: string | null;
  readonly records: number;
}

export interface Grouping {
  /** The largest first; at most 1000. */
  readonly groups: readonly Group[];
  /** Records whose group is not among them. */
  readonly otherRecords: number;
}

/** More names than this are counted together, so that a million sources fit into memory. */
const mostNames = 20_000;
const mostGroups = 1000;
const mostCharacters = 200;

type Counts = Record<Status, number>;

/** Counts records by status under names of any kind and number. */
export class Tally {
  private readonly counts = new Map<string | null, Counts>();
  private otherRecords = 0;

  add(name: string | null, status: Status): void {
    const key = name === null ? null : name.slice(0, mostCharacters);
    const known = this.counts.get(key);
    if (known !== undefined) known[status] += 1;
    else if (this.counts.size >= mostNames) this.otherRecords += 1;
    else this.counts.set(key, { accepted: 0, rejected: 0, pending: 0, contested: 0, [status]: 1 });
  }

  result(): Grouping {
    const groups = [...this.counts].map(([name, counts]) => ({ name, records: total(counts), ...counts }));
    groups.sort((a, b) => b.records - a.records || compareNames(a.name, b.name));
    const left = groups.slice(mostGroups).reduce((sum, { records }) => sum + records, this.otherRecords);
    return { groups: groups.slice(0, mostGroups), otherRecords: left };
  }
}

export function total(counts: StatusCounts): number {
  return statuses.reduce((sum, status) => sum + counts[status], 0);
}

/** By code units, so that the order is the same on every machine; no name comes last. */
function compareNames(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a < b ? -1 : a > b ? 1 : 0;
}
