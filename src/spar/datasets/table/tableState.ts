import { isCorrected, type RecordState } from '../recordState';

export const statuses: readonly RecordState['status'][] = ['pending', 'accepted', 'rejected', 'contested'];

/** Bits of the column `flags`. */
export const flag = { deleted: 1, corrected: 2, judged: 4 } as const;

/** The part of a record's state that a table keeps. */
export type TableState = Pick<
  RecordState,
  'status' | 'deleted' | 'tags' | 'split' | 'instruction' | 'rejected' | 'chosen' | 'judgements'
>;

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
