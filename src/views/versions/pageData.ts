import type { PairDifference } from '../../spar/datasets/versions/versionDifference';

/** What the page of a comparison shows. */
export interface VersionsPage {
  readonly title: string;
  readonly summary: string;
  readonly notes: readonly string[];
  /** The kinds that there are, with words and numbers. */
  readonly kinds: readonly {
    readonly kind: PairDifference['kind'];
    readonly label: string;
    readonly count: number;
  }[];
  readonly pairs: readonly PairDifference[];
}
