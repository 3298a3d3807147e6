/** How often a constraint was held, broken, or beyond what code can tell. */
export interface Verdicts {
  readonly held: number;
  readonly broken: number;
  readonly unknown: number;
}

export interface ConstraintCount {
  readonly type: string;
  readonly rejected: Verdicts;
  readonly chosen: Verdicts;
}

type Checks = readonly {
  readonly constraint: { readonly type: string };
  readonly result: { readonly state: keyof Verdicts };
}[];
type Counts = { -readonly [Name in keyof Verdicts]: number };

/** Files may name any type; more than these are left out. */
const mostTypes = 1000;

/** Counts verified constraints by type, in the rejected and in the chosen texts. */
export class ConstraintCounter {
  private readonly types = new Map<string, { readonly rejected: Counts; readonly chosen: Counts }>();

  add(side: 'rejected' | 'chosen', checks: Checks): void {
    for (const { constraint, result } of checks) {
      const type = constraint.type.slice(0, 200);
      const known = this.types.get(type) ?? { rejected: none(), chosen: none() };
      if (!this.types.has(type) && this.types.size >= mostTypes) continue;
      this.types.set(type, known);
      known[side][result.state] += 1;
    }
  }

  /** The most frequent first. */
  result(): readonly ConstraintCount[] {
    const counts = [...this.types].map(([type, sides]) => ({ type, ...sides }));
    return counts.sort((a, b) => checksOf(b) - checksOf(a) || (a.type < b.type ? -1 : 1));
  }
}

function none(): Counts {
  return { held: 0, broken: 0, unknown: 0 };
}

function checksOf({ rejected, chosen }: ConstraintCount): number {
  return [rejected, chosen].reduce((sum, { held, broken, unknown }) => sum + held + broken + unknown, 0);
}
