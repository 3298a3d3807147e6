import { diffArrays } from 'diff';
import type { TextChange } from '../../spar/text/wordDiff';

/** A stretch inside a change, in the offsets of both texts; an empty range where a side has nothing. */
export interface ChangePiece {
  readonly kind: 'same' | 'removed' | 'added';
  readonly originalStart: number;
  readonly originalEnd: number;
  readonly refinedStart: number;
  readonly refinedEnd: number;
}

/** Stretches longer than this, or further apart than `maxEdits` tokens, are shown as replaced whole. */
const longestStretch = 4000;
const maxEdits = 200;

/**
 * What differs inside a change, so that of `Tripoli,` → `Tripoli` only the comma counts: letters and marks
 * are compared apart. A stretch without a letter or digit that lies between differences counts as different
 * too, since text torn into crumbs can't be read. In order; removed comes before added.
 */
export function changePieces(change: TextChange): readonly ChangePiece[] {
  const pieces = new Pieces(change.originalStart, change.refinedStart);
  for (const run of runsOf(change)) pieces.add(run);
  return pieces.list;
}

interface Run {
  readonly same: boolean;
  readonly removed: string;
  readonly added: string;
}

function runsOf({ removed, added }: TextChange): readonly Run[] {
  const whole = [{ same: false, removed, added }];
  if (removed === '' || added === '' || removed.length + added.length > longestStretch) return whole;
  const parts = diffArrays([...tokens(removed)], [...tokens(added)], { maxEditLength: maxEdits });
  if (parts === undefined) return whole;
  const runs = parts.map((part): Run => {
    const text = part.value.join('');
    if (!part.added && !part.removed) return { same: true, removed: text, added: text };
    return { same: false, removed: part.removed ? text : '', added: part.added ? text : '' };
  });
  const crumbsJoined = runs.map((run, index) => {
    const isInner = index > 0 && index < runs.length - 1;
    return run.same && isInner && !/[\p{L}\p{N}]/u.test(run.removed) ? { ...run, same: false } : run;
  });
  return joined(crumbsJoined);
}

function joined(runs: readonly Run[]): readonly Run[] {
  const result: Run[] = [];
  for (const run of runs) {
    const last = result.at(-1);
    if (last?.same === run.same) {
      result[result.length - 1] = {
        same: run.same,
        removed: last.removed + run.removed,
        added: last.added + run.added,
      };
    } else {
      result.push(run);
    }
  }
  return result;
}

function tokens(text: string): readonly string[] {
  return text.match(/[\p{L}\p{N}\p{M}]+|\s+|[^\p{L}\p{N}\p{M}\s]/gu) ?? [];
}

class Pieces {
  readonly list: ChangePiece[] = [];

  constructor(
    private original: number,
    private refined: number,
  ) {}

  add(run: Run): void {
    if (run.same) this.push('same', run.removed.length, run.added.length);
    else {
      if (run.removed !== '') this.push('removed', run.removed.length, 0);
      if (run.added !== '') this.push('added', 0, run.added.length);
    }
  }

  private push(kind: ChangePiece['kind'], removed: number, added: number): void {
    const originalEnd = this.original + removed;
    const refinedEnd = this.refined + added;
    this.list.push({
      kind,
      originalStart: this.original,
      originalEnd,
      refinedStart: this.refined,
      refinedEnd,
    });
    this.original = originalEnd;
    this.refined = refinedEnd;
  }
}
