import { isCorrected, type RecordState } from '../recordState';
import type { AboutLine } from '../schema';

export const statuses: readonly RecordState['status'][] = ['pending', 'accepted', 'rejected', 'contested'];

/** Bits of the column `flags`. */
export const flag = { deleted: 1, corrected: 2, judged: 4 } as const;

/** The part of a record's state that a table keeps. */
export type TableState = Pick<
  RecordState,
  'status' | 'deleted' | 'tags' | 'split' | 'instruction' | 'rejected' | 'chosen' | 'judgements'
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
        ...(line.judgements == null ? {} : { judgements: line.judgements }),
      };
    case 'deletion':
      return { ...untouchedState, deleted: true };
  }
}

export const untouchedState: TableState = { status: 'pending', deleted: false, tags: [], split: null };

/** True where the texts measure, or are judged, otherwise than on record. */
export function isMeasuredAnew(
  state: Pick<TableState, 'instruction' | 'rejected' | 'chosen' | 'judgements'>,
): boolean {
  return isCorrected(state) || state.judgements !== undefined;
}

export function flagsOf(state: TableState): number {
  return (
    (state.deleted ? flag.deleted : 0) |
    (isCorrected(state) ? flag.corrected : 0) |
    (state.judgements === undefined ? 0 : flag.judged)
  );
}

function textField(name: 'rejected' | 'chosen', text: string | null | undefined): object {
  return text == null ? {} : { [name]: text };
}
