import type { Measure } from '../../../spar/datasets/table/measures';
import type { RecordFilter } from '../../../spar/datasets/table/recordFilter';

/**
 * What the page of a dataset editor and its host say to each other. Imports types alone: both sides are built of it.
 * All texts that the host sends are fit to be shown: control characters and marks that reorder lines are
 * pictures or numbers.
 */

export type Status = 'accepted' | 'rejected' | 'pending' | 'contested';

export const statuses: readonly Status[] = ['accepted', 'rejected', 'pending', 'contested'];

export type TextField = 'instruction' | 'rejected' | 'chosen';

/** What the person filters by; an absent field does not filter. */
export interface Filter extends Omit<RecordFilter, 'ids'> {
  /** A code of a lint finding. */
  readonly finding?: string;
  /** Only records that are like this one. */
  readonly similarTo?: string;
}

export interface Sorting {
  readonly by: Measure | 'line' | 'status' | 'source' | 'model';
  readonly descending: boolean;
}

/** What a bulk action is about: named records, or all that the filter leaves. */
export type Target = { readonly ids: readonly string[] } | { readonly all: true };

export const actions = [
  'accept',
  'reject',
  'pending',
  'tag',
  'split',
  'delete',
  'restore',
  'refine',
  'judge',
] as const;

export type Action = (typeof actions)[number];

export type Request =
  | { readonly type: 'query'; readonly filter: Filter; readonly sort: Sorting }
  /** Half open positions in the result. */
  | { readonly type: 'rows'; readonly result: number; readonly from: number; readonly to: number }
  | { readonly type: 'ids'; readonly result: number; readonly from: number; readonly to: number }
  | { readonly type: 'pair'; readonly id: string; readonly whole: boolean }
  /** The text itself, for editing. */
  | { readonly type: 'text'; readonly id: string; readonly field: TextField }
  | { readonly type: 'act'; readonly action: Action; readonly target: Target }
  | { readonly type: 'edit'; readonly id: string; readonly field: TextField; readonly text: string }
  | { readonly type: 'settle'; readonly id: string; readonly conflict: number; readonly side: number }
  | { readonly type: 'open-source'; readonly id: string }
  | { readonly type: 'open-line'; readonly id: string }
  | { readonly type: 'run'; readonly command: 'save' | 'undo' | 'redo' | 'lint' }
  /** Takes the edits that a finding offers. */
  | { readonly type: 'fix'; readonly id: string; readonly finding: number };

export interface Facet {
  readonly value: string | null;
  /** Words for a person, where the value is none. */
  readonly label?: string;
  readonly count: number;
}

/** The most frequent values of what can be filtered by. */
export interface Facets {
  readonly tags: readonly Facet[];
  readonly splits: readonly Facet[];
  readonly constraints: readonly Facet[];
  readonly models: readonly Facet[];
  readonly runs: readonly Facet[];
  readonly sources: readonly Facet[];
  /** Empty until lint has run. */
  readonly findings: readonly Facet[];
}

export interface ResultMessage {
  readonly type: 'result';
  /** Counted up with each result; windows of an older one are not answered. */
  readonly result: number;
  readonly count: number;
  /** Records that are there, deleted ones left out. */
  readonly total: number;
  readonly deleted: number;
  readonly byStatus: Readonly<Record<Status, number>>;
  readonly facets: Facets;
  /** False while the file is still being read. */
  readonly isComplete: boolean;
  /** Of the record that was last shown as a pair; null where it is not in the result. */
  readonly position: number | null;
}

export type Response =
  | ResultMessage
  | {
      readonly type: 'rows';
      readonly result: number;
      readonly from: number;
      readonly rows: readonly RowView[];
    }
  | { readonly type: 'ids'; readonly result: number; readonly ids: readonly string[] }
  | { readonly type: 'pair'; readonly id: string; readonly pair: PairView | null }
  | { readonly type: 'text'; readonly id: string; readonly field: TextField; readonly text: string }
  | DocumentMessage
  /** Not answered: rows, or a filter or order, of which the one before holds on. */
  | { readonly type: 'failed'; readonly request: 'rows' | 'query' }
  /** Only the filter of the page changes; it asks with it then. */
  | { readonly type: 'filter'; readonly filter: Filter }
  | { readonly type: 'focus'; readonly on: 'filter' | 'grid' };

