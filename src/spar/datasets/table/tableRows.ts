import type { Stretch } from '../../log/lineWriter';
import type { LineProblem } from '../datasetReader';
import {
  idBytes,
  makeColumns,
  nextCapacity,
  none,
  placeSpec,
  recordSpec,
  resized,
  stateSpec,
  type ColumnSpec,
  type Columns,
} from './columns';
import { Dictionary, ListDictionary } from './dictionary';
import { IdIndex } from './idIndex';
import { flag, flagsOf, statuses, type TableState } from './tableState';
import { isTextMeasure, type TextMeasures } from './recordFacts';
import { counted, mostProblems, type Segment } from './segment';

/** What is kept in memory of a dataset: a row for each record, and where the lines about records are. */
export class TableRows {
  index = new IdIndex();
  records = makeColumns(recordSpec, 64);
  states = makeColumns(stateSpec, 64);
  /** The latest known line about a row and, of such a line, the one before it; `none` at the end. */
  heads = new Uint32Array(64).fill(none);
  abouts = makeColumns(placeSpec, 64);
  previous = new Uint32Array(64);
  aboutCount = 0;
  texts = new Dictionary();
  lists = new ListDictionary();
  /** Lines about records that are not, or not yet, there: indices by id. */
  orphans = new Map<string, number[]>();
  /** Of these, how many are deleted. */
  deletedOrphans = 0;
  /** Rows whose state has to be folded from several lines. */
  readonly unfolded = new Set<number>();
  problems: LineProblem[] = [];
  problemCount = 0;
  torn: LineProblem | null = null;
  /** Whole lines read, and where they end. */
  lines = 0;
  position = 0;

  /** Rows whose record is not where its pair was found first, so that offsets do not ascend. */
  displaced = 0;

  constructor() {
    this.states.tags.fill(none);
    this.states.split.fill(none);
  }

  get size(): number {
    return this.index.size;
  }

  /** Makes room for that many rows. */
  reserve(rows: number): void {
    this.reserveRows(rows);
    this.index.reserve(rows);
  }

  /**
   * Takes in the segment that follows what was taken in before. Where two lines of one pair are alike in time and
   * length, it asks for their checksums.
   */
  take(segment: Segment, checksumOf: (line: Stretch) => number): void {
    this.takeRecords(segment, checksumOf);
    this.takeAbouts(segment);
    for (const problem of segment.problems) {
      if (this.problems.length === mostProblems) break;
      this.problems.push({ ...problem, number: problem.number + this.lines });
    }
    this.problemCount += segment.problemCount;
    const { torn } = segment;
    this.torn = torn === null ? null : { ...torn, number: torn.number + this.lines };
    this.lines += segment.lines;
    this.position = Math.max(this.position, segment.end);
  }

  /** Where the lines about a row are. */
  aboutPlaces(row: number): readonly Stretch[] {
    const places: Stretch[] = [];
    for (let about = this.heads[row] ?? none; about !== none; about = this.previous[about] ?? none) {
      places.push(this.aboutPlace(about));
    }
    return places;
  }

  aboutPlace(about: number): Stretch {
    return { offset: this.abouts.offset[about] ?? 0, length: this.abouts.length[about] ?? 0 };
  }

  recordPlace(row: number): Stretch {
    return { offset: this.records.offset[row] ?? 0, length: this.records.length[row] ?? 0 };
  }

  isCorrected(row: number): boolean {
    return ((this.states.flags[row] ?? 0) & flag.corrected) !== 0;
  }

  /** True where its texts may measure otherwise than on record. */
  isMeasuredAnew(row: number): boolean {
    return ((this.states.flags[row] ?? 0) & measuredAnew) !== 0;
  }

  /** Sets what a row's lines come to. */
  setState(row: number, state: TableState): void {
    this.states.status[row] = statuses.indexOf(state.status);
    this.states.flags[row] = flagsOf(state);
    this.states.tags[row] = this.lists.number(state.tags);
    this.states.split[row] = this.texts.number(state.split);
    this.unfolded.delete(row);
  }

  setMeasures(row: number, measures: TextMeasures): void {
    for (const name of textMeasureNames) {
      const column = this.records[name];
      column[row] = column instanceof Float64Array ? (measures[name] ?? Number.NaN) : counted(measures[name]);
    }
  }

  private takeRecords(segment: Segment, checksumOf: (line: Stretch) => number): void {
    const { recordIds, records } = segment;
    const count = recordIds.length / idBytes;
    this.reserveRows(this.size + count);
    const texts = segment.texts.map((text) => this.texts.number(text));
    const lists = segment.lists.map((list) => this.lists.number(JSON.parse(list) as readonly string[]));
    const copy = { records, lines: this.lines, texts, lists };
    const targets = new Uint32Array(count);
    let copied = 0;
    for (let from = 0; from < count; from += 1) {
      const before = this.size;
      const row = this.index.add(recordIds, from * idBytes);
      targets[from] = row;
      if (row === before) continue;
      // A pair that is there already, perhaps in this very segment.
      this.copy(copy, targets, { from: copied, to: from });
      copied = from;
      if (this.compare(records, { index: from, row }, checksumOf) < 0) {
        this.displaced += 1;
        if (this.heads[row] !== none) this.unfolded.add(row);
      } else copied = from + 1;
    }
    this.copy(copy, targets, { from: copied, to: count });
    if (this.orphans.size > 0) this.adopt(targets);
  }

