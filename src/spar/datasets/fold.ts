import { jsonLine } from '../log/jsonLine';
import { byTime } from './lineGraph';
import { compactLines, foldLines, type CompactOptions, type RecordState } from './recordState';
import type { AboutLine, DatasetRecord } from './schema';

/** Where a record's line is in the file, in bytes, without its line end. */
export interface RecordPlace {
  readonly offset: number;
  readonly length: number;
}

/** A record's line with what tells it from another line of the same pair. */
export interface FoundRecord extends RecordPlace {
  readonly id: string;
  readonly created: string;
  /** Checksum of the line's text. */
  readonly checksum: number;
}

export interface DatasetCounts {
  /** Records that are there and not deleted: the sum of the four by status. */
  readonly records: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly pending: number;
  readonly contested: number;
  readonly deleted: number;
  /** Records that lines are about and that are not, or not yet, in the file. */
  readonly missing: number;
  /** Records by tag and by split, deleted ones left out. */
  readonly tags: ReadonlyMap<string, number>;
  readonly splits: ReadonlyMap<string, number>;
}

/**
 * What a dataset's lines come to, whatever their order and however often each is there. Holds the lines
 * about records, and of the records only where they are.
 */
export class DatasetFold {
  private readonly entries = new Map<string, Entry>();

  addRecord(found: FoundRecord): void {
    const entry = this.entry(found.id);
    if (entry.record === null || isBefore(found, entry.record)) entry.record = found;
  }

  addAbout(line: AboutLine): void {
    const entry = this.entry(line.record);
    const known = entry.lines?.get(line.id);
    if (entry.lines === null) entry.lines = new Map();
    entry.lines.set(line.id, known === undefined ? line : joined(known, line));
    entry.state = null;
  }

  /** A line about the record that this version can't read: compaction leaves all lines of that record alone. */
  addUnknown(record: string): void {
    this.entry(record).hasUnknown = true;
  }

  /** Undefined for a record that neither is there nor has lines about it. */
  state(record: string): RecordState | undefined {
    const entry = this.entries.get(record);
    if (entry === undefined) return undefined;
    if (entry.lines === null) return untouched;
    return (entry.state ??= foldLines([...entry.lines.values()]));
  }

  place(record: string): RecordPlace | undefined {
    return this.entries.get(record)?.record ?? undefined;
  }

  /** By time. */
  linesAbout(record: string): readonly AboutLine[] {
    return [...(this.entries.get(record)?.lines?.values() ?? [])].sort(byTime);
  }

  /** Ids of the records that are there, deleted ones included, in no order that means anything. */
  *records(): Generator<string, void, void> {
    for (const [id, entry] of this.entries) if (entry.record !== null) yield id;
  }

  /** Ids that lines are about, their records there or not. */
  ids(): IterableIterator<string> {
    return this.entries.keys();
  }

  /** The lines about a record that a compacted file needs, and whether it needs the record's own. */
  compacted(
    record: string,
    options: CompactOptions = {},
  ): { readonly keepRecord: boolean; readonly lines: readonly AboutLine[] } {
    const entry = this.entries.get(record);
    if (entry !== undefined && entry.lines === null) return asItIs;
    const lines = this.linesAbout(record);
    if (entry === undefined || entry.hasUnknown) return { keepRecord: true, lines };
    const compact = compactLines(lines, options);
    const isForgotten = options.forgetsDeleted === true && this.state(record)?.deleted === true;
    return { keepRecord: compact === null || !isForgotten, lines: compact ?? lines };
  }

  counts(): DatasetCounts {
    const statuses = { accepted: 0, rejected: 0, pending: 0, contested: 0 };
    const tags = new Map<string, number>();
    const splits = new Map<string, number>();
    let deleted = 0;
    let missing = 0;
    for (const [id, entry] of this.entries) {
      const state = this.state(id) ?? untouched;
      if (state.deleted) deleted += 1;
      else if (entry.record === null) missing += entry.lines === null ? 0 : 1;
      else {
        statuses[state.status] += 1;
        for (const tag of state.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
        if (state.split !== null) splits.set(state.split, (splits.get(state.split) ?? 0) + 1);
      }
    }
    const records = statuses.accepted + statuses.rejected + statuses.pending + statuses.contested;
    return { records, ...statuses, deleted, missing, tags, splits };
  }

  private entry(record: string): Entry {
    const known = this.entries.get(record);
    if (known !== undefined) return known;
    const entry: Entry = { record: null, lines: null, state: null, hasUnknown: false };
    this.entries.set(record, entry);
    return entry;
  }
}

interface Entry {
  record: FoundRecord | null;
  lines: Map<string, AboutLine> | null;
  state: RecordState | null;
  hasUnknown: boolean;
}

const asItIs = { keepRecord: true, lines: [] };
const untouched: RecordState = foldLines([]);

/** A record with the corrections that changes and decisions made to its texts. */
export function correctedRecord(record: DatasetRecord, state: RecordState): DatasetRecord {
  const { instruction, rejected, chosen } = state;
  return {
    ...record,
    ...(instruction === undefined ? {} : { instruction }),
    ...(rejected === undefined ? {} : { rejected }),
    ...(chosen === undefined ? {} : { chosen }),
  };
}

/** Of two lines of one pair the earlier stands; the rest only makes the choice the same in any order. */
function isBefore(a: FoundRecord, b: FoundRecord): boolean {
  return (
    (Date.parse(a.created) - Date.parse(b.created) ||
      a.length - b.length ||
      a.checksum - b.checksum ||
      a.offset - b.offset) < 0
  );
}

/** One line that is there twice, once perhaps with more in `after` by a compaction. */
function joined(a: AboutLine, b: AboutLine): AboutLine {
  const after = [...new Set([...a.after, ...b.after])].sort();
  const [first, second] = [a, b].map((line) => jsonLine({ ...line, after: [] }));
  return { ...((first ?? '') <= (second ?? '') ? a : b), after };
}
