import type { DatasetRecord } from '../schema';
import { stepOf, type Check } from '../steps';
import { measures, type Measure } from './measures';

/** What corrections and later judgements change. */
export type TextMeasure = Exclude<Measure, 'created'>;
export type TextMeasures = Readonly<Record<TextMeasure, number | null>>;

export function isTextMeasure(name: string): name is TextMeasure {
  return name !== 'created' && (measures as readonly string[]).includes(name);
}

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

/** Of a record as it was found. */
export function recordFacts(record: DatasetRecord): RecordFacts {
  const { source, model } = record;
  const checks = stepOf(record, 'chosen')?.checks ?? [];
  return {
    measures: { created: Date.parse(record.created), ...textMeasures(record, checks) },
    model,
    source: source?.file ?? null,
    run: source?.run ?? null,
    constraints: constraintTypes(record),
  };
}

/** @param checks Of the chosen text. */
export function textMeasures({ metrics }: DatasetRecord, checks: readonly Check[]): TextMeasures {
  const { lengths } = metrics;
  const counted = (state: 'held' | 'broken'): number | null =>
    checks.length === 0 ? null : checks.filter(({ result }) => result.state === state).length;
  return {
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
  };
}

function constraintTypes(record: DatasetRecord): readonly string[] {
  const { path } = record.evidence;
  if (path.length === 0) return none;
  const types = new Set<string>();
  for (const { checks } of path) for (const { constraint } of checks) types.add(constraint.type);
  return types.size === 0 ? none : [...types].sort();
}

const none: readonly string[] = [];
