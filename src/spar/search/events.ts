import type { Usage } from '../models/chatModel';
import type { ModelErrorKind } from '../models/modelError';
import type { Instruction } from '../refiner/instruction';
import type { Constraint, ConstraintCheck } from '../verifiers/constraint';
import type { SearchSettings } from './settings';

/** Path of the root; children are `1`, `2`, …, theirs `1.1`, `1.2`, … */
export const rootPath = '0';

/** Where a node's text comes from. */
export type NodeOrigin =
  /** The response the search started from. */
  | 'original'
  /** Written by the refiner model. */
  | 'refined'
  /** Made by rules. */
  | 'repaired'
  /** A passing refinement with its unneeded changes undone. */
  | 'trimmed'
  /** An independent sample of the actor (best-of-N). */
  | 'sampled'
  /** Mixed or written by a person in review. */
  | 'edited';

export interface Vote {
  /** Position in draw order, from 0; re-asked votes keep their draw number. */
  readonly draw: number;
  readonly verdict: 'yes' | 'no' | 'unparsed';
  /** The judge's reply as parsed text, without reasoning. */
  readonly text: string;
}

/**
 * What the model says of a text that code refutes, asked without being told so. It changes nothing: the verdict stays
 * code's. Where most of the votes are Yes, model and code are in conflict.
 */
export interface Audit {
  readonly yes: number;
  readonly no: number;
  readonly unparsed: number;
  readonly votes: readonly Vote[];
  /** Why there are no votes, where the model could not be asked. */
  readonly failure?: string;
}

export interface Judgement {
  /** `votes`: a model; `rules`: code settled it; `given`: the critique came with the item. */
  readonly by: 'votes' | 'rules' | 'given';
  /** Yes among parsed votes, 0 to 1; null where nothing could decide (offline, an incomplete check). */
  readonly value: number | null;
  readonly yes: number;
  readonly no: number;
  /** Votes of N that were not drawn because they could not matter. */
  readonly notDrawn: number;
  /** Replies without a verdict, re-asked ones included. */
  readonly unparsed: number;
  /** The first vote's text that agrees with the majority, or the rules' findings. */
  readonly critique: string;
  readonly votes: readonly Vote[];
  /** With `given`: what the critique concludes, where it says so. */
  readonly verdict?: 'yes' | 'no';
  /** With `rules`, where the node was drawn for an audit. */
  readonly audit?: Audit;
}

export interface SearchNode {
  readonly path: string;
  /** Path of the parent; null for the root. */
  readonly parent: string | null;
  /** 0 for the root. */
  readonly depth: number;
  readonly origin: NodeOrigin;
  readonly text: string;
  /** The refiner's words before the answer, or what a rule did. */
  readonly reflection: string;
  readonly checks: readonly ConstraintCheck[];
  /** Changed words over the longer text's words, against the original; 0 to 1. */
  readonly distance: number;
  /** Share of changed words that no broken constraint needed, 0 to 1; null where nothing verified was broken. */
  readonly interference: number | null;
}

export interface SearchItem {
  /** Content hash of instruction and response. */
  readonly id: string;
  readonly instruction: Instruction;
  /** What every node is measured against and becomes the rejected side of a pair. */
  readonly original: string;
}

/** How a search ended. */
export type SearchStatus =
  'accepted' | 'unsolved' | 'already-follows' | 'undetermined' | 'stopped' | 'failed';

export interface SearchOutcome {
  readonly status: SearchStatus;
  /** One sentence for a person, with what to do next where there is something. */
  readonly reason: string;
  /** Path of the best candidate; null when none is better than the original. */
  readonly best: string | null;
  /** False if any part of the instruction was left unchecked by code and by votes. */
  readonly complete: boolean;
  /** True where rules were not enough and no model was in use. */
  readonly needsModel: boolean;
  /**
   * What ended it early: with `stopped` an abort or a limit (`accepted` where a candidate had passed by then), with
   * `failed` the endpoint, which can be resumed when it answers again.
   */
  readonly stoppedBy: 'abort' | 'nodes' | 'tokens' | 'cost' | 'time' | 'endpoint' | null;
  /** With `stoppedBy: 'endpoint'`: what kind of failure it was. */
  readonly failure?: ModelErrorKind;
  readonly usage: Usage;
  /** In the price's currency; null without a price. */
  readonly cost: number | null;
  readonly milliseconds: number;
}

export interface SearchStarted {
  readonly type: 'search-started';
  /** `edit`: only a person's text is judged; the tree keeps the outcome it had unless that text is the first to pass. */
  readonly purpose: 'search' | 'edit';
  readonly item: SearchItem;
  readonly settings: SearchSettings;
  /** Model id; null for rules alone. */
  readonly model: string | null;
  readonly constraints: readonly Constraint[];
  /** Parts of the instruction's text that no constraint covers. */
  readonly unchecked: readonly string[];
  /** The node from which this search grows: the root, or a node of an earlier search of the same item. */
  readonly from: SearchNode;
}

/**
 * All that leaves a search. Views, journals and the terminal fold these same events (`foldEvent`), so they
 * can't disagree. Events about different nodes may come in any order; those about one node come in order.
 */
export type SearchEvent =
  | SearchStarted
  /** A refinement is being asked for. */
  | { readonly type: 'node-started'; readonly path: string; readonly parent: string; readonly depth: number }
  | { readonly type: 'node-refined'; readonly node: SearchNode }
  /** The text equals that of `into`; kept once, judged once. */
  | { readonly type: 'node-merged'; readonly path: string; readonly into: string }
  /** Sent again when more votes of the same node were drawn; the last one holds. */
  | { readonly type: 'node-judged'; readonly path: string; readonly judgement: Judgement }
  | {
      readonly type: 'node-failed';
      readonly path: string;
      readonly stage: 'refine' | 'judge';
      readonly reason: string;
    }
  | { readonly type: 'usage-updated'; readonly usage: Usage; readonly cost: number | null }
  | { readonly type: 'search-finished'; readonly outcome: SearchOutcome };
