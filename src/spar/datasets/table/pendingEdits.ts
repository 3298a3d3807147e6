import type { RecordState } from '../recordState';
import type { AboutLine } from '../schema';
import { none } from './columns';
import { aboutIn, readStretchesNow, recordIn } from './lineReads';
import { stateOfLines } from './loadRows';
import { isMeasuredAnew } from './tableState';
import type { TextMeasures } from './recordFacts';
import { standingMeasures } from './standingMeasures';
import { textMeasureNames, type TableRows } from './tableRows';

/**
 * Edits that are not saved yet, put into the rows as if they were and taken out again: whatever asks the rows then
 * needs to know nothing of them.
 */
export class PendingEdits {
  private lines = new Map<string, AboutLine[]>();
  /** By row. */
  private shown = new Map<number, SavedRow>();
  private measured = new Map<string, MeasuredRow>();

  /** The edits of a record, in the order given. */
  linesOf(id: string): readonly AboutLine[] {
    return this.lines.get(id) ?? nothing;
  }

  set(lines: readonly AboutLine[]): void {
    this.lines = new Map();
    this.include(lines);
  }

  /** @throws LogError when the lines that are there can't be read. */
  putInto(rows: TableRows, file: string): void {
    this.shown = new Map();
    this.measured = this.put([...this.lines.keys()], rows, file);
  }

  /**
   * More edits, after those that are there and for no more than what they cost.
   *
   * @throws LogError when the lines that are there can't be read.
   */
  add(lines: readonly AboutLine[], rows: TableRows, file: string): void {
    this.include(lines);
    const ids = [...new Set(lines.map(({ record }) => record))];
    for (const id of ids) {
      const saved = this.shown.get(rows.index.find(id) ?? -1);
      if (saved !== undefined) putBack(saved, rows);
    }
    for (const [id, measured] of this.put(ids, rows, file)) this.measured.set(id, measured);
  }

  takeOut(rows: TableRows): void {
    for (const saved of this.shown.values()) putBack(saved, rows);
    this.shown = new Map();
  }

  private include(lines: readonly AboutLine[]): void {
    for (const line of lines) {
      const known = this.lines.get(line.record);
      if (known === undefined) this.lines.set(line.record, [line]);
      else known.push(line);
    }
  }

  /** Answers with the rows that had to be measured. */
  private put(ids: readonly string[], rows: TableRows, file: string): Map<string, MeasuredRow> {
    const known = ids.flatMap((id) => rows.index.find(id) ?? []);
    const places = known.map((row) => rows.aboutPlaces(row));
    const found = readStretchesNow(file, places.flat());
    let next = 0;
    const edited = known.map((row, index): EditedRow => {
      const id = rows.index.id(row);
      const lines = (places[index] ?? []).map(() => aboutIn(found[next++], id, file));
      return editedRow(rows, { row, id, lines: [...lines, ...this.linesOf(id)] });
    });
    const measures = this.measure(rows, edited, file);
    for (const { row, id, state } of edited) {
      this.shown.set(row, savedRow(rows, row));
      const isUnfolded = rows.unfolded.has(row);
      rows.setState(row, state);
      if (isUnfolded) rows.unfolded.add(row);
      const measured = measures.get(id);
      if (measured !== undefined) rows.setMeasures(row, measured.measures);
    }
    return measures;
  }

  /** Of the rows that have to be, each once: edits come and go, and most stay what they were. */
  private measure(rows: TableRows, edited: readonly EditedRow[], file: string): Map<string, MeasuredRow> {
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
    return new Map(all);
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

function putBack({ row, states, measures }: SavedRow, rows: TableRows): void {
  for (const name of stateNames) rows.states[name][row] = states[name];
  measures.forEach((value, index) => {
    const name = textMeasureNames[index];
    if (name !== undefined) rows.records[name][row] = value;
  });
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
