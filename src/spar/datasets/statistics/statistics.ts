import { readCurated } from '../curated';
import type { LineProblem } from '../datasetReader';
import type { ConstraintCount } from './constraintCounts';
import type { Distribution, Summary } from '../../report/distribution';
import type { Duplicates } from './duplicates';
import { Gatherer } from './gatherer';
import type { Growth } from './growth';
import type { Grouping, StatusCounts } from './tally';

/** Version of the shape below, for programs that read `spar stats --json`. */
export const statisticsVersion = 1;

/** What a dataset holds, as plain data. Deleted records count as deleted and nowhere else. */
export interface DatasetStatistics {
  readonly version: typeof statisticsVersion;
  readonly files: readonly string[];
  /** Records that are there: the sum of the statuses. */
  readonly records: number;
  readonly statuses: StatusCounts;
  readonly deleted: number;
  /** Lines that can't be read and are kept. */
  readonly problems: Readonly<Record<LineProblem['type'], number>>;
  /** By file from which the pairs were made. */
  readonly sources: Grouping;
  readonly models: Grouping;
  readonly runs: Grouping;
  /** By the search's `iteration`, where its settings name one. */
  readonly iterations: Grouping;
  readonly tags: Grouping;
  readonly splits: Grouping;
  /** By how the chosen text came to be: refined, repaired, trimmed, sampled, edited. */
  readonly origins: Grouping;
  /** Verified constraints of both texts, where the search kept its checks. */
  readonly constraints: readonly ConstraintCount[];
  /** Share of Yes among the votes for the chosen text. */
  readonly values: Distribution;
  readonly votes: Votes;
  readonly lengths: Lengths;
  /** Changed words over the longer text's words. */
  readonly distance: Distribution;
  /** Share of the changed words that no broken constraint needed. */
  readonly interference: Distribution;
  /** By levels below the original. */
  readonly depths: readonly { readonly depth: number; readonly records: number }[];
  /** Records whose search did not say at which depth. */
  readonly unknownDepth: number;
  readonly growth: Growth;
  /** Null where there are too many records to compare. */
  readonly duplicates: Duplicates | null;
}

export interface Votes {
  readonly yes: number;
  readonly no: number;
  /** Votes that were not drawn because they could not matter. */
  readonly notDrawn: number;
  /** Records without any vote: rules decided, or nothing did. */
  readonly withoutVotes: number;
  /** How the votes of single records fell out; the most frequent first, at most 100. */
  readonly outcomes: readonly { readonly yes: number; readonly no: number; readonly records: number }[];
}

/** In words. */
export interface Lengths {
  readonly rejected: Summary | null;
  readonly chosen: Summary | null;
  /** Records by length; the same bins for both texts. */
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly rejected: number;
    readonly chosen: number;
  }[];
  /** Records whose chosen text is longer than, shorter than, or as long as the rejected one. */
  readonly longer: number;
  readonly shorter: number;
  readonly equal: number;
  /** Chosen less rejected. */
  readonly difference: Summary | null;
  /** Up to 500 records drawn evenly by their ids: words of the rejected and of the chosen text. */
  readonly sample: readonly (readonly [rejected: number, chosen: number])[];
}

export interface StatisticsOptions {
  readonly signal?: AbortSignal;
  /** Of the file that is being read. */
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
}

/**
 * Counts what one or several datasets hold, in bounded memory: one pass over each, and another over those texts that
 * may be near duplicates.
 *
 * @throws LogError when a file can't be read; `signal.reason` when aborted.
 */
export async function datasetStatistics(
  paths: string | readonly string[],
  options: StatisticsOptions = {},
): Promise<DatasetStatistics> {
  const files = typeof paths === 'string' ? [paths] : paths;
  const gatherer = new Gatherer(files);
  const { signal, onProgress } = options;
  const stop = signal === undefined ? {} : { signal };
  for (const file of files) {
    const batches = readCurated(file, {
      includeDeleted: true,
      onProblem: ({ type }) => gatherer.addProblem(type),
      ...stop,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    for await (const batch of batches) for (const curated of batch) gatherer.add(curated);
  }
  return gatherer.result(async (take) => {
    for (const file of files) {
      for await (const batch of readCurated(file, stop)) for (const { record } of batch) take(record.chosen);
    }
  });
}
