import { jsonLine, parseJson } from '../log/jsonLine';
import { isSurelyLine } from './lineShape';
import { datasetLineSchema, datasetVersion, type DatasetLine } from './schema';

export type ParsedLine =
  | { readonly type: 'line'; readonly line: DatasetLine }
  /** Of a later version or an unknown kind; kept as it is. */
  | {
      readonly type: 'unknown';
      readonly reason: string;
      /** The record that it seems to be about; null when it does not say. */
      readonly record: string | null;
    }
  | { readonly type: 'damaged'; readonly reason: string };

/** One line's text as a line of a dataset; never throws. */
export function parseDatasetLine(text: string): ParsedLine {
  const parsed = parseJson(text);
  if (!parsed.ok) return { type: 'damaged', reason: parsed.reason };
  const { value } = parsed;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { type: 'damaged', reason: 'not a JSON object' };
  }
  const foreign = foreignReason(value);
  if (foreign !== null) return { type: 'unknown', reason: foreign, record: recordOf(value) };
  if (isDatasetLine(value)) {
    // Only a record's line is never compared or written anew.
    const writable = value.kind === 'record' || isWritable(value);
    return writable ? { type: 'line', line: value } : { type: 'damaged', reason: 'nested too deeply' };
  }
  return { type: 'damaged', reason: schemaProblem(value) };
}

/** @throws RangeError for a value nested too deeply to be written. */
export function datasetLineText(line: DatasetLine): string {
  return jsonLine(line, leadingKeys);
}

const leadingKeys = [
  'spar',
  'kind',
  'id',
  'record',
  'time',
  'after',
  'status',
  'created',
  'instruction',
  'rejected',
  'chosen',
];

/** The value itself, not the schema's copy, so that fields which this version does not know are kept. */
function isDatasetLine(value: object): value is DatasetLine {
  return isSurelyLine(value) || datasetLineSchema.safeParse(value).success;
}

function isWritable(line: DatasetLine): boolean {
  if (isShallow(line, 20)) return true;
  try {
    jsonLine(line);
    return true;
  } catch {
    return false;
  }
}

/** True where no field is nested deeper than `levels`, which is well below what can't be written. */
function isShallow(value: object, levels: number): boolean {
  if (levels === 0) return false;
  for (const field of Object.values(value) as unknown[]) {
    if (typeof field === 'object' && field !== null && !isShallow(field, levels - 1)) return false;
  }
  return true;
}

function schemaProblem(value: object): string {
  const issue = datasetLineSchema.safeParse(value).error?.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'line' : issue.path.join('.');
  return `${where}: ${issue?.message ?? 'not valid'}`;
}

const kinds: ReadonlySet<unknown> = new Set(['record', 'decision', 'change', 'deletion']);

function foreignReason(value: object): string | null {
  if (!('spar' in value)) return null;
  const { spar } = value;
  if (typeof spar === 'number' && spar > datasetVersion)
    return `written by a newer version of SPaR (format ${spar})`;
  if (spar !== datasetVersion || !('kind' in value) || typeof value.kind !== 'string') return null;
  return kinds.has(value.kind) ? null : `of an unknown kind`;
}

function recordOf(value: object): string | null {
  if ('record' in value && typeof value.record === 'string') return value.record;
  return 'id' in value && typeof value.id === 'string' ? value.id : null;
}
