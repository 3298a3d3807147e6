import type { Judgement, NodeOrigin } from '../../spar/search/events';
import type { Constraint, ConstraintCheck } from '../../spar/verifiers/constraint';

/** Names one candidate of one search. */
export interface CandidateId {
  readonly sessionId: string;
  /** Path of the node in its search tree; `0` is the original. */
  readonly path: string;
}

/** What review needs to know of a node; `SearchNode` and its `TreeNode.judgement` put together. */
export interface ReviewedNode {
  readonly path: string;
  /** Null for the root. */
  readonly parent: string | null;
  readonly origin: NodeOrigin;
  readonly text: string;
  readonly checks: readonly ConstraintCheck[];
  /** 0 to 1, against the original. */
  readonly distance: number;
  /** 0 to 1; null where nothing verified was broken. */
  readonly interference: number | null;
  readonly judgement: Judgement | null;
}

export interface ReviewedSession {
  readonly id: string;
  /** Milliseconds since 1970 at which the search began. */
  readonly createdAt: number;
  /** The response the search started from. */
  readonly original: string;
  readonly constraints: readonly Constraint[];
  /** Null where there is no such node, or its text is not written yet. */
  node(path: string): ReviewedNode | null;
  /** Paths of the nodes that wait for a decision, in the order of review, best first. */
  pending(): readonly string[];
  /** Paths of all nodes with a text but the root, best first. */
  candidates(): readonly string[];
}

/** What a person has done with a candidate so far, short of accepting or rejecting it. Plain JSON. */
export interface ReviewState {
  /**
   * Written by hand in the diff review; null while the text is the node's own. With a text here `kept` and
   * `undone` count the changes from the original to this text.
   */
  readonly editedText: string | null;
  /** Indices in `textChanges(original, editedText ?? node.text)` that were kept on purpose, ascending. */
  readonly kept: readonly number[];
  /** Indices in the same list that were undone, ascending. */
  readonly undone: readonly number[];
  /** Milliseconds since 1970 of the last change; 0 where nothing was done yet. */
  readonly savedAt: number;
}

export const untouched: ReviewState = { editedText: null, kept: [], undone: [], savedAt: 0 };

/** What is accepted of a candidate: all of it, some of its changes, or a text written by hand. */
export type Acceptance =
  | { readonly kind: 'whole' }
  /** Indices in `textChanges(original, node.text)` and the text they make. */
  | { readonly kind: 'mixture'; readonly kept: readonly number[]; readonly text: string }
  | { readonly kind: 'edited'; readonly editedText: string };

/** Undefined paths: the whole session may differ. */
export interface ReviewChange {
  readonly sessionId: string;
  readonly paths?: readonly string[];
}

/** The session store as review sees it. */
export interface ReviewHost {
  /** Waits until the session's journal has been read; null where there is no such session. */
  session(sessionId: string): Promise<ReviewedSession | null>;
  /** The saved state; `untouched` where there is none. Needs the session to be loaded. */
  reviewState(candidate: CandidateId): ReviewState;
  /** Resolves when the state is safe on disk; tells `onDidChange`. */
  saveReviewState(candidate: CandidateId, state: ReviewState): Promise<void>;
  accept(candidate: CandidateId, acceptance: Acceptance): Promise<void>;
  /** The given constraints checked against a text, by rules, without any model. */
  check(constraints: readonly Constraint[], text: string): readonly ConstraintCheck[];
  /** Tells of new nodes, judgements, decisions and review states. */
  onDidChange(listener: (change: ReviewChange) => void): { dispose(): void };
}
