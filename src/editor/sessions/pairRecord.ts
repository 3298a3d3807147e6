import type { NewDecision, NewRecord } from '../../spar/datasets/newLines';
import type { DatasetRecord } from '../../spar/datasets/schema';
import type { SearchTree, TreeNode } from '../../spar/search/tree';
import { textChanges } from '../../spar/text/wordDiff';
import type { DecidedNode } from './ports';

/**
 * The preference pair of a decided node: the original rejected, the node's text chosen, and how it came about.
 *
 * @param file Path of the source document inside its workspace; null where it has none.
 */
export function pairRecord({ session, path }: DecidedNode, file: string | null): NewRecord {
  const { tree } = session;
  const node = tree.nodes.get(path);
  if (node?.node == null) throw new RangeError(`There is no text at ${path} in this search.`);
  const { judgement } = node;
  const { line } = session.source;
  return {
    instruction: recorded(session.instruction),
    rejected: session.original,
    chosen: node.node.text,
    evidence: { path: pathTo(tree, node).flatMap(stepOf) },
    metrics: {
      value: judgement?.value ?? null,
      yes: judgement?.yes ?? 0,
      no: judgement?.no ?? 0,
      notDrawn: judgement?.notDrawn ?? 0,
      distance: node.node.distance,
      interference: node.node.interference,
    },
    source: {
      ...(file === null ? {} : { file }),
      ...(line === null ? {} : { row: line }),
      run: session.id,
      ...(tree.item === null ? {} : { item: tree.item.id }),
    },
    model: tree.model,
    search: tree.settings === null ? null : { ...tree.settings },
  };
}

/** The decision; of a mixture with the changes that were kept, so that a change's fate can be learnt from. */
export function pairDecision({ session, state, madeOf, kept }: DecidedNode): NewDecision {
  const candidate = madeOf === null ? undefined : session.tree.nodes.get(madeOf)?.node?.text;
  if (kept === null || candidate === undefined) return { status: state };
  const all = textChanges(session.original, candidate).map(({ removed, added }) => ({ removed, added }));
  return { status: state, changes: { kept: [...kept], all } };
}

/** From the root to the node. */
function pathTo(tree: SearchTree, node: TreeNode): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  for (let current: TreeNode | undefined = node; current !== undefined && !nodes.includes(current);) {
    nodes.unshift(current);
    current = current.parent === null ? undefined : tree.nodes.get(current.parent);
  }
  return nodes;
}

type Step = DatasetRecord['evidence']['path'][number];

function stepOf({ path, node, judgement }: TreeNode): readonly Step[] {
  if (node === null) return [];
  const { origin, text, reflection, checks } = node;
  return [
    {
      path,
      origin,
      text,
      reflection,
      judgement:
        judgement === null ? null : { ...judgement, votes: judgement.votes.map((vote) => ({ ...vote })) },
      checks: checks.map(({ constraint, result }) => ({
        constraint: { ...constraint, args: { ...constraint.args } },
        result:
          result.state === 'held'
            ? { state: result.state }
            : { ...result, spans: result.spans.map((span) => ({ ...span })) },
      })),
    },
  ];
}

function recorded(instruction: DecidedNode['session']['instruction']): NewRecord['instruction'] {
  return typeof instruction === 'string' ? instruction : instruction.map((turn) => ({ ...turn }));
}
