import type { ModelErrorKind } from '../models/modelError';
import type { SearchContext } from './context';
import { rootPath, type SearchOutcome } from './events';
import type { BudgetKind } from './ledger';
import { compareNodes, heldShare, type Ranked } from './order';
import type { SearchTree, TreeNode } from './tree';

/** How a search body ended, before it is put into words. */
export type Ending =
  | { readonly kind: 'accepted'; readonly path: string }
  | { readonly kind: 'follows' }
  | { readonly kind: 'undetermined' }
  | { readonly kind: 'exhausted' }
  | { readonly kind: 'stopped'; readonly by: BudgetKind | 'abort' }
  | { readonly kind: 'endpoint'; readonly failure: ModelErrorKind; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

export interface EndedSearch {
  readonly tree: SearchTree;
  readonly context: SearchContext;
  readonly milliseconds: number;
}

/** The outcome of a search, in words and numbers. */
export function conclude(ending: Ending, search: EndedSearch): SearchOutcome {
  const { tree, context, milliseconds } = search;
  const best = ending.kind === 'accepted' ? ending.path : bestOfTree(tree);
  const { node = null, judgement = null } = tree.nodes.get(best ?? rootPath) ?? {};
  const shared = {
    best,
    complete: context.isComplete(node?.checks ?? [], judgement),
    usage: context.ledger.usage,
    cost: context.ledger.cost,
    milliseconds: Math.round(milliseconds),
    stoppedBy: null,
    needsModel: false,
  };
  switch (ending.kind) {
    case 'accepted':
      return {
        ...shared,
        status: 'accepted',
        reason: acceptedReason(judgement?.by === 'votes', shared.complete),
      };
    case 'follows':
      return {
        ...shared,
        best: null,
        status: 'already-follows',
        reason: 'The response already follows the instruction.',
      };
    case 'undetermined':
      return {
        ...shared,
        best: null,
        status: 'undetermined',
        needsModel: true,
        reason: undeterminedReason(tree),
      };
    case 'exhausted':
      return exhausted(shared, search);
    case 'stopped':
      return stopped(ending.by, shared, search);
    case 'endpoint':
      return {
        ...shared,
        status: 'failed',
        stoppedBy: 'endpoint',
        failure: ending.failure,
        reason: ending.reason,
      };
    case 'failed':
      return { ...shared, status: 'failed', reason: ending.reason };
  }
}

/** Path of the best candidate that ranks before the original; null when none does. */
export function bestOfTree(tree: SearchTree): string | null {
  const ranked = [...tree.nodes.values()].flatMap(rankedOf);
  const root = ranked.find(({ node }) => node.path === rootPath);
  const [first] = ranked
    .filter(({ node, judgement }) => node.path !== rootPath && judgement !== null)
    .sort(compareNodes);
  if (first === undefined) return null;
  if (root === undefined) return first.node.path;
  const gain = (first.judgement?.value ?? 0) - (root.judgement?.value ?? 0);
  const held = heldShare(first.node.checks) - heldShare(root.node.checks);
  return gain > 0 || (gain === 0 && held > 0) ? first.node.path : null;
}

type Shared = Omit<SearchOutcome, 'status' | 'reason'>;

function exhausted(shared: Shared, { tree, context }: EndedSearch): SearchOutcome {
  const { firstFailure, settings } = context;
  const candidates = [...tree.nodes.values()].filter(
    ({ path, judgement }) => path !== rootPath && judgement !== null,
  );
  if (settings.depth === 0) {
    return { ...shared, status: 'unsolved', reason: 'The response does not follow the instruction.' };
  }
  if (context.hasModel) {
    if (candidates.length === 0 && firstFailure !== null) {
      return { ...shared, status: 'failed', reason: `No refinement could be made: ${firstFailure}` };
    }
    const reason =
      'No refinement passed the gate. Refine further from the best node, or allow more depth or branches.';
    return { ...shared, status: 'unsolved', reason };
  }
  const open = openConstraints(tree, shared.best);
  const reason = `Rules alone can't mend this: ${open.join(', ')}. Select a model to go on.`;
  return { ...shared, status: 'unsolved', needsModel: true, reason };
}

/** A candidate that passed before the limit counts; the limit is told all the same. */
function stopped(by: BudgetKind | 'abort', shared: Shared, { tree, context }: EndedSearch): SearchOutcome {
  const value = shared.best === null ? null : (tree.nodes.get(shared.best)?.judgement?.value ?? null);
  const passes = value !== null && value > context.settings.gate && by !== 'abort';
  const status = passes ? 'accepted' : 'stopped';
  return { ...shared, status, stoppedBy: by, reason: stopReasons[by] };
}

const stopReasons: Readonly<Record<BudgetKind | 'abort', string>> = {
  abort: 'Stopped. What was found is kept.',
  nodes: 'Stopped at the node limit. Raise it to go on; what was found is kept.',
  tokens: 'Stopped at the token limit. Raise it to go on; what was found is kept.',
  cost: 'Stopped at the cost limit. Raise it to go on; what was found is kept.',
  time: 'Stopped at the time limit. Raise it to go on; what was found is kept.',
};

function acceptedReason(byVotes: boolean, complete: boolean): string {
  if (byVotes) return 'A refinement passed the gate.';
  if (complete) return 'A refinement holds every requirement; all of them were checked by rules.';
  return 'A refinement holds every requirement that rules can check. The rest of the instruction was not checked.';
}

function undeterminedReason(tree: SearchTree): string {
  if (tree.constraints.length === 0) {
    return 'The instruction holds no requirement that rules can check. Select a model to judge it.';
  }
  const open = tree.nodes.get(rootPath)?.node?.checks.find(({ result }) => result.state === 'unknown');
  if (open !== undefined)
    return `Rules could not tell whether “${open.constraint.text}” holds; nothing that they can check is broken.`;
  return 'All requirements that rules can check are met; the rest of the instruction was not checked. Select a model to judge it.';
}

/** Labels of what is still broken in the best candidate, or in the original where none is better. */
function openConstraints(tree: SearchTree, best: string | null): readonly string[] {
  const checks = tree.nodes.get(best ?? rootPath)?.node?.checks ?? [];
  return checks.filter((check) => check.result.state === 'broken').map((check) => check.constraint.text);
}

function rankedOf({ node, judgement }: TreeNode): readonly Ranked[] {
  return node === null ? [] : [{ node, judgement }];
}
