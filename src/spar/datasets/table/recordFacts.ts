import { wordsOf } from '../../text/words';
import type { RecordState } from '../recordState';
import type { DatasetRecord } from '../schema';

/**
 * What records are sorted and filtered by. `created` is in milliseconds; `held` and `broken` count the constraints
 * that code verified in the chosen text as it was found.
 */
export const measures = [
  'created',
  'value',
  'yes',
  'no',
  'notDrawn',
  'distance',
  'interference',
  'rejectedWords',
  'chosenWords',
  'rejectedCharacters',
  'chosenCharacters',
  'held',
  'broken',
] as const;

export type Measure = (typeof measures)[number];

/** What a table keeps of a record beside its place. */
export interface RecordFacts {
  /** Null where the record does not know. */
  readonly measures: Readonly<Record<Measure, number | null>>;
  readonly model: string | null;
  /** File that the texts came from. */
  readonly source: string | null;
  readonly run: string | null;
  /** Types that the evidence names, each once, sorted. */
  readonly constraints: readonly string[];
}

export function recordFacts(record: DatasetRecord): RecordFacts {
  const { metrics, evidence, source, model } = record;
  const { lengths } = metrics;
  const checks = evidence.path.at(-1)?.checks ?? [];
  const counted = (state: 'held' | 'broken'): number | null =>
    checks.length === 0 ? null : checks.filter(({ result }) => result.state === state).length;
  return {
    measures: {
      created: Date.parse(record.created),
      value: metrics.value,
      yes: metrics.yes,
      no: metrics.no,
      notDrawn: metrics.notDrawn,
      distance: metrics.distance,
      interference: metrics.interference,
      rejectedWords: lengths.rejected.words,
      chosenWords: lengths.chosen.words,
      rejectedCharacters: lengths.rejected.characters,
      chosenCharacters: lengths.chosen.characters,
      held: counted('held'),
      broken: counted('broken'),
    },
    model,
    source: source?.file ?? null,
    run: source?.run ?? null,
    constraints: constraintTypes(record),
  };
}

/** The lengths that corrections change. */
export function correctedLengths(
  state: Pick<RecordState, 'rejected' | 'chosen'>,
): Readonly<Partial<Record<Measure, number>>> {
  const { rejected, chosen } = state;
  if (rejected === undefined && chosen === undefined) return unchanged;
  return {
    ...(rejected === undefined
      ? {}
      : { rejectedWords: wordsOf(rejected).length, rejectedCharacters: rejected.length }),
    ...(chosen === undefined ? {} : { chosenWords: wordsOf(chosen).length, chosenCharacters: chosen.length }),
  };
}

const unchanged = {};

function constraintTypes(record: DatasetRecord): readonly string[] {
  const { path } = record.evidence;
  if (path.length === 0) return none;
  const types = new Set<string>();
  for (const { checks } of path) for (const { constraint } of checks) types.add(constraint.type);
  return types.size === 0 ? none : [...types].sort();
}

const none: readonly string[] = [];
