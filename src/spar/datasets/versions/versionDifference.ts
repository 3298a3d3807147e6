import type { RecordState } from '../recordState';

export type Status = RecordState['status'];

/** A stretch of two texts that are compared; `gap` stands for a long one that both share. */
export interface Segment {
  readonly kind: 'same' | 'removed' | 'added' | 'gap';
  readonly text: string;
}

export type TextField = 'instruction' | 'rejected' | 'chosen';

/** What became of one pair from one version of a dataset to another. */
export interface PairDifference {
  readonly id: string;
  /** `decided`: its status is another one. `changed`: only its texts, tags or split are. */
  readonly kind: 'added' | 'removed' | 'decided' | 'changed';
  /** Null where the pair is not there. */
  readonly status: { readonly before: Status | null; readonly after: Status | null };
  readonly tags: { readonly added: readonly string[]; readonly removed: readonly string[] };
  /** Null where it stayed as it was. */
  readonly split: { readonly before: string | null; readonly after: string | null } | null;
  /** Texts that differ between the versions. */
  readonly texts: readonly { readonly field: TextField; readonly segments: readonly Segment[] }[];
  /** In the later version that has the pair. */
  readonly instruction: string;
  /** From rejected to chosen, in the later version that has the pair. */
  readonly pair: readonly Segment[];
}

export const differenceKinds = [
  'added',
  'removed',
  'decided',
  'changed',
] as const satisfies readonly PairDifference['kind'][];

export interface VersionDifference {
  readonly counts: Readonly<Record<PairDifference['kind'] | 'unchanged', number>>;
  /** In the order of the later file, removed ones last; at most as many as were asked for. */
  readonly pairs: readonly PairDifference[];
  /** Lines that can't be read, in the earlier and the later file: pairs may hide in them. */
  readonly unreadable: { readonly before: number; readonly after: number };
}
