import type { RecordState } from '../../spar/datasets/recordState';

/** Which records of a dataset are meant; what the dataset editor takes as its filter. Plain data. */
export interface DatasetFilter {
  readonly statuses?: readonly RecordState['status'][];
  readonly tags?: readonly string[];
  /** Null: records without a split. */
  readonly splits?: readonly (string | null)[];
  /** Only deleted ones; without it only those that are there. */
  readonly deleted?: boolean;
}

/** True for a record that the filter means: each part given must hold, by any of its values. */
export function passes(filter: DatasetFilter, state: RecordState): boolean {
  const { statuses, tags, splits, deleted = false } = filter;
  return (
    state.deleted === deleted &&
    (statuses === undefined || statuses.includes(state.status)) &&
    (tags === undefined || tags.some((tag) => state.tags.includes(tag))) &&
    (splits === undefined || splits.includes(state.split))
  );
}
