import type { DatasetCounts } from '../../spar/datasets/fold';
import type { LineProblem } from '../../spar/datasets/datasetReader';

/** What the Datasets view says about a dataset; plain data that is kept between windows. */
export interface DatasetSummary {
  readonly records: number;
  readonly accepted: number;
  readonly pending: number;
  readonly contested: number;
  readonly rejected: number;
  readonly deleted: number;
  /** Records that lines are about and that are not in the file. */
  readonly missing: number;
  /** By name, with the number of records; sorted by name. */
  readonly tags: readonly (readonly [string, number])[];
  readonly splits: readonly (readonly [string, number])[];
  /** Lines that can't be read; `problems` has the first of them. */
  readonly problemCount: number;
  readonly problems: readonly Pick<LineProblem, 'type' | 'number' | 'reason'>[];
}

/** Lines that can't be read and are shown one by one. */
const mostProblems = 50;

export function summaryOf(
  counts: DatasetCounts,
  problems: readonly LineProblem[],
  problemCount: number,
): DatasetSummary {
  const { records, accepted, pending, contested, rejected, deleted, missing } = counts;
  return {
    ...{ records, accepted, pending, contested, rejected, deleted, missing },
    tags: byName(counts.tags),
    splits: byName(counts.splits),
    problemCount,
    problems: problems.slice(0, mostProblems).map(({ type, number, reason }) => ({ type, number, reason })),
  };
}

function byName(counts: ReadonlyMap<string, number>): readonly (readonly [string, number])[] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
