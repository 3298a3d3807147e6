import type { CuratedRecord } from '../curated';
import type { LineProblem } from '../datasetReader';
import { ConstraintCounter } from './constraintCounts';
import { Numbers } from '../../report/distribution';
import { DuplicateCounter } from './duplicates';
import { GrowthCounter } from './growth';
import { LengthCounter } from './lengthCounter';
import { pairMeasures } from './pairMeasures';
import { statisticsVersion, type DatasetStatistics, type Votes } from './statistics';
import { Tally, total, type Status } from './tally';

const mostOutcomes = 100;
/** Deeper than any search goes; a forged file may say anything. */
const mostDepth = 1000;

/** Takes in the records of datasets one by one; keeps none of their texts. */
export class Gatherer {
  private readonly statuses = { accepted: 0, rejected: 0, pending: 0, contested: 0 };
  private deleted = 0;
  private readonly problems = { damaged: 0, unknown: 0, torn: 0 };
  private readonly sources = new Tally();
  private readonly models = new Tally();
  private readonly runs = new Tally();
  private readonly iterations = new Tally();
  private readonly tags = new Tally();
  private readonly splits = new Tally();
  private readonly origins = new Tally();
  private readonly constraints = new ConstraintCounter();
  private readonly values = new Numbers();
  private readonly votes = { yes: 0, no: 0, notDrawn: 0, withoutVotes: 0 };
  private readonly outcomes = new Map<string, { yes: number; no: number; records: number }>();
  private readonly lengths = new LengthCounter();
  private readonly distance = new Numbers();
  private readonly interference = new Numbers();
  private readonly depths = new Map<number, number>();
  private unknownDepth = 0;
  private readonly growth = new GrowthCounter();
  private readonly duplicates = new DuplicateCounter();

  constructor(private readonly files: readonly string[]) {}

  addProblem(type: LineProblem['type']): void {
    this.problems[type] += 1;
  }

  add(curated: CuratedRecord): void {
    const { record, state } = curated;
    if (state.deleted) {
      this.deleted += 1;
      return;
    }
    const { status } = state;
    const measures = pairMeasures(curated);
    this.statuses[status] += 1;
    this.addGroups(curated, status);
    this.constraints.add('rejected', measures.rejectedChecks);
    this.constraints.add('chosen', measures.chosenChecks);
    this.origins.add(measures.origin, status);
    const { metrics } = record;
    this.values.add(metrics.value);
    if (measures.isJudged) this.addVotes(metrics);
    this.lengths.add(record.id, metrics.lengths.rejected.words, metrics.lengths.chosen.words);
    this.distance.add(metrics.distance);
    this.interference.add(metrics.interference);
    this.duplicates.add(record.id, record.chosen);
    this.addDepth(record.evidence.path.length - 1);
    this.growth.add(record.created, 'added');
    if (state.decision !== null && state.decision.status !== 'pending')
      this.growth.add(state.decision.time, state.decision.status);
  }

  /** @param readAgain Gives the chosen texts once more. */
  async result(readAgain: (take: (chosen: string) => void) => Promise<void>): Promise<DatasetStatistics> {
    return {
      version: statisticsVersion,
      files: this.files,
      records: total(this.statuses),
      statuses: { ...this.statuses },
      deleted: this.deleted,
      problems: { ...this.problems },
      sources: this.sources.result(),
      models: this.models.result(),
      runs: this.runs.result(),
      iterations: this.iterations.result(),
      tags: this.tags.result(),
      splits: this.splits.result(),
      origins: this.origins.result(),
      constraints: this.constraints.result(),
      values: this.values.shares(),
      votes: this.voteCounts(),
      lengths: this.lengths.result(),
      distance: this.distance.shares(),
      interference: this.interference.shares(),
      depths: [...this.depths].sort(([a], [b]) => a - b).map(([depth, records]) => ({ depth, records })),
      unknownDepth: this.unknownDepth,
      growth: this.growth.result(),
      duplicates: await this.duplicates.result(readAgain),
    };
  }

  private addGroups({ record, state }: CuratedRecord, status: Status): void {
    this.sources.add(record.source?.file ?? null, status);
    this.models.add(record.model, status);
    this.runs.add(record.source?.run ?? null, status);
    const iteration = record.search?.['iteration'];
    this.iterations.add(typeof iteration === 'number' ? String(iteration) : null, status);
    for (const tag of state.tags) this.tags.add(tag, status);
    this.splits.add(state.split, status);
  }

  private addVotes({ yes, no, notDrawn }: CuratedRecord['record']['metrics']): void {
    this.votes.yes += yes;
    this.votes.no += no;
    this.votes.notDrawn += notDrawn;
    if (yes + no === 0) {
      this.votes.withoutVotes += 1;
      return;
    }
    const key = `${yes} ${no}`;
    const known = this.outcomes.get(key);
    if (known !== undefined) known.records += 1;
    else if (this.outcomes.size < 10_000) this.outcomes.set(key, { yes, no, records: 1 });
  }

  private voteCounts(): Votes {
    const outcomes = [...this.outcomes.values()]
      .sort((a, b) => b.records - a.records || a.no - b.no || b.yes - a.yes)
      .slice(0, mostOutcomes);
    return { ...this.votes, outcomes: outcomes.map((outcome) => ({ ...outcome })) };
  }

  private addDepth(depth: number): void {
    if (depth < 0) this.unknownDepth += 1;
    else {
      const told = Math.min(depth, mostDepth);
      this.depths.set(told, (this.depths.get(told) ?? 0) + 1);
    }
  }
}
