import type { IfevalVerdict } from './evaluate';

/** Followed, of how many. */
export interface Score {
  readonly followed: number;
  readonly total: number;
}

export interface ScorePair {
  readonly strict: Score;
  readonly loose: Score;
}

/** IFEval's figures. */
export interface IfevalReport {
  /** Responses all of whose constraints are followed. */
  readonly prompts: ScorePair;
  readonly instructions: ScorePair;
  /** By what stands before the colon, in order of names. */
  readonly families: ReadonlyMap<string, ScorePair>;
  readonly types: ReadonlyMap<string, ScorePair>;
}

/** Share of what was followed, 0 to 1; null of nothing. */
export function shareOf({ followed, total }: Score): number | null {
  return total === 0 ? null : followed / total;
}

/** Adds verdicts up, one after the other, so that no response need be kept. */
export class IfevalTally {
  private readonly prompts = new Counter();
  private readonly instructions = new Counter();
  private readonly families = new Map<string, Counter>();
  private readonly types = new Map<string, Counter>();

  add({ ids, strict, loose }: IfevalVerdict): void {
    this.prompts.add(!strict.includes(false), !loose.includes(false));
    ids.forEach((id, index) => {
      const verdicts = [strict[index] === true, loose[index] === true] as const;
      const [family = id] = id.split(':', 1);
      for (const counter of [
        this.instructions,
        counterOf(this.families, family),
        counterOf(this.types, id),
      ]) {
        counter.add(...verdicts);
      }
    });
  }

  get report(): IfevalReport {
    return {
      prompts: this.prompts.pair,
      instructions: this.instructions.pair,
      families: sortedPairs(this.families),
      types: sortedPairs(this.types),
    };
  }
}

class Counter {
  private total = 0;
  private strict = 0;
  private loose = 0;

  add(isStrict: boolean, isLoose: boolean): void {
    this.total += 1;
    if (isStrict) this.strict += 1;
    if (isLoose) this.loose += 1;
  }

  get pair(): ScorePair {
    const { total } = this;
    return { strict: { followed: this.strict, total }, loose: { followed: this.loose, total } };
  }
}

function counterOf(counters: Map<string, Counter>, name: string): Counter {
  const counter = counters.get(name) ?? new Counter();
  counters.set(name, counter);
  return counter;
}

function sortedPairs(counters: ReadonlyMap<string, Counter>): ReadonlyMap<string, ScorePair> {
  return new Map(
    [...counters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, { pair }]) => [name, pair] as const),
  );
}
