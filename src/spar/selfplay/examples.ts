import {
  judgementExample,
  onePerKind,
  refinementExample,
  type ExampleItem,
  type RefinerExample,
} from '../datasets/export/examples/examples';
import { rankOf } from '../datasets/export/split';
import type { Prompts } from '../refiner/prompts';
import { rootPath } from '../search/events';
import { comparePaths } from '../search/order';
import { lineage, stepOf } from '../search/pairRecord';
import type { SearchTree } from '../search/tree';
import type { RankedExample } from './itemResult';

/** What an item's searches leave. */
export interface Harvest {
  readonly gate: number;
  readonly seed: number;
  /** The item's id. */
  readonly item: string;
  /** Of all answers that were judged, in the order of their draws; those that were searched from with their trees. */
  readonly trees: readonly SearchTree[];
}

/**
 * The refiner's examples of an item, at most one of a kind: how an accepted refinement was made, and judgements of
 * answers and of refinements that were split or that rules are certain of (arXiv 2412.11605, section 3.3).
 */
export function examplesOfTrees(harvest: Harvest, prompts: Prompts): readonly RankedExample[] {
  const { gate, seed, item } = harvest;
  const found: (RefinerExample | null)[] = [];
  for (const tree of harvest.trees) {
    if (tree.item === null) continue;
    const { instruction, original } = tree.item;
    const about: ExampleItem = {
      instruction: typeof instruction === 'string' ? instruction : instruction.map((turn) => ({ ...turn })),
      gate,
    };
    const best = tree.outcome?.status === 'accepted' ? tree.nodes.get(tree.outcome.best ?? '') : undefined;
    if (best?.node != null) {
      const steps = lineage(tree, best).flatMap(stepOf);
      found.push(refinementExample(about, { steps, chosen: best.node.text }, prompts));
    }
    const nodes = [...tree.nodes.values()].sort((a, b) => comparePaths(a.path, b.path));
    for (const node of nodes) {
      // What stands in the tree as the original is an answer of the actor.
      if (node.path !== rootPath && node.node?.text === original) continue;
      for (const step of stepOf(node))
        found.push(judgementExample(about, { step, isAnswer: node.path === rootPath }, prompts));
    }
  }
  return onePerKind(found).map((example) => ({
    ...example,
    rank: rankOf(JSON.stringify([item, example.kind]), seed),
  }));
}
