import type { SearchContext } from './context';
import { judgeLevel, type Candidate } from './level';
import { interferenceOf } from '../verifiers/interference';

/**
 * The better of a passing refinement and of the same without the changes that no checked constraint needed. The
 * trimmed text is a candidate like any other: judged, and taken only if it passes and ranks first.
 */
export async function trimmed(winner: Candidate, context: SearchContext): Promise<Candidate> {
  const { node } = winner;
  const { share, trimmed: text } = interferenceOf(
    context.item.original,
    node.text,
    context.options.constraints,
  );
  if (share === null || share === 0 || text === node.text || context.ledger.takeNodes(1) === 0) return winner;
  const path = context.nextPath(node.path);
  const place = { path, parent: node.path, depth: node.depth + 1 };
  const trimmedNode = context.measure({
    ...place,
    origin: 'trimmed',
    text,
    reflection: 'Undid the changes that no checked constraint needed.',
  });
  if (context.claim(trimmedNode) !== null) return winner;
  context.emit({ type: 'node-refined', node: trimmedNode });
  const { gate, selection } = context.settings;
  const rival = context.candidate(trimmedNode);
  const contest = { gate, selection, stop: 'level', survivors: 0, ordered: false, eager: false } as const;
  return (await judgeLevel([winner, rival], contest, { context })).winner ?? winner;
}
