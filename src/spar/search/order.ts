import type { ConstraintCheck } from '../verifiers/constraint';
import type { Judgement, SearchNode } from './events';

/** What candidates are ordered by besides their value. */
export interface TieBreak {
  /** Share of verified constraints held, 0 to 1; 1 where there are none. */
  readonly held: number;
  /** 0 to 1. */
  readonly distance: number;
  readonly path: string;
}

export interface Ranked {
  readonly node: SearchNode;
  readonly judgement: Judgement | null;
}

/** Negative when `a` is the better candidate: higher value, then more constraints held, then the smaller change. */
export function compareNodes(a: Ranked, b: Ranked): number {
  const byValue = (b.judgement?.value ?? -1) - (a.judgement?.value ?? -1);
  return byValue === 0 ? compareTieBreaks(tieBreakOf(a.node), tieBreakOf(b.node)) : byValue;
}

export function tieBreakOf(node: SearchNode): TieBreak {
  return { held: heldShare(node.checks), distance: node.distance, path: node.path };
}

/** Negative when `a` goes first. Never 0 for different paths, so an order is the same whatever the timing. */
export function compareTieBreaks(a: TieBreak, b: TieBreak): number {
  return b.held - a.held || a.distance - b.distance || comparePaths(a.path, b.path);
}

/** Share that holds of the checks that could tell, 0 to 1; 1 where there are none. */
export function heldShare(checks: readonly ConstraintCheck[]): number {
  const told = checks.filter((check) => check.result.state !== 'unknown');
  if (told.length === 0) return 1;
  return told.filter((check) => check.result.state === 'held').length / told.length;
}

/** Order of a tree read from the top: `1`, `1.1`, `1.2`, `2`, `10`. */
export function comparePaths(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = Number(left[index]) - Number(right[index]);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