export interface DocumentMessage {
  readonly type: 'document';
  readonly kind: 'dataset' | 'rows';
  /** Lines that a save would add. */
  readonly unsaved: number;
  /** What stands above the table: of lines that can't be read, of a file that is gone. */
  readonly notices: readonly string[];
}

export interface ChangePart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

export interface RowView {
  readonly id: string;
  readonly line: number;
  readonly status: Status;
  readonly deleted: boolean;
  /** An edit of it is not saved yet. */
  readonly unsaved: boolean;
  readonly instruction: string;
  /** The first changes with a little around them. */
  readonly change: readonly ChangePart[];
  readonly value: number | null;
  /** For example `3 of 5`; empty where nothing was drawn. */
  readonly votes: string;
  /** For example `2 held, 1 broken`; empty where nothing was checked. */
  readonly verifiers: string;
  readonly interference: number | null;
  readonly distance: number;
  readonly rejectedWords: number;
  readonly chosenWords: number;
  readonly tags: readonly string[];
  readonly split: string | null;
  readonly model: string | null;
  readonly source: string;
  /** ISO 8601. */
  readonly created: string;
}

/** A stretch of the pair; those that are not `added` make up the rejected text, those not `removed` the chosen one. */
export interface Piece extends ChangePart {
  /** Stands for a long stretch that both texts share; the text says how long. */
  readonly isGap?: true;
  /** Index of the change that the piece is of, where changes are numbered. */
  readonly change?: number;
  /** What the rejected text breaks here. */
  readonly brokenInRejected?: string;
  readonly brokenInChosen?: string;
}

export interface CheckView {
  readonly text: string;
  readonly type: string;
  readonly rejected: CheckState;
  readonly chosen: CheckState;
}

export interface CheckState {
  readonly state: 'held' | 'broken' | 'unknown' | 'unchecked';
  readonly message: string;
}

export interface StepView {
  /** Of the search node: 0 for the original, then 1, 1.2, … */
  readonly path: string;
  readonly origin: string;
  readonly words: string;
  readonly reflection: string;
}

export interface ConflictView {
  /** For example `Status`. */
  readonly title: string;
  readonly sides: readonly { readonly says: string; readonly who: string }[];
}

export interface FindingView {
  readonly title: string;
  readonly severity: 'error' | 'warning' | 'information';
  readonly message: string;
  /** What the fix does; absent where there is none. */
  readonly fix?: string;
}

export interface PairView {
  readonly id: string;
  readonly line: number;
  readonly status: Status;
  readonly deleted: boolean;
  readonly unsaved: boolean;
  /** Who decided, when, with what note; empty where nobody did. */
  readonly decided: string;
  readonly tags: readonly string[];
  readonly split: string | null;
  readonly turns: readonly { readonly role: string; readonly text: string }[];
  /** False for an instruction of several turns, which is edited as JSON. */
  readonly isPlainInstruction: boolean;
  readonly corrected: readonly TextField[];
  readonly pieces: readonly Piece[];
  /** Characters that are left out; 0 where all is shown. */
  readonly cut: number;
  readonly critiqueOfRejected: string;
  readonly critiqueOfChosen: string;
  readonly checks: readonly CheckView[];
  readonly path: readonly StepView[];
  /** Label and value, for example `Votes`, `5 of 5 yes`. */
  readonly measures: readonly (readonly [string, string])[];
  readonly source: string;
  readonly hasSourceFile: boolean;
  readonly conflicts: readonly ConflictView[];
  /** What lint found in the record as it was saved. */
  readonly findings: readonly FindingView[];
  readonly history: readonly string[];
}
