import type { LineProblem } from '../datasetReader';
import type { AboutLine, DatasetRecord } from '../schema';
import {
  idBytes,
  makeColumns,
  nextCapacity,
  none,
  placeSpec,
  recordSpec,
  resized,
  stateSpec,
  type Columns,
} from './columns';
import { Dictionary, ListDictionary } from './dictionary';
import { flagsOf, loneState, statuses } from './loneState';
import { recordFacts } from './recordFacts';
import type { ByteRange, ScannedPlace } from './scan';

export const aboutSpec = { ...placeSpec, ...stateSpec } as const;

/** What the lines of one range of a file say, in arrays that pass from thread to thread without a copy. */
export interface Segment {
  readonly records: Columns<typeof recordSpec>;
  readonly recordIds: Uint8Array<ArrayBuffer>;
  /** Lines about records, each with what it alone comes to. */
  readonly abouts: Columns<typeof aboutSpec>;
  readonly aboutIds: Uint8Array<ArrayBuffer>;
  /** Numbers in the columns are indices into these. */
  readonly texts: readonly string[];
  readonly lists: readonly string[];
  /** The first ones; line numbers count from 1 within the segment. */
  readonly problems: readonly LineProblem[];
  readonly problemCount: number;
  /** A last line without its end that can't be read; it counts in none of the above. */
  readonly torn: LineProblem | null;
  /** Whole lines, blank ones included. */
  readonly lines: number;
  /** Of the byte after the last whole line; 0 if there is none. */
  readonly end: number;
}

/** Problems that are remembered one by one; all are counted. */
export const mostProblems = 1000;

export class SegmentBuilder {
  private records: Columns<typeof recordSpec>;
  private recordIds: Buffer<ArrayBuffer>;
  private recordCapacity: number;
  private recordCount = 0;
  private abouts = makeColumns(aboutSpec, 64);
  private aboutIds = Buffer.alloc(64 * idBytes);
  private aboutCapacity = 64;
  private aboutCount = 0;
  private readonly texts = new Dictionary();
  private readonly lists = new ListDictionary();
  private readonly problems: LineProblem[] = [];
  private problemCount = 0;
  private torn: LineProblem | null = null;
  private lines = 0;
  private end = 0;

  constructor(range: ByteRange) {
    this.recordCapacity = Math.max(16, Math.ceil((Math.min(range.end, range.fileEnd) - range.start) / 1000));
    this.records = makeColumns(recordSpec, this.recordCapacity);
    this.recordIds = Buffer.alloc(this.recordCapacity * idBytes);
  }

  /** The number of a line that is about to be taken, from 1. */
  nextLine(place: ScannedPlace): number {
    if (!place.isTerminated) return this.lines + 1;
    this.lines += 1;
    this.end = place.offset + place.length + 1;
    return this.lines;
  }

  problem(problem: LineProblem, place: ScannedPlace): void {
    if (!place.isTerminated) this.torn = { ...problem, type: 'torn' };
    else {
      this.problemCount += 1;
      if (this.problems.length < mostProblems) this.problems.push(problem);
    }
  }

  record(
    record: DatasetRecord,
    at: {
      readonly offset: number;
      readonly length: number;
      readonly line: number;
      readonly checksum: number;
    },
  ): void {
    const row = this.recordCount;
    if (row === this.recordCapacity) this.growRecords();
    this.recordCount += 1;
    this.recordIds.write(record.id, row * idBytes, idBytes, 'hex');
    const { records } = this;
    records.offset[row] = at.offset;
    records.length[row] = at.length;
    records.line[row] = at.line;
    records.checksum[row] = at.checksum;
    const { measures, model, source, run, constraints } = recordFacts(record);
    records.created[row] = measures.created ?? Number.NaN;
    records.value[row] = measures.value ?? Number.NaN;
    records.distance[row] = measures.distance ?? Number.NaN;
    records.interference[row] = measures.interference ?? Number.NaN;
    records.yes[row] = counted(measures.yes);
    records.no[row] = counted(measures.no);
    records.notDrawn[row] = counted(measures.notDrawn);
    records.rejectedWords[row] = counted(measures.rejectedWords);
    records.chosenWords[row] = counted(measures.chosenWords);
    records.rejectedCharacters[row] = counted(measures.rejectedCharacters);
    records.chosenCharacters[row] = counted(measures.chosenCharacters);
    records.held[row] = counted(measures.held);
    records.broken[row] = counted(measures.broken);
    records.model[row] = this.texts.number(model);
    records.source[row] = this.texts.number(source);
    records.run[row] = this.texts.number(run);
    records.constraints[row] = this.lists.number(constraints);
  }

  about(line: AboutLine, at: { readonly offset: number; readonly length: number }): void {
    const index = this.aboutCount;
    if (index === this.aboutCapacity) this.growAbouts();
    this.aboutCount += 1;
    this.aboutIds.write(line.record, index * idBytes, idBytes, 'hex');
    const { abouts } = this;
    const state = loneState(line);
    abouts.offset[index] = at.offset;
    abouts.length[index] = at.length;
    abouts.status[index] = statuses.indexOf(state.status);
    abouts.flags[index] = flagsOf(state);
    abouts.tags[index] = this.lists.number(state.tags);
    abouts.split[index] = this.texts.number(state.split);
  }

  finish(): Segment {
    const exactly = (count: number): { used: number; capacity: number } => ({ used: count, capacity: count });
    return {
      records: resized(this.records, recordSpec, exactly(this.recordCount)),
      recordIds: new Uint8Array(this.recordIds.subarray(0, this.recordCount * idBytes)),
      abouts: resized(this.abouts, aboutSpec, exactly(this.aboutCount)),
      aboutIds: new Uint8Array(this.aboutIds.subarray(0, this.aboutCount * idBytes)),
      texts: this.texts.texts,
      lists: this.lists.texts,
      problems: this.problems,
      problemCount: this.problemCount,
      torn: this.torn,
      lines: this.lines,
      end: this.end,
    };
  }

  private growRecords(): void {
    const capacity = nextCapacity(this.recordCapacity, this.recordCount + 1);
    this.records = resized(this.records, recordSpec, { used: this.recordCount, capacity });
    this.recordIds = grownBuffer(this.recordIds, capacity);
    this.recordCapacity = capacity;
  }

  private growAbouts(): void {
    const capacity = nextCapacity(this.aboutCapacity, this.aboutCount + 1);
    this.abouts = resized(this.abouts, aboutSpec, { used: this.aboutCount, capacity });
    this.aboutIds = grownBuffer(this.aboutIds, capacity);
    this.aboutCapacity = capacity;
  }
}

/** The buffers that a thread hands over. */
export function buffersOf(segment: Segment): ArrayBuffer[] {
  const arrays = [...Object.values(segment.records), ...Object.values(segment.abouts)];
  return [...arrays, segment.recordIds, segment.aboutIds].map((array) => array.buffer);
}

/** Counts above four thousand million are no counts of anything: they are taken as that. */
export function counted(count: number | null | undefined): number {
  return count == null ? none : Math.min(count, none - 1);
}

function grownBuffer(buffer: Buffer, capacity: number): Buffer<ArrayBuffer> {
  const grown = Buffer.alloc(capacity * idBytes);
  buffer.copy(grown);
  return grown;
}
