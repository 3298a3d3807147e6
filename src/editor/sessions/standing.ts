import { rootPath } from '../../spar/search/events';
import type { SearchTree, TreeNode } from '../../spar/search/tree';
import type { Session } from './session';

/**
 * How a candidate stands against the gate. `unjudged`: rules alone looked at it, found nothing broken, and
 * can't say more.
 */
export type Standing = 'passes' | 'fails' | 'unjudged' | 'failed' | 'waiting';

export function standingOf(node: TreeNode, gate: number): Standing {
  if (node.failure !== null) return 'failed';
  if (node.node === null || node.judgement === null) return 'waiting';
  const { value } = node.judgement;
  if (value !== null) return value > gate ? 'passes' : 'fails';
  return node.node.checks.some((check) => check.result.state === 'broken') ? 'fails' : 'unjudged';
}

/** True for a search that can go on: stopped, paused by its endpoint, cut off with the window, or left for want of a model. */
export function canResume({ isRunning, tree }: Session): boolean {
  const { outcome } = tree;
  return !isRunning && (outcome === null || outcome.stoppedBy !== null || outcome.needsModel);
}

/** True where a person has changed what the next search checks. */
export function canSearchAgain({ isRunning, areConstraintsChanged }: Session): boolean {
  return !isRunning && areConstraintsChanged;
}

/** Paths that wait for a person, in the tree's order. */
export function pendingPaths(session: Session): readonly string[] {
  if (isDecided(session)) return [];
  const { tree } = session;
  return pathsInOrder(tree).filter((path) => {
    const node = tree.nodes.get(path);
    return node !== undefined && waitsForDecision(session, node);
  });
}

/**
 * True for candidates that pass and, where a search ended without one, for the best it found; false for all
 * once a candidate of the session is accepted.
 */
export function isPending(session: Session, node: TreeNode): boolean {
  return !isDecided(session) && waitsForDecision(session, node);
}

function isDecided(session: Session): boolean {
  return [...session.decisions.values()].some((decision) => decision.state === 'accepted');
}

function waitsForDecision({ tree, decisions }: Session, node: TreeNode): boolean {
  if (node.path === rootPath || decisions.has(node.path)) return false;
  const standing = standingOf(node, tree.settings?.gate ?? 0.5);
  return standing === 'passes' || standing === 'unjudged' || node.path === tree.outcome?.best;
}

/** Every path of the tree, parents before their children, siblings by number. */
export function pathsInOrder(tree: SearchTree): readonly string[] {
  const ordered: string[] = [];
  const waiting = [rootPath];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const node = tree.nodes.get(path);
    if (node === undefined) continue;
    ordered.push(path);
    waiting.push(...[...node.children].reverse());
  }
  return ordered;
}
