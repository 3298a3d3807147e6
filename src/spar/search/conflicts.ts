import type { ConstraintCheck } from '../verifiers/constraint';
import type { SearchTree, TreeNode } from './tree';

/** A text about which code and somebody else disagree. The verdict is code's; the disagreement is worth learning from. */
export interface Conflict {
  readonly path: string;
  /** Who disagrees: votes of an audit, a critique that came with the item, votes that decided. */
  readonly with: 'audit' | 'given' | 'votes';
  /** What they say. */
  readonly said: 'yes' | 'no';
  /** What code found: broken constraints against a Yes, against a No all that hold. */
  readonly checks: readonly ConstraintCheck[];
}

/** All conflicts of a tree, in order of its nodes. A No is one only where code verified all that the instruction asks. */
export function conflictsOf(tree: SearchTree): readonly Conflict[] {
  return [...tree.nodes.values()].flatMap((found) => conflictOf(found, tree) ?? []);
}

/** The conflict about one node; null where there is none. */
export function conflictOf(
  { path, node, judgement }: TreeNode,
  { unchecked }: Pick<SearchTree, 'unchecked'>,
): Conflict | null {
  if (node === null || judgement === null) return null;
  const heard = opinionOf(judgement);
  if (heard === null) return null;
  const broken = node.checks.filter(({ result }) => result.state === 'broken');
  const held = node.checks.filter(({ result }) => result.state === 'held');
  if (heard.said === 'yes') return broken.length === 0 ? null : { path, ...heard, checks: broken };
  const coversAll = unchecked.length === 0 && held.length > 0 && held.length === node.checks.length;
  return coversAll ? { path, ...heard, checks: held } : null;
}

function opinionOf({
  by,
  verdict,
  audit,
  yes,
  no,
}: NonNullable<TreeNode['judgement']>): Pick<Conflict, 'with' | 'said'> | null {
  switch (by) {
    case 'given':
      return verdict === undefined ? null : { with: 'given', said: verdict };
    case 'rules':
      return audit === undefined || audit.yes === audit.no
        ? null
        : { with: 'audit', said: audit.yes > audit.no ? 'yes' : 'no' };
    case 'votes':
      return yes === no ? null : { with: 'votes', said: yes > no ? 'yes' : 'no' };
  }
}
