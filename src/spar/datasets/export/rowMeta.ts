import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { jsonLine } from '../../log/jsonLine';
import type { CuratedRecord } from '../curated';
import { plainInstruction } from '../newLines';
import type { AboutRow } from './candidates';
import type { Row } from './formats';

/** What a sidecar says of a row: where it comes from and how it was judged. Holds no texts of the pair. */
export function rowMeta(
  { record, state }: CuratedRecord,
  { dataset, about }: { readonly dataset: string | null; readonly about: AboutRow },
): Row {
  const { value, yes, no, notDrawn, distance, interference, lengths } = record.metrics;
  const { decision } = state;
  return {
    id: record.id,
    instruction: instructionId(record.instruction),
    ...(dataset === null ? {} : { dataset: basename(dataset) }),
    ...about,
    status: state.status,
    decided: decision === null ? null : { by: decision.by, time: decision.time },
    corrected: ['instruction', 'rejected', 'chosen'].filter((field) => Object.hasOwn(state, field)),
    tags: state.tags,
    split: state.split,
    created: record.created,
    model: record.model,
    source: record.source,
    metrics: { value, yes, no, notDrawn, distance, interference, lengths },
  };
}

/** 40 hexadecimal digits: the same for all records of an instruction. */
export function instructionId(instruction: CuratedRecord['record']['instruction']): string {
  return createHash('sha256')
    .update(jsonLine(plainInstruction(instruction)))
    .digest('hex')
    .slice(0, 40);
}
