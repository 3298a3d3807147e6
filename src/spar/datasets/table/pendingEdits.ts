import type { AboutLine } from '../schema';
import { lengthSpec, none } from './columns';
import { aboutIn, readStretchesNow, recordIn } from './lineReads';
import { stateOfLines } from './loadRows';
import { measureOf } from './rowQuery';
import { counted } from './segment';
import type { TableRows } from './tableRows';

/**
 * Edits that are not saved yet, put into the rows as if they were and taken out again: whatever asks the rows then
 * needs to know nothing of them.
 */
export class PendingEdits {
  private lines: ReadonlyMap<string, readonly AboutLine[]> = new Map();
  private shown: readonly SavedRow[] = [];

  /** The edits of a record, in the order given. */
  linesOf(id: string): readonly AboutLine[] {
    return this.lines.get(id) ?? nothing;
  }

  set(lines: readonly AboutLine[]): void {
    const byRecord = new Map<string, AboutLine[]>();
    for (const line of lines) {
      const known = byRecord.get(line.record);
      if (known === undefined) byRecord.set(line.record, [line]);
      else known.push(line);
    }
    this.lines = byRecord;
  }

  /** @throws LogError when the lines that are there can't be read. */
  putInto(rows: TableRows, file: string): void {
    const known = [...this.lines.keys()].flatMap((id) => rows.index.find(id) ?? []);
    const places = known.map((row) => rows.aboutPlaces(row));
    const found = readStretchesNow(file, places.flat());
    // An edit may take a correction back, and lengths with it.
    const corrected = known.filter((row) => rows.isCorrected(row));
    const records = readStretchesNow(
      file,
      corrected.map((row) => rows.recordPlace(row)),
    );
    const recordOf = new Map(corrected.map((row, index) => [row, records[index]]));
    let next = 0;
    const saved: SavedRow[] = [];
    this.shown = saved;
    known.forEach((row, index) => {
      const id = rows.index.id(row);
      const lines = (places[index] ?? []).map(() => aboutIn(found[next++], id, file));
      saved.push(savedRow(rows, row));
      if (recordOf.has(row)) rows.setLengths(row, recordIn(recordOf.get(row), id, file));
      const isUnfolded = rows.unfolded.has(row);
      rows.setState(row, stateOfLines([...lines, ...this.linesOf(id)]));
      if (isUnfolded) rows.unfolded.add(row);
    });
  }

  takeOut(rows: TableRows): void {
    for (const saved of this.shown) {
      for (const name of stateNames) rows.states[name][saved.row] = saved.states[name];
      for (const name of lengthNames) rows.records[name][saved.row] = saved.lengths[name];
    }
    this.shown = [];
  }
}

const nothing: readonly AboutLine[] = [];
const stateNames = ['status', 'flags', 'tags', 'split'] as const;
const lengthNames = Object.keys(lengthSpec) as readonly (keyof typeof lengthSpec)[];

interface SavedRow {
  readonly row: number;
  readonly states: Readonly<Record<(typeof stateNames)[number], number>>;
  readonly lengths: Readonly<Record<keyof typeof lengthSpec, number>>;
}

function savedRow(rows: TableRows, row: number): SavedRow {
  const { status, flags, tags, split } = rows.states;
  const length = (name: keyof typeof lengthSpec): number => counted(measureOf(rows, row, name));
  return {
    row,
    states: {
      status: status[row] ?? 0,
      flags: flags[row] ?? 0,
      tags: tags[row] ?? none,
      split: split[row] ?? none,
    },
    lengths: {
      rejectedWords: length('rejectedWords'),
      chosenWords: length('chosenWords'),
      rejectedCharacters: length('rejectedCharacters'),
      chosenCharacters: length('chosenCharacters'),
    },
  };
}
