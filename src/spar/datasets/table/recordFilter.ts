import type { RecordState } from '../recordState';
import type { Measure } from './measures';

export type TextField = 'instruction' | 'rejected' | 'chosen' | 'critique';

/** Which records to show; what is given must all hold, of a list one of its members. */
export interface RecordFilter {
  /** Free text, in whatever case, in all texts or in `fields`. */
  readonly text?: string;
  readonly fields?: readonly TextField[];
  readonly statuses?: readonly RecordState['status'][];
  readonly tags?: readonly string[];
  /** Null: in no split. */
  readonly splits?: readonly (string | null)[];
  /** Constraint types named in the evidence. */
  readonly constraints?: readonly string[];
  /** Null: by rules alone. */
  readonly models?: readonly (string | null)[];
  readonly runs?: readonly string[];
  /** Files that texts came from. */
  readonly sources?: readonly string[];
  /** Both ends included; a record that does not know a measure is in no range of it. */
  readonly ranges?: readonly { readonly measure: Measure; readonly min?: number; readonly max?: number }[];
  readonly ids?: readonly string[];
  /** Only deleted ones; by default only those that are there. */
  readonly deleted?: boolean;
}

/** Records that do not know what they are sorted by come last either way; equal ones stay in file order. */
export interface Sort {
  readonly by: Measure | 'line' | 'status' | 'source' | 'model';
  readonly descending: boolean;
}
