import { LogError } from '../log/logError';
import type { DatasetFold } from './fold';
import { byTime } from './lineGraph';
import {
  changeLine,
  decisionLine,
  deletionLine,
  newLineId,
  recordIdOf,
  recordLine,
  type LineStamp,
  type NewChange,
  type NewDecision,
  type NewRecord,
} from './newLines';
import type { AboutLine, DatasetLine } from './schema';

/** One thing to do to a dataset; several become one append. */
export type DatasetEdit =
  | { readonly type: 'add'; readonly record: NewRecord; readonly decision?: NewDecision | undefined }
  | { readonly type: 'decide'; readonly id: string; readonly decision: NewDecision; readonly undoes?: string }
  | { readonly type: 'change'; readonly id: string; readonly change: NewChange; readonly undoes?: string }
  | { readonly type: 'delete'; readonly id: string; readonly undoes?: string };

export interface EditOptions {
  /** What is known of the records that the edits are about. */
  readonly fold: Pick<DatasetFold, 'state' | 'linesAbout' | 'place'>;
  readonly path: string;
  readonly now: () => Date;
  /** Makes the id of a line; random unless told. */
  readonly newId?: ((edit: DatasetEdit) => string) | undefined;
}

/**
 * The lines that edits add to a dataset as it is known.
 *
 * @throws LogError `not-found` for a record that is not there; `unwritable` for a policy's decision on a
 * contested record, which is for a person to settle.
 */
export function linesForEdits(edits: readonly DatasetEdit[], options: EditOptions): readonly DatasetLine[] {
  const writer = new EditWriter(options);
  for (const edit of edits) writer.add(edit);
  return writer.lines;
}

/** Lines written in knowledge of more than this many name the latest and the heads, which name the rest. */
const mostNamed = 200;

class EditWriter {
  readonly lines: DatasetLine[] = [];
  private readonly added = new Set<string>();
  private readonly written = new Map<string, AboutLine[]>();

  constructor(private readonly options: EditOptions) {}

  add(edit: DatasetEdit): void {
    switch (edit.type) {
      case 'add': {
        this.addRecord(edit.record, edit.decision);
        return;
      }
      case 'decide':
        this.requireRecord(edit.id);
        // An undo is a person's, also where it gives a decision back to a policy; it settles nothing by itself.
        if (edit.undoes === undefined) this.requireSettled(edit.id, edit.decision);
        {
          this.write(decisionLine(edit.id, edit.decision, this.stamp(edit)));
          return;
        }
      case 'change':
        this.requireRecord(edit.id);
        {
          this.write(changeLine(edit.id, edit.change, this.stamp(edit)));
          return;
        }
      case 'delete':
        this.requireRecord(edit.id);
        {
          this.write(deletionLine(edit.id, this.stamp(edit)));
          return;
        }
    }
  }

  private addRecord(record: NewRecord, decision: NewDecision | undefined): void {
    const id = recordIdOf(record);
    if (!this.isThere(id)) {
      this.lines.push(recordLine(record, this.options.now().toISOString()));
      this.added.add(id);
    }
    if (decision !== undefined) {
      this.add({ type: 'decide', id, decision });
      return;
    }
    // Adding a deleted pair again is a wish to have it back.
    if (this.options.fold.state(id)?.deleted === true) this.add({ type: 'change', id, change: {} });
  }

  private write(line: AboutLine): void {
    this.lines.push(line);
    this.written.set(line.record, [...(this.written.get(line.record) ?? []), line]);
  }

  private stamp(edit: Exclude<DatasetEdit, { type: 'add' }>): LineStamp {
    const { id: record, undoes } = edit;
    const known = this.options.fold.linesAbout(record);
    const heads = this.options.fold.state(record)?.heads ?? [];
    const seen = [...known].sort(byTime).slice(-mostNamed);
    const batch = this.written.get(record) ?? [];
    const after = new Set([...heads, ...[...seen, ...batch].map(({ id }) => id)]);
    const { newId = newLineId, now } = this.options;
    return { id: newId(edit), time: now().toISOString(), after: [...after].sort(), undoes };
  }

  private isThere(id: string): boolean {
    return this.added.has(id) || this.options.fold.place(id) !== undefined;
  }

  private requireRecord(id: string): void {
    if (this.isThere(id)) return;
    const { path } = this.options;
    const message = `The record ${id} is not in ${path}. It may have been moved or cut out; open the dataset anew.`;
    throw new LogError({ kind: 'not-found', path, message });
  }

  private requireSettled(id: string, decision: NewDecision): void {
    if (decision.by?.kind !== 'policy' || this.options.fold.state(id)?.status !== 'contested') return;
    const { path } = this.options;
    const message = `The record ${id} in ${path} is contested; a person has to settle it. Decide on it in the dataset.`;
    throw new LogError({ kind: 'unwritable', path, message });
  }
}
