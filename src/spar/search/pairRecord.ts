import type { NewRecord } from '../datasets/newLines';
import type { DatasetRecord } from '../datasets/schema';
import type { Judgement } from './events';
import type { SearchTree, TreeNode } from './tree';

/**
 * The preference pair of a node: the original rejected, the node's text chosen, and how it came about.
 *
 * @throws RangeError for a path without a text, or a tree whose search has not started.
 */
export function pairRecord(tree: SearchTree, path: string, source: NewRecord['source']): NewRecord {
  const { item, settings, model } = tree;
  const found = tree.nodes.get(path);
  if (item === null || found?.node == null)
    throw new RangeError(`There is no text at ${path} in this search.`);
  const { judgement, node } = found;
  const { instruction, original } = item;
  return {
    instruction: typeof instruction === 'string' ? instruction : instruction.map((turn) => ({ ...turn })),
    rejected: original,
    chosen: node.text,
    evidence: { path: lineage(tree, found).flatMap(stepOf) },
    metrics: {
      value: judgement?.value ?? null,
      yes: judgement?.yes ?? 0,
      no: judgement?.no ?? 0,
      notDrawn: judgement?.notDrawn ?? 0,
      distance: node.distance,
      interference: node.interference,
    },
    source: source ?? null,
    model,
    search: settings === null ? null : { ...settings },
  };
}

/** From the root to the node. */
export function lineage(tree: SearchTree, last: TreeNode): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let at: TreeNode | undefined = last; at !== undefined && !nodes.includes(at);) {
    nodes.unshift(at);
    at = at.parent === null ? undefined : tree.nodes.get(at.parent);
  }
  return nodes;
}

function copyOf({ audit, votes, ...judgement }: Judgement): NonNullable<Step['judgement']> {
  return {
    ...judgement,
    votes: votes.map((vote) => ({ ...vote })),
    ...(audit === undefined ? {} : { audit: { ...audit, votes: audit.votes.map((vote) => ({ ...vote })) } }),
  };
}

type Step = DatasetRecord['evidence']['path'][number];

/** A node as evidence; none where it has no text. */
export function stepOf({ path, node, judgement }: TreeNode): readonly Step[] {
  if (node === null) return [];
  const { origin, text, reflection, checks } = node;
  return [
    {
      path,
      origin,
      text,
      reflection,
      judgement: judgement === null ? null : copyOf(judgement),
      checks: checks.map(({ constraint, result }) => ({
        constraint: { ...constraint, args: { ...constraint.args } },
        result:
          result.state === 'broken'
            ? { ...result, spans: result.spans.map((span) => ({ ...span })) }
            : { ...result },
      })),
    },
  ];
}
