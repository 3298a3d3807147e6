import { basename } from 'node:path';
import type { CuratedRecord } from '../curated';
import type { RecordState } from '../recordState';
import type { DatasetRecord } from '../schema';
import type { AboutRow } from './candidates';
import type { Row } from './formats';

interface RowPlace {
  /** Its id. */
  readonly instruction: string;
  /** Null where there is only one. */
  readonly dataset: string | null;
  readonly about: AboutRow;
}

/** What a sidecar says of a row: where it comes from and how it was judged. Holds no texts of the pair. */
export function rowMeta({ record, state }: CuratedRecord, { instruction, dataset, about }: RowPlace): Row {
  return {
    id: record.id,
    instruction,
    ...(dataset === null ? {} : { dataset: basename(dataset) }),
    ...about,
    ...stateMeta(state),
    created: record.created,
    model: record.model,
    source: record.source,
    metrics: metricsMeta(record.metrics),
  };
}

export function stateMeta(state: RecordState): Row {
  const { decision } = state;
  return {
    status: state.status,
    decided: decision === null ? null : { by: decision.by, time: decision.time },
    corrected: ['instruction', 'rejected', 'chosen'].filter((field) => Object.hasOwn(state, field)),
    tags: state.tags,
    split: state.split,
  };
}

export function metricsMeta(metrics: DatasetRecord['metrics']): Row {
  const { value, yes, no, notDrawn, distance, interference, lengths } = metrics;
  return { value, yes, no, notDrawn, distance, interference, lengths };
}
