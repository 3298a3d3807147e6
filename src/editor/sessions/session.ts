import type { SearchTree } from '../../spar/search/tree';
import type { Instruction } from '../../spar/refiner/instruction';
import type { Constraint, Span } from '../../spar/verifiers/constraint';
import type { ConstraintChoice } from './choices';

/** One item under refinement: its tree so far, where it came from, and what a person decided. */
export interface Session {
  /** Unique among sessions, sorts by time, fit for a folder's name. */
  readonly id: string;
  /** The instruction's start, one line, at most 80 characters. */
  readonly title: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly source: SessionSource;
  readonly instruction: Instruction;
  readonly original: string;
  /** As it stands now; ask again after a change. */
  readonly tree: SearchTree;
  readonly isRunning: boolean;
  /** True for a search of an earlier window. */
  readonly isRestored: boolean;
  /** By node path. Nodes that nobody has decided on are absent. */
  readonly decisions: ReadonlyMap<string, NodeDecision>;
  /** What a review of this node holds so far; `untouched` for one never opened. */
  reviewState(path: string): ReviewState;
  /**
   * What the next search checks: the constraints of the last one as a person has changed them since, those
   * switched off among them. Empty until a search has begun.
   */
  readonly choices: readonly ConstraintChoice[];
  /** True where the next search would check other things than the last one did. */
  readonly areConstraintsChanged: boolean;
}

/** Where instruction and response were read. */
export interface SessionSource {
  readonly kind: 'selection' | 'row' | 'input';
  /** The document's URI; null for typed text. */
  readonly uri: string | null;
  /** Where the response stood in the document, UTF-16 offsets; null where it is not there literally. */
  readonly range: Span | null;
  /** Line of a row, from 1. */
  readonly line: number | null;
}

export interface NodeDecision {
  readonly state: 'accepted' | 'rejected';
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The record in the dataset that this decision is about. */
  readonly recordId: string;
  /** The dataset file's path, for messages and for undoing. */
  readonly dataset: string;
  /** The candidate that a mixture or an edit was made of; null for a candidate taken as it is. */
  readonly madeOf: string | null;
  /** Indices of the changes that were kept, with a mixture. */
  readonly kept: readonly number[] | null;
  /** A further record that was made of the refused changes, in the same dataset. */
  readonly further?: string | undefined;
}

/** What a person has done with a candidate so far, short of deciding; plain data, journalled whole at each change. */
export interface ReviewState {
  /** The candidate as edited by hand; null where it was not. */
  readonly editedText: string | null;
  /** Indices in `textChanges(original, editedText ?? node.text)` kept on purpose, ascending. */
  readonly kept: readonly number[];
  /** Indices in the same list that were undone, ascending. */
  readonly undone: readonly number[];
  /** Milliseconds since 1970 of the last change; 0 where nothing was done yet. */
  readonly savedAt: number;
}

export const untouched: ReviewState = { editedText: null, kept: [], undone: [], savedAt: 0 };

/** What to refine: the start of a session. */
export interface SessionItem {
  readonly instruction: Instruction;
  readonly original: string;
  readonly source: SessionSource;
  /** A critique of the original that came with it; the original is then taken as failing. */
  readonly critique?: string;
  /** The constraints that a row's own columns give; else they are read from the instruction's text. */
  readonly constraints?: readonly Constraint[];
  /** True for Judge Response: the root is judged, nothing is refined. */
  readonly judgeOnly?: boolean;
  /** What a person chose in an earlier search of the same item; `constraints` then holds those switched on. */
  readonly choices?: readonly ConstraintChoice[];
}

/** A node of a session, as the tree and the queue name it. */
export interface NodeReference {
  readonly session: Session;
  readonly path: string;
}

export interface AcceptOptions {
  /** Indices of the changes kept (of `textChanges(original, node.text)`); the others are undone. */
  readonly kept?: readonly number[];
  /** The text itself, edited by hand or mixed by the review; `kept` then only tells how it was made. */
  readonly editedText?: string;
  /** True once the person has been asked about a candidate that does not pass. */
  readonly anyway?: boolean;
}

export type AcceptResult =
  | { readonly status: 'accepted'; readonly path: string; readonly decision: NodeDecision }
  /** Nothing is decided: `path` is the judged node, and the person is to be asked; `anyway` then takes it. */
  | { readonly status: 'not-passing'; readonly path: string; readonly reason: string }
  /** Nothing is decided and nothing is lost; `reason` is for a person. */
  | { readonly status: 'failed'; readonly reason: string };
