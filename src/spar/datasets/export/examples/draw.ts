import type { ExampleKind, RefinerMix } from './examples';

interface Drawn {
  /** Smaller ones go first. */
  readonly rank: number;
  readonly index: number;
}

/**
 * Draws at most so many examples of each kind, by rank: those of the smallest ranks. Equal ranks of a kind are one
 * item's, of which the first counts. Holds no more than the mix asks for.
 */
export class ExampleDraw {
  private readonly kinds = new Map<ExampleKind, Drawn[]>();

  constructor(private readonly mix: RefinerMix) {}

  /** False where the example is not among those that are drawn so far, and so never will be. */
  offer(kind: ExampleKind, { rank, index }: Drawn): boolean {
    const drawn = this.kinds.get(kind) ?? [];
    this.kinds.set(kind, drawn);
    const at = placeOf(drawn, rank);
    if (at >= this.mix[kind] || drawn[at]?.rank === rank) return false;
    drawn.splice(at, 0, { rank, index });
    if (drawn.length > this.mix[kind]) drawn.pop();
    return true;
  }

  /** Indices of what is drawn. */
  indices(): ReadonlySet<number> {
    return new Set([...this.kinds.values()].flatMap((drawn) => drawn.map(({ index }) => index)));
  }

  counts(): Readonly<Record<ExampleKind, number>> {
    const count = (kind: ExampleKind): number => this.kinds.get(kind)?.length ?? 0;
    return {
      refinement: count('refinement'),
      'tree-yes': count('tree-yes'),
      'tree-no': count('tree-no'),
      'answer-yes': count('answer-yes'),
      'answer-no': count('answer-no'),
    };
  }
}

/** Of the first that is not smaller. */
function placeOf(drawn: readonly Drawn[], rank: number): number {
  let low = 0;
  let high = drawn.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((drawn[middle]?.rank ?? 0) < rank) low = middle + 1;
    else high = middle;
  }
  return low;
}
