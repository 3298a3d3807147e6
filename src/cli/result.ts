import { conflictsOf } from '../spar/search/conflicts';
import type { Judgement, NodeOrigin, SearchStatus } from '../spar/search/events';
import { rootPath } from '../spar/search/events';
import { bestOfTree } from '../spar/search/outcome';
import type { SearchTree, TreeNode } from '../spar/search/tree';
import type { ConstraintCheck } from '../spar/verifiers/constraint';

/** What `spar refine --json` prints. */
export interface RefineResult {
  readonly status: SearchStatus;
  /** A sentence for a person. */
  readonly reason: string;
  /** Text of the best candidate; null when none is better than the original. */
  readonly response: string | null;
  /** Value and critique of the best candidate, of the original where there is none. */
  readonly value: number | null;
  readonly critique: string | null;
  /** Of the best candidate against the original, 0 to 1. */
  readonly distance: number | null;
  readonly interference: number | null;
  /** As they stand in the best candidate, in the original where there is none. */
  readonly constraints: readonly ConstraintState[];
  /** False exactly if something among the constraints is unchecked (or nothing was looked at). */
  readonly complete: boolean;
  /** Texts about which rules and votes, or a given critique, disagree; the rules' verdict holds. */
  readonly conflicts: readonly ResultConflict[];
  readonly tree: ResultNode | null;
  readonly usage: {
    readonly requests: number;
    readonly sequences: number;
    readonly promptTokens: number;
    readonly completionTokens: number;
  };
}

export interface ResultConflict {
  readonly path: string;
  /** Who disagrees: votes of an audit, a given critique, votes that decided. */
  readonly with: 'audit' | 'given' | 'votes';
  readonly said: 'yes' | 'no';
  /** What rules found broken; empty against a No, where all holds. */
  readonly broken: readonly { readonly id: string; readonly message: string }[];
}

export interface ConstraintState {
  /** The constraint's id, or `unchecked:1`, `unchecked:2`, … for a part of the instruction that code can't check. */
  readonly id: string;
  readonly text: string;
  readonly state: 'held' | 'broken' | 'unchecked';
}

/** A node with those below it. */
export interface ResultNode {
  readonly path: string;
  readonly origin: NodeOrigin | null;
  /** Null where the refinement failed. */
  readonly text: string | null;
  readonly reflection: string | null;
  /** `votes`, `rules`, or `given` with the item; null where it was not judged. */
  readonly by: 'votes' | 'rules' | 'given' | null;
  readonly value: number | null;
  readonly votes: {
    readonly yes: number;
    readonly no: number;
    readonly notDrawn: number;
    readonly unparsed: number;
  } | null;
  /** Votes about a text that rules refute; null where it was not drawn for an audit. */
  readonly audit: {
    readonly yes: number;
    readonly no: number;
    readonly unparsed: number;
    /** Why the model could not be asked; null where it was. */
    readonly failure: string | null;
  } | null;
  readonly critique: string | null;
  readonly distance: number | null;
  readonly interference: number | null;
  readonly broken: readonly { readonly id: string; readonly message: string }[];
  /** Why there is no text or no judgement; null where there is. */
  readonly failure: { readonly stage: 'refine' | 'judge'; readonly reason: string } | null;
  /** How many refinements came out as this text, beyond the first. */
  readonly copies: number;
  readonly children: readonly ResultNode[];
}

