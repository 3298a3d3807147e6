import type { RecordState } from '../recordState';
import type { AboutLine } from '../schema';
import { none } from './columns';
import { aboutIn, readStretchesNow, recordIn } from './lineReads';
import { stateOfLines } from './loadRows';
import { isMeasuredAnew } from './loneState';
import type { TextMeasures } from './recordFacts';
import { standingMeasures } from './standingMeasures';
import { textMeasureNames, type TableRows } from './tableRows';

/**
 * Edits that are not saved yet, put into the rows as if they were and taken out again: whatever asks the rows then
 * needs to know nothing of them.
 */
export class PendingEdits {
  private lines: ReadonlyMap<string, readonly AboutLine[]> = new Map();
  private shown: readonly SavedRow[] = [];
  private measured: ReadonlyMap<string, MeasuredRow> = new Map();

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
    let next = 0;
    const edited = known.map((row, index): EditedRow => {
      const id = rows.index.id(row);
      const lines = (places[index] ?? []).map(() => aboutIn(found[next++], id, file));
      return editedRow(rows, { row, id, lines: [...lines, ...this.linesOf(id)] });
    });
    const measures = this.measure(rows, edited, file);
    const saved: SavedRow[] = [];
    this.shown = saved;
    for (const { row, id, state } of edited) {
      saved.push(savedRow(rows, row));
      const isUnfolded = rows.unfolded.has(row);
      rows.setState(row, state);
      if (isUnfolded) rows.unfolded.add(row);
      const measured = measures.get(id);
      if (measured !== undefined) rows.setMeasures(row, measured.measures);
    }
  }

  takeOut(rows: TableRows): void {
    for (const saved of this.shown) {
      for (const name of stateNames) rows.states[name][saved.row] = saved.states[name];
      saved.measures.forEach((value, index) => {
        const name = textMeasureNames[index];
        if (name !== undefined) rows.records[name][saved.row] = value;
      });
    }
    this.shown = [];
  }

  /** Of the rows that have to be, each once: edits come and go, and most stay what they were. */
  private measure(
    rows: TableRows,
    edited: readonly EditedRow[],
    file: string,
  ): ReadonlyMap<string, MeasuredRow> {
    // An edit may take a correction back, too.
    const wanted = edited.filter(({ row, state }) => rows.isMeasuredAnew(row) || isMeasuredAnew(state));
    const fresh = wanted.filter(({ id, key }) => this.measured.get(id)?.key !== key);
    const records = readStretchesNow(
      file,
      fresh.map(({ row }) => rows.recordPlace(row)),
    );
    const made = new Map(
      fresh.map(({ id, key, state }, index) => [
        id,
        { key, measures: standingMeasures(recordIn(records[index], id, file), state) },
      ]),
    );
    const all = wanted.flatMap(({ id }) => {
      const measured = made.get(id) ?? this.measured.get(id);
      return measured === undefined ? [] : [[id, measured] as const];
    });
    this.measured = new Map(all);
    return this.measured;
  }
}

interface EditedRow {
  readonly row: number;
  readonly id: string;
  readonly state: RecordState;
  /** What its measures hang on. */
  readonly key: string;
}

interface MeasuredRow {
  readonly key: string;
  readonly measures: TextMeasures;
}

function editedRow(
  rows: TableRows,
  { row, id, lines }: { readonly row: number; readonly id: string; readonly lines: readonly AboutLine[] },
): EditedRow {
  const key = [rows.recordPlace(row).offset, ...lines.map((line) => line.id)].join(' ');
  return { row, id, state: stateOfLines(lines), key };
}

const nothing: readonly AboutLine[] = [];
const stateNames = ['status', 'flags', 'tags', 'split'] as const;

interface SavedRow {
  readonly row: number;
  readonly states: Readonly<Record<(typeof stateNames)[number], number>>;
  /** In the order of `textMeasureNames`, as the columns have them. */
  readonly measures: Float64Array;
}

function savedRow(rows: TableRows, row: number): SavedRow {
  const { status, flags, tags, split } = rows.states;
  return {
    row,
    states: {
      status: status[row] ?? 0,
      flags: flags[row] ?? 0,
      tags: tags[row] ?? none,
      split: split[row] ?? none,
    },
    measures: Float64Array.from(textMeasureNames, (name) => rows.records[name][row] ?? none),
  };
}
