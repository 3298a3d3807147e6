import { AboutTexts, type TextSource, type WrittenLine } from './aboutTexts';
import { datasetLineText } from './datasetLine';
import { eachOnce } from './eachOnce';
import { compactLines, foldLines, type CompactOptions, type RecordState } from './recordState';
import type { AboutLine } from './schema';
import { idBytes, makeColumns, nextCapacity, none, resized, type ColumnSpec } from './table/columns';
import { IdIndex } from './table/idIndex';

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
 * What a dataset's lines come to, whatever their order and however often each is there. Holds numbers about records, some
 * 60 bytes each, and the lines about them as they were written, of which the first 64 MiB are in memory.
 */
export class DatasetFold {
  private readonly index = new IdIndex();
  private columns = makeColumns(spec, 64);
  private capacity = 64;
  private readonly texts: AboutTexts;
  private readonly lately = new Lately();

  constructor(source: TextSource = {}) {
    this.texts = new AboutTexts(source);
    this.columns.head.fill(none);
  }

  /** False where a line of the same pair was there already. */
  addRecord(found: FoundRecord): boolean {
    const row = this.row(found.id);
    const { columns } = this;
    const created = Date.parse(found.created);
    const isNew = !this.has(row, flag.record);
    if (!isNew && !this.isBefore({ ...found, created }, row)) return false;
    columns.flags[row] = (columns.flags[row] ?? 0) | flag.record;
    columns.offset[row] = found.offset;
    columns.length[row] = found.length;
    columns.checksum[row] = found.checksum;
    columns.created[row] = created;
    return isNew;
  }

  /** @param written As the line is in the file; by default it is taken for one that is in none. */
  addAbout(line: AboutLine, written: WrittenLine = { text: datasetLineText(line), place: null }): void {
    const row = this.row(line.record);
    this.columns.head[row] = this.texts.add(written, this.columns.head[row] ?? none);
    this.lately.forget(row);
  }

  /** A line about the record that this version can't read: compaction leaves all lines of that record alone. */
  addUnknown(record: string): void {
    if (!isRecordId(record)) return;
    const row = this.row(record);
    this.columns.flags[row] = (this.columns.flags[row] ?? 0) | flag.unknown;
  }

  /**
   * Undefined for a record that neither is there nor has lines about it.
   *
   * @throws LogError, as `linesAbout`.
   */
  state(record: string): RecordState | undefined {
    const row = this.index.find(record);
    return row === undefined ? undefined : this.said(row).state;
  }

  place(record: string): RecordPlace | undefined {
    const row = this.index.find(record);
    if (row === undefined || !this.has(row, flag.record)) return undefined;
    return { offset: this.columns.offset[row] ?? 0, length: this.columns.length[row] ?? 0 };
  }

  /**
   * By time.
   *
   * @throws LogError where they have to be read again and can't be, `changed` where others are there by now.
   */
  linesAbout(record: string): readonly AboutLine[] {
    const row = this.index.find(record);
    return row === undefined ? [] : this.said(row).lines;
  }

  /** Ids of the records that are there, deleted ones included, in no order that means anything. */
  *records(): Generator<string, void, void> {
    for (let row = 0; row < this.index.size; row += 1)
      if (this.has(row, flag.record)) yield this.index.id(row);
  }

  /** Ids of the records that lines are about and that are not there, sorted. */
  missing(): readonly string[] {
    const ids: string[] = [];
    for (let row = 0; row < this.index.size; row += 1)
      if (!this.has(row, flag.record)) ids.push(this.index.id(row));
    return ids.sort();
  }

  /** The lines about a record that a compacted file needs, and whether it needs the record's own. */
  compacted(record: string, options: CompactOptions = {}): Compacted {
    const row = this.index.find(record);
    return row === undefined ? asItIs : this.compactedRow(row, options);
  }

  private compactedRow(row: number, options: CompactOptions): Compacted {
    if (this.columns.head[row] === none) return asItIs;
    const { lines, state } = this.said(row);
    if (this.has(row, flag.unknown)) return { keepRecord: true, lines };
    const compact = compactLines(lines, options);
    const isForgotten = options.forgetsDeleted === true && state.deleted;
    return { keepRecord: compact === null || !isForgotten, lines: compact ?? lines };
  }

  /** Finds records by where their lines begin, in the order of the file. */
  walk(): RecordWalk {
    const { offset } = this.columns;
    const rows = new Uint32Array(this.index.size);
    let count = 0;
    let isAscending = true;
    for (let row = 0, last = -1; row < this.index.size; row += 1) {
      if (!this.has(row, flag.record)) continue;
      rows[count] = row;
      count += 1;
      isAscending &&= (offset[row] ?? 0) > last;
      last = offset[row] ?? 0;
    }
    const found = rows.subarray(0, count);
    if (!isAscending) found.sort((a, b) => (offset[a] ?? 0) - (offset[b] ?? 0));
    let next = 0;
    const rowsOf: RowsOf = {
      id: (row) => this.index.id(row),
      state: (row) => this.said(row).state,
      compacted: (row, options) => this.compactedRow(row, options),
    };
    return {
      at: (wanted) => {
        while (next < count && (offset[found[next] ?? 0] ?? 0) < wanted) next += 1;
        const row = found[next] ?? 0;
        if (next === count || offset[row] !== wanted) return null;
        return new WalkedRow(rowsOf, row);
      },
    };
  }