/** The result of a search as it stands; of one that was ended from outside, what there was by then. */
export function resultOf(tree: SearchTree): RefineResult {
  const { outcome, usage } = tree;
  const best = outcome === null ? bestOfTree(tree) : outcome.best;
  const shown = tree.nodes.get(best ?? rootPath);
  const candidate = best === null ? null : (shown?.node ?? null);
  const constraints = constraintStates(tree, shown);
  return {
    status: outcome?.status ?? 'stopped',
    reason: outcome?.reason ?? 'Ended before the search did. What was found is shown.',
    response: candidate?.text ?? null,
    value: shown?.judgement?.value ?? null,
    critique: shown?.judgement?.critique ?? null,
    distance: candidate?.distance ?? null,
    interference: candidate?.interference ?? null,
    constraints,
    complete: constraints.length > 0 && constraints.every(({ state }) => state !== 'unchecked'),
    conflicts: conflictsOf(tree).map(({ path, with: who, said, checks }) => {
      return { path, with: who, said, broken: brokenOf(checks) };
    }),
    tree: tree.nodes.has(rootPath) ? resultNode(tree, rootPath) : null,
    usage: usageOf(usage),
  };
}

/** The result where no search could begin. */
export function failedResult(reason: string, status: 'failed' | 'stopped' = 'failed'): RefineResult {
  return {
    status,
    reason,
    response: null,
    value: null,
    critique: null,
    distance: null,
    interference: null,
    constraints: [],
    complete: false,
    conflicts: [],
    tree: null,
    usage: { requests: 0, sequences: 0, promptTokens: 0, completionTokens: 0 },
  };
}

function usageOf({
  requests,
  sequences,
  promptTokens,
  completionTokens,
}: SearchTree['usage']): RefineResult['usage'] {
  return { requests, sequences, promptTokens, completionTokens };
}

function constraintStates(tree: SearchTree, shown: TreeNode | undefined): readonly ConstraintState[] {
  const states = new Map(shown?.node?.checks.map(({ constraint, result }) => [constraint.id, result.state]));
  const state = verdictOnRest(tree, shown);
  const checked = tree.constraints.map(({ id, text }): ConstraintState => {
    const found = states.get(id) ?? 'unchecked';
    return { id, text, state: found === 'unknown' ? 'unchecked' : found };
  });
  const rest = tree.unchecked.map((text, index): ConstraintState => {
    return { id: `unchecked:${index + 1}`, text: oneLine(text), state };
  });
  return [...checked, ...rest];
}

/** Votes judge the instruction as a whole, so they say the same of each part that code can't check. */
function verdictOnRest(tree: SearchTree, shown: TreeNode | undefined): ConstraintState['state'] {
  const judgement = shown?.judgement ?? null;
  if (judgement?.by !== 'votes' || judgement.value === null) return 'unchecked';
  return judgement.value > (tree.settings?.gate ?? 0.5) ? 'held' : 'broken';
}

function resultNode(tree: SearchTree, path: string): ResultNode {
  const found = tree.nodes.get(path);
  const node = found?.node ?? null;
  const judgement = found?.judgement ?? null;
  return {
    path,
    origin: node?.origin ?? null,
    text: node?.text ?? null,
    reflection: node?.reflection ?? null,
    by: judgement?.by ?? null,
    value: judgement?.value ?? null,
    votes:
      judgement?.by === 'votes'
        ? { yes: judgement.yes, no: judgement.no, notDrawn: judgement.notDrawn, unparsed: judgement.unparsed }
        : null,
    audit: auditOf(judgement),
    critique: judgement?.critique ?? null,
    distance: node?.distance ?? null,
    interference: node?.interference ?? null,
    broken: brokenOf(node?.checks ?? []),
    failure: found?.failure ?? null,
    copies: found?.copies.length ?? 0,
    children: (found?.children ?? []).map((child) => resultNode(tree, child)),
  };
}

function auditOf(judgement: Judgement | null): ResultNode['audit'] {
  if (judgement?.audit === undefined) return null;
  const { yes, no, unparsed, failure = null } = judgement.audit;
  return { yes, no, unparsed, failure };
}

function brokenOf(checks: readonly ConstraintCheck[]): ResultNode['broken'] {
  return checks.flatMap(({ constraint, result }) =>
    result.state === 'broken' ? [{ id: constraint.id, message: result.message }] : [],
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim();
}