  private copy(source: CopySource, targets: Uint32Array, { from, to }: { from: number; to: number }): void {
    for (const name of recordNames)
      copyColumn(source.records[name], this.records[name], { targets, from, to });
    for (let index = from; index < to; index += 1) {
      const row = targets[index] ?? 0;
      this.records.line[row] = (this.records.line[row] ?? 0) + source.lines;
      for (const name of textNames) {
        this.records[name][row] = source.texts[this.records[name][row] ?? none] ?? none;
      }
      this.records.constraints[row] = source.lists[this.records.constraints[row] ?? none] ?? none;
    }
  }

  /** Of two lines of one pair the earlier stands; see `DatasetFold`. */
  private compare(
    from: Columns<typeof recordSpec>,
    at: { readonly index: number; readonly row: number },
    checksumOf: (line: Stretch) => number,
  ): number {
    const difference = (name: 'created' | 'length' | 'offset'): number =>
      (from[name][at.index] ?? 0) - (this.records[name][at.row] ?? 0);
    const checksum = (records: typeof from, index: number): number =>
      checksumOf({ offset: records.offset[index] ?? 0, length: records.length[index] ?? 0 });
    return (
      difference('created') ||
      difference('length') ||
      checksum(from, at.index) - checksum(this.records, at.row) ||
      difference('offset')
    );
  }

  private takeAbouts(segment: Segment): void {
    const { aboutIds, abouts } = segment;
    const count = aboutIds.length / idBytes;
    this.reserveAbouts(this.aboutCount + count);
    const last = this.aboutCount === 0 ? -1 : (this.abouts.offset[this.aboutCount - 1] ?? -1);
    const texts = segment.texts.map((text) => this.texts.number(text));
    const lists = segment.lists.map((list) => this.lists.number(JSON.parse(list) as readonly string[]));
    for (let from = 0; from < count; from += 1) {
      // A last line without its end was taken when it was seen first.
      if ((abouts.offset[from] ?? 0) <= last) continue;
      const about = this.aboutCount;
      this.aboutCount += 1;
      this.abouts.offset[about] = abouts.offset[from] ?? 0;
      this.abouts.length[about] = abouts.length[from] ?? 0;
      const row = this.index.findBytes(aboutIds, from * idBytes);
      if (row === undefined) {
        const id = Buffer.from(aboutIds.buffer, from * idBytes, idBytes).toString('hex');
        this.previous[about] = none;
        this.orphans.set(id, [...(this.orphans.get(id) ?? []), about]);
        continue;
      }
      const head = this.heads[row] ?? none;
      this.previous[about] = head;
      this.heads[row] = about;
      // Until it is folded, the latest line speaks for all.
      this.states.status[row] = abouts.status[from] ?? 0;
      this.states.flags[row] = ((this.states.flags[row] ?? 0) & measuredAnew) | (abouts.flags[from] ?? 0);
      if (head !== none || this.isMeasuredAnew(row)) this.unfolded.add(row);
      this.states.tags[row] = lists[abouts.tags[from] ?? none] ?? none;
      this.states.split[row] = texts[abouts.split[from] ?? none] ?? none;
    }
  }

  /** Gives lines that were there before their records to them. */
  private adopt(rows: Uint32Array): void {
    for (const row of rows) {
      const id = this.index.id(row);
      const abouts = this.orphans.get(id);
      if (abouts === undefined) continue;
      this.orphans.delete(id);
      for (const about of abouts) {
        this.previous[about] = this.heads[row] ?? none;
        this.heads[row] = about;
      }
      this.unfolded.add(row);
    }
  }

  private reserveRows(rows: number): void {
    const held = this.heads.length;
    if (rows <= held) return;
    const capacity = nextCapacity(held, rows);
    const used = this.size;
    this.records = resized(this.records, recordSpec, { used, capacity });
    this.states = resized(this.states, stateSpec, { used, capacity });
    this.states.tags.fill(none, used);
    this.states.split.fill(none, used);
    const heads = new Uint32Array(capacity).fill(none, used);
    heads.set(this.heads.subarray(0, used));
    this.heads = heads;
  }

  private reserveAbouts(wanted: number): void {
    if (wanted <= this.previous.length) return;
    const capacity = nextCapacity(this.previous.length, wanted);
    this.abouts = resized(this.abouts, placeSpec, { used: this.aboutCount, capacity });
    const previous = new Uint32Array(capacity);
    previous.set(this.previous.subarray(0, this.aboutCount));
    this.previous = previous;
  }
}

interface CopySource {
  readonly records: Columns<typeof recordSpec>;
  /** Lines before the segment. */
  readonly lines: number;
  readonly texts: readonly number[];
  readonly lists: readonly number[];
}

const recordNames = Object.keys(recordSpec) as readonly (keyof typeof recordSpec)[];
export const textMeasureNames = recordNames.filter(isTextMeasure);
const measuredAnew = flag.corrected | flag.judged;
const textNames = ['model', 'source', 'run'] as const;

type AnyColumn = Columns<ColumnSpec>[string];

function copyColumn(
  source: AnyColumn,
  target: AnyColumn,
  { targets, from, to }: { readonly targets: Uint32Array; readonly from: number; readonly to: number },
): void {
  for (let index = from; index < to; index += 1) target[targets[index] ?? 0] = source[index] ?? 0;
}
