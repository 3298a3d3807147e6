import type { LineProblem } from '../datasetReader';
import { foldLines } from '../recordState';
import type { AboutLine, DatasetRecord } from '../schema';
import {
  idBytes,
  makeColumns,
  nextCapacity,
  none,
  placeSpec,
  recordSpec,
  release,
  resized,
  stateSpec,
  type Columns,
} from './columns';
import type { AboutBytes } from './aboutBytes';
import { BytesDictionary } from './bytesDictionary';
import { Dictionary, ListDictionary } from './dictionary';
import { flag, flagsOf, statuses } from './tableState';
import { namedAt, numberAt, type RecordBytes } from './recordBytes';
import { recordFacts } from './recordFacts';
import { hexValue, type Places } from './jsonBytes';
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
  private readonly knownTexts = new BytesDictionary();
  private readonly knownLists = new BytesDictionary();
  private listBytes = Buffer.alloc(256);
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

  /** A record that was found in its bytes, as `record` has it. */
  foundRecord(
    found: RecordBytes,
    at: { readonly offset: number; readonly length: number; readonly line: number },
  ): void {
    const row = this.recordCount;
    if (row === this.recordCapacity) this.growRecords();
    this.recordCount += 1;
    const { records } = this;
    const { numbers, json } = found;
    writeId(this.recordIds, row, { bytes: json.bytes, start: found.id });
    records.offset[row] = at.offset;
    records.length[row] = at.length;
    records.line[row] = at.line;
    records.created[row] = found.created;
    records.value[row] = numbers[numberAt.value] ?? Number.NaN;
    records.distance[row] = numbers[numberAt.distance] ?? Number.NaN;
    records.interference[row] = numbers[numberAt.interference] ?? Number.NaN;
    records.yes[row] = counted(numbers[numberAt.yes]);
    records.no[row] = counted(numbers[numberAt.no]);
    records.notDrawn[row] = counted(numbers[numberAt.notDrawn]);
    records.rejectedWords[row] = counted(numbers[numberAt.rejectedWords]);
    records.chosenWords[row] = counted(numbers[numberAt.chosenWords]);
    records.rejectedCharacters[row] = counted(numbers[numberAt.rejectedCharacters]);
    records.chosenCharacters[row] = counted(numbers[numberAt.chosenCharacters]);
    const isChecked = found.held + found.broken + found.unknown > 0;
    records.held[row] = isChecked ? found.held : none;
    records.broken[row] = isChecked ? found.broken : none;
    records.model[row] = this.nameOf(found, namedAt.model);
    records.source[row] = this.nameOf(found, namedAt.source);
    records.run[row] = this.nameOf(found, namedAt.run);
    records.constraints[row] = this.listOf(json.bytes, found.types);
    records.usual[row] = 1;
  }

  /** A line about a record that was found in its bytes, as `about` has it. */
  foundAbout(found: AboutBytes, at: { readonly offset: number; readonly length: number }): void {
    const index = this.aboutCount;
    if (index === this.aboutCapacity) this.growAbouts();
    this.aboutCount += 1;
    const { abouts } = this;
    const { bytes } = found.json;
    writeId(this.aboutIds, index, { bytes, start: found.record });
    abouts.offset[index] = at.offset;
    abouts.length[index] = at.length;
    abouts.status[index] = found.status;
    abouts.flags[index] = found.isDeletion ? flag.deleted : 0;
    abouts.tags[index] = this.listOf(bytes, found.tags);
    abouts.split[index] = this.textOf(bytes, found.splitStart, found.splitEnd);
  }

  private nameOf({ named, json }: RecordBytes, name: number): number {
    return this.textOf(json.bytes, named[2 * name] ?? -1, named[2 * name + 1] ?? -1);
  }

  private textOf(bytes: Buffer, start: number, end: number): number {
    if (start === -1) return none;
    const known = this.knownTexts.find(bytes, start, end);
    if (known !== -1) return known;
    const number = this.texts.number(decoded(bytes.toString('utf8', start, end)));
    this.knownTexts.remember(bytes.subarray(start, end), number);
    return number;
  }

  /** Of texts, each where it begins and ends. They are known one after the other: none holds the zero between them. */
  private listOf(bytes: Buffer, places: Places): number {
    if (places.count === 0) return none;
    let length = 0;
    for (let index = 0; index < places.count; index += 1) {
      const start = places.starts[index] ?? 0;
      const end = places.ends[index] ?? 0;
      while (length + end - start + 1 > this.listBytes.length) {
        this.listBytes = Buffer.concat([this.listBytes, Buffer.alloc(this.listBytes.length)]);
      }
      for (let at = start; at < end; at += 1) this.listBytes[length++] = bytes[at] ?? 0;
      this.listBytes[length++] = 0;
    }
    const known = this.knownLists.find(this.listBytes, 0, length);
    if (known !== -1) return known;
    const written = this.listBytes.toString('utf8', 0, length - 1).split('\0');
    const number = this.lists.number([...new Set(written.map(decoded))].sort());
    this.knownLists.remember(this.listBytes.subarray(0, length), number);
    return number;
  }

  about(line: AboutLine, at: { readonly offset: number; readonly length: number }): void {
    const index = this.aboutCount;
    if (index === this.aboutCapacity) this.growAbouts();
    this.aboutCount += 1;
    this.aboutIds.write(line.record, index * idBytes, idBytes, 'hex');
    const { abouts } = this;
    const state = foldLines([line]);
    abouts.offset[index] = at.offset;
    abouts.length[index] = at.length;
    abouts.status[index] = statuses.indexOf(state.status);
    abouts.flags[index] = flagsOf(state);
    abouts.tags[index] = this.lists.number(state.tags);
    abouts.split[index] = this.texts.number(state.split);
  }

  finish(): Segment {
    const exactly = (count: number): { used: number; capacity: number } => ({ used: count, capacity: count });
    const segment = {
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
    release([...Object.values(this.records), ...Object.values(this.abouts)].map(({ buffer }) => buffer));
    return segment;
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

/** Writes the id whose digits begin at `start`. */
function writeId(
  ids: Uint8Array,
  index: number,
  { bytes, start }: { readonly bytes: Uint8Array; readonly start: number },
): void {
  for (let byte = 0; byte < idBytes; byte += 1) {
    const digit = start + 2 * byte;
    ids[index * idBytes + byte] = (hexValue(bytes[digit] ?? 0) << 4) | hexValue(bytes[digit + 1] ?? 0);
  }
}

/** What a text's bytes stand for, which are between quotes in the line. */
function decoded(written: string): string {
  return JSON.parse(`"${written}"`) as string;
}

function grownBuffer(buffer: Buffer, capacity: number): Buffer<ArrayBuffer> {
  const grown = Buffer.alloc(capacity * idBytes);
  buffer.copy(grown);
  return grown;
}
