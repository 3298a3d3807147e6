import type { NewRecord } from '../../spar/datasets/newLines';
import type { DatasetRecord } from '../../spar/datasets/schema';
import type { SearchTree, TreeNode } from '../../spar/search/tree';

type Step = DatasetRecord['evidence']['path'][number];

/** The pair that an accepted search found, with its evidence; null where it found none. */
export function pairRecord(tree: SearchTree, source: NewRecord['source']): NewRecord | null {
  const { item, settings, model, outcome } = tree;
  const best = outcome?.best == null ? undefined : tree.nodes.get(outcome.best);
  if (item === null || best?.node == null || outcome?.status !== 'accepted') return null;
  const { judgement, node } = best;
  return {
    instruction:
      typeof item.instruction === 'string' ? item.instruction : item.instruction.map((turn) => ({ ...turn })),
    rejected: item.original,
    chosen: node.text,
    evidence: { path: stepsTo(tree, best) },
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

/** From the original to the node. */
function stepsTo(tree: SearchTree, last: TreeNode): Step[] {
  const steps: Step[] = [];
  for (
    let at: TreeNode | undefined = last;
    at !== undefined;
    at = at.parent === null ? undefined : tree.nodes.get(at.parent)
  ) {
    if (at.node === null) continue;
    const { path, origin, text, reflection, checks } = at.node;
    const { judgement } = at;
    steps.push({
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
            ? { ...result }
            : { ...result, spans: result.spans.map((span) => ({ ...span })) },
      })),
    });
  }
  return steps.reverse();
}
