import type { RecordState } from '../recordState';
import type { AboutLine } from '../schema';

export const statuses: readonly RecordState['status'][] = ['pending', 'accepted', 'rejected', 'contested'];

/** Bits of the column `flags`. */
export const flag = { deleted: 1, corrected: 2 } as const;

/** The part of a record's state that a table keeps. */
export type TableState = Pick<
  RecordState,
  'status' | 'deleted' | 'tags' | 'split' | 'instruction' | 'rejected' | 'chosen'
>;

/** What a line comes to where it is the only one about its record, as `foldLines` has it, without its graph. */
export function loneState(line: AboutLine): TableState {
  switch (line.kind) {
    case 'decision':
      return { ...untouchedState, status: line.status, ...textField('chosen', line.chosen) };
    case 'change':
      return {
        ...untouchedState,
        tags: [...new Set(line.tags?.add ?? [])].sort(),
        split: line.split ?? null,
        ...(line.instruction == null ? {} : { instruction: line.instruction }),
        ...textField('rejected', line.rejected),
        ...textField('chosen', line.chosen),
      };
    case 'deletion':
      return { ...untouchedState, deleted: true };
  }
}

export const untouchedState: TableState = { status: 'pending', deleted: false, tags: [], split: null };

export function flagsOf(state: TableState): number {
  const isCorrected =
    state.instruction !== undefined || state.rejected !== undefined || state.chosen !== undefined;
  return (state.deleted ? flag.deleted : 0) | (isCorrected ? flag.corrected : 0);
}

function textField(name: 'rejected' | 'chosen', text: string | null | undefined): object {
  return text == null ? {} : { [name]: text };
}