  /** @throws LogError, as `linesAbout`. */
  counts(): DatasetCounts {
    const statuses = { accepted: 0, rejected: 0, pending: 0, contested: 0 };
    const tags = new Map<string, number>();
    const splits = new Map<string, number>();
    let deleted = 0;
    let missing = 0;
    for (let row = 0; row < this.index.size; row += 1) {
      const { state } = this.said(row);
      if (state.deleted) deleted += 1;
      else if (!this.has(row, flag.record)) missing += this.columns.head[row] === none ? 0 : 1;
      else {
        statuses[state.status] += 1;
        for (const tag of state.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1);
        if (state.split !== null) splits.set(state.split, (splits.get(state.split) ?? 0) + 1);
      }
    }
    const records = statuses.accepted + statuses.rejected + statuses.pending + statuses.contested;
    return { records, ...statuses, deleted, missing, tags, splits };
  }

  private said(row: number): Said {
    let line = this.columns.head[row] ?? none;
    if (line === none) return nothing;
    const known = this.lately.get(row);
    if (known !== undefined) return known;
    const lines: AboutLine[] = [];
    let bytes = 0;
    for (; line !== none; line = this.texts.previous(line)) {
      // Checked when it was added.
      lines.push(JSON.parse(this.texts.text(line)) as AboutLine);
      bytes += this.texts.bytesOf(line);
    }
    const once = eachOnce(lines);
    return this.lately.put(row, { lines: once, state: foldLines(once) }, bytes);
  }

  /** Of two lines of one pair the earlier stands; the rest only makes the choice the same in any order. */
  private isBefore(found: Omit<FoundRecord, 'created'> & { readonly created: number }, row: number): boolean {
    const difference = (name: 'created' | 'length' | 'checksum' | 'offset'): number =>
      found[name] - (this.columns[name][row] ?? 0);
    return (
      (difference('created') || difference('length') || difference('checksum') || difference('offset')) < 0
    );
  }

  private has(row: number, bit: number): boolean {
    return ((this.columns.flags[row] ?? 0) & bit) !== 0;
  }

  private row(record: string): number {
    scratch.write(record, 'hex');
    const row = this.index.add(scratch, 0);
    if (row < this.capacity) return row;
    const capacity = nextCapacity(this.capacity, row + 1);
    this.columns = resized(this.columns, spec, { used: row, capacity });
    this.columns.head.fill(none, row);
    this.capacity = capacity;
    return row;
  }
}

/** What a compacted file needs of a record. */
export interface Compacted {
  readonly keepRecord: boolean;
  readonly lines: readonly AboutLine[];
}

export interface RecordWalk {
  /** The record whose line begins there, null for any other line. Offsets ascend from call to call. */
  at(offset: number): WalkedRecord | null;
}

/** As the fold's functions of the same names have it. */
export interface WalkedRecord {
  id(): string;
  state(): RecordState;
  compacted(options: CompactOptions): Compacted;
}

interface RowsOf {
  readonly id: (row: number) => string;
  readonly state: (row: number) => RecordState;
  readonly compacted: (row: number, options: CompactOptions) => Compacted;
}

/** Small: one is made for each record. */
class WalkedRow implements WalkedRecord {
  constructor(
    private readonly rows: RowsOf,
    private readonly row: number,
  ) {}

  id(): string {
    return this.rows.id(this.row);
  }

  state(): RecordState {
    return this.rows.state(this.row);
  }

  compacted(options: CompactOptions): Compacted {
    return this.rows.compacted(this.row, options);
  }
}

const spec = {
  offset: 'f64',
  length: 'u32',
  checksum: 'u32',
  created: 'f64',
  /** The latest line about it, a number of `AboutTexts`. */
  head: 'u32',
  flags: 'u8',
} as const satisfies ColumnSpec;

const flag = { record: 1, unknown: 2 } as const;

const scratch = Buffer.alloc(idBytes);

function isRecordId(text: string): boolean {
  return /^[0-9a-f]{40}$/u.test(text);
}

/** All that was said of a record, and what it comes to. */
interface Said {
  readonly lines: readonly AboutLine[];
  readonly state: RecordState;
}

/** What records come to whose lines were read lately: whoever asks for one mostly asks again. */
class Lately {
  private readonly known = new Map<number, Said>();
  private bytes = 0;

  get(row: number): Said | undefined {
    return this.known.get(row);
  }

  put(row: number, said: Said, bytes: number): Said {
    if (this.bytes + bytes > mostLatelyBytes) {
      this.known.clear();
      this.bytes = 0;
    }
    this.known.set(row, said);
    this.bytes += bytes;
    return said;
  }

  forget(row: number): void {
    this.known.delete(row);
  }
}

/** Of the lines' texts; as objects they take a few times that. */
const mostLatelyBytes = 1 << 20;

const asItIs = { keepRecord: true, lines: [] };
const nothing: Said = { lines: [], state: foldLines([]) };
