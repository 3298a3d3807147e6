import type { ReplyStore } from '../../spar/models/recorded';
import type { SearchEvent } from '../../spar/search/events';
import type { SearchTree } from '../../spar/search/tree';
import type { ConstraintChoice } from './choices';
import type { NodeDecision, ReviewState, Session, SessionItem, SessionSource } from './session';

/** The search engine with the model and the settings of the moment. */
export interface SessionEngine {
  /** Searches from an item, or further from a node of an earlier search. Never throws for a model's failure. */
  search(start: EngineStart, options: { readonly signal: AbortSignal }): AsyncIterable<SearchEvent>;
  /** Judges a text of a person's as a new node of origin `edited` beneath `parent`. */
  judgeEdited(edit: EngineEdit, options: { readonly signal: AbortSignal }): AsyncIterable<SearchEvent>;
}

export interface EngineStart {
  readonly item: SessionItem;
  readonly continueFrom: { readonly tree: SearchTree; readonly path: string } | null;
  /** Replies of this session that were paid for already; null where they can't be kept. */
  readonly replies: ReplyStore | null;
}

export interface EngineEdit {
  readonly tree: SearchTree;
  readonly parent: string;
  readonly text: string;
  readonly replies: ReplyStore | null;
}

/** What a session's journal holds, in order. Everything a session is can be folded from these. */
export type JournalEntry =
  | {
      readonly kind: 'session';
      readonly startedAt: string;
      readonly source: SessionSource;
      readonly instruction: SessionItem['instruction'];
      readonly original: string;
    }
  | { readonly kind: 'event'; readonly event: SearchEvent }
  | { readonly kind: 'decision'; readonly path: string; readonly decision: NodeDecision | null }
  | { readonly kind: 'review'; readonly path: string; readonly state: ReviewState }
  /** What the next search checks, whole at each change. */
  | { readonly kind: 'constraints'; readonly choices: readonly ConstraintChoice[] }
  /** The tree begins anew: what the events before it said is no longer shown, what they cost still counts. */
  | { readonly kind: 'again' };

export interface SessionJournal {
  /** Resolves when the entry is on the disk. Entries are kept in the order of the calls. */
  append(entry: JournalEntry): Promise<void>;
  /** The replies kept beside the journal. */
  replies(): Promise<ReplyStore>;
  close(): Promise<void>;
}

/** A session found on the disk; `entries` holds what could be read of it. */
export interface StoredSession {
  readonly id: string;
  readonly entries: readonly JournalEntry[];
  readonly journal: SessionJournal;
}

export interface SessionJournals {
  create(id: string, source: SessionSource): Promise<SessionJournal>;
  /** Recent sessions, the oldest first; one that can't be read is left out and told in the log. */
  restore(): AsyncIterable<StoredSession>;
  /** Hides a session from later restores; its files stay. */
  forget(id: string): Promise<void>;
}

/** Where decisions become preference pairs. */
export interface PairStore {
  /**
   * Appends the node's record, where it is not there yet, and the decision, durably, before it resolves.
   *
   * @throws Error with a sentence for a person when the file can't be written.
   */
  decide(decided: DecidedNode): Promise<Pick<NodeDecision, 'recordId' | 'dataset' | 'further'>>;
  /** Appends a decision `pending` to an earlier one's record, and to a further one made with it. */
  undo(decision: NodeDecision): Promise<void>;
}

export interface DecidedNode {
  readonly session: Session;
  readonly path: string;
  readonly state: NodeDecision['state'];
  readonly madeOf: string | null;
  readonly kept: readonly number[] | null;
}

/** Where the store tells what went wrong; each is shown to a person once. */
export interface SessionProblems {
  journalFailed(session: Session, cause: unknown): void;
  searchFailed(session: Session, cause: unknown): void;
}

export interface SessionPorts {
  readonly engine: SessionEngine;
  readonly journals: SessionJournals;
  readonly pairs: PairStore;
  readonly problems: SessionProblems;
  /** Now; a fixed one in tests. */
  readonly clock: () => Date;
  /** Resolves when views have had the time to show what was just added; at once where it is left out. */
  readonly shown?: () => Promise<void>;
  /** A short random text that keeps two windows' session ids apart. */
  readonly nonce: () => string;
}
