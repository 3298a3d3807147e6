import type { NewDecision, NewRecord } from '../../spar/datasets/newLines';
import { pairRecord } from '../../spar/search/pairRecord';
import { textChanges } from '../../spar/text/wordDiff';
import type { DecidedNode } from './ports';

/**
 * The preference pair of a decided node, with where it came from.
 *
 * @param file Path of the source document inside its workspace; null where it has none.
 */
export function decidedPair({ session, path }: DecidedNode, file: string | null): NewRecord {
  const { tree } = session;
  const { line } = session.source;
  return pairRecord(tree, path, {
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { row: line }),
    run: session.id,
    ...(tree.item === null ? {} : { item: tree.item.id }),
  });
}

/** The decision; of a mixture with the changes that were kept, so that a change's fate can be learnt from. */
export function pairDecision({ session, state, madeOf, kept }: DecidedNode): NewDecision {
  const candidate = madeOf === null ? undefined : session.tree.nodes.get(madeOf)?.node?.text;
  if (kept === null || candidate === undefined) return { status: state };
  const all = textChanges(session.original, candidate).map(({ removed, added }) => ({ removed, added }));
  return { status: state, changes: { kept: [...kept], all } };
}
