import type { SearchContext } from './context';
import type { SearchNode } from './events';
import { expand, expandEarly, sample, type Judged } from './expand';
import { judgeLevel, judgementOf, type Candidate, type LevelResult } from './level';
import type { SearchAlgorithm } from './settings';

/** Grows a tree below a node until a refinement passes the gate; null when none did within the depth. */
export type Grower = (root: Judged, context: SearchContext) => Promise<Candidate | null>;

export const growers: Readonly<Record<SearchAlgorithm, Grower>> = {
  'breadth-first': growBreadthFirst,
  'depth-first': (root, context) => growDepthFirst(root, context, context.settings.depth),
  'best-of-n': growBestOfN,
  chain: growChain,
};

/** Level by level: the best of a level that passes ends the search, else its best `beamWidth` go on. */
async function growBreadthFirst(root: Judged, context: SearchContext): Promise<Candidate | null> {
  const { branchFactor, beamWidth, depth } = context.settings;
  let beam: readonly Judged[] = [root];
  for (let level = 1; level <= depth && beam.length > 0; level += 1) {
    const children = await expand(beam, branchFactor, context);
    const survivors = level < depth ? beamWidth : 0;
    const result = await judgeNodes(children, { survivors, ordered: false, width: branchFactor }, context);
    if (result.winner !== null) return result.winner;
    beam = result.survivors.map(judged);
  }
  return null;
}

/** One node's children at a time: the best that passes ends the search, else the best are descended into in order. */
async function growDepthFirst(
  root: Judged,
  context: SearchContext,
  depth: number,
): Promise<Candidate | null> {
  if (depth <= 0) return null;
  const { branchFactor, beamWidth } = context.settings;
  const children = await expand([root], branchFactor, context);
  const survivors = depth > 1 ? beamWidth : 0;
  const result = await judgeNodes(children, { survivors, ordered: true, width: branchFactor }, context);
  if (result.winner !== null) return result.winner;
  for (const survivor of result.survivors) {
    const found = await growDepthFirst(judged(survivor), context, depth - 1);
    if (found !== null) return found;
  }
  return null;
}

/** Independent answers to the instruction, judged as one level: the baseline that refinement is compared with. */
async function growBestOfN(root: Judged, context: SearchContext): Promise<Candidate | null> {
  if (!context.hasModel) return null;
  const { branchFactor } = context.settings;
  const nodes = await sample(root.node, branchFactor, context);
  return (await judgeNodes(nodes, { survivors: 0, ordered: false, width: 0 }, context)).winner;
}

/** One refinement of the last one, `depth` times: no siblings to choose from. */
async function growChain(root: Judged, context: SearchContext): Promise<Candidate | null> {
  let last = root;
  for (let step = 1; step <= context.settings.depth; step += 1) {
    const nodes = await expand([last], 1, context);
    const survivors = step < context.settings.depth ? 1 : 0;
    const level = await judgeNodes(nodes, { survivors, ordered: false, width: 1 }, context);
    if (level.winner !== null) return level.winner;
    const next = level.survivors[0];
    if (next === undefined) return null;
    last = judged(next);
  }
  return null;
}

interface Level {
  /** How many go on when none passes. */
  readonly survivors: number;
  readonly ordered: boolean;
  /** Refinements that each of those who go on is to get. */
  readonly width: number;
}

/** Judges a level, and meanwhile asks early for the refinements of those who will most likely go on. */
async function judgeNodes(
  nodes: readonly SearchNode[],
  level: Level,
  context: SearchContext,
): Promise<LevelResult> {
  const { gate, stop, selection, voting } = context.settings;
  const { survivors, ordered, width } = level;
  const result = await judgeLevel(
    nodes.map((node) => context.candidate(node)),
    { gate, stop, selection, survivors, ordered, eager: voting === 'settled' },
    {
      context,
      // Depth first only the first of them is certain to come next.
      onLikelySurvivors: (likely) =>
        expandEarly((ordered ? likely.slice(0, 1) : likely).map(judged), width, context),
    },
  );
  const goingOn = new Set(result.survivors.map((survivor) => survivor.node.path));
  context.dropEarly((path) => !goingOn.has(path));
  return result;
}

function judged(candidate: Candidate): Judged {
  return { node: candidate.node, judgement: judgementOf(candidate) };
}
