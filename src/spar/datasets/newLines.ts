import { createHash, randomBytes } from 'node:crypto';
import { jsonLine } from '../log/jsonLine';
import { distance } from '../text/wordDiff';
import { wordsOf } from '../text/words';
import {
  datasetVersion,
  type Change,
  type DatasetRecord,
  type Decision,
  type RecordedInstruction,
} from './schema';

/** A preference pair with what is known about it; the rest is worked out. */
export interface NewRecord {
  readonly instruction: RecordedInstruction;
  readonly rejected: string;
  readonly chosen: string;
  readonly evidence?: DatasetRecord['evidence'];
  readonly metrics?: Partial<Omit<DatasetRecord['metrics'], 'lengths'>>;
  readonly source?: DatasetRecord['source'];
  readonly model?: string | null;
  /** The search's settings; without secrets. */
  readonly search?: object | null;
}

/** What a decision says; id, time and `after` are the store's. */
export interface NewDecision {
  readonly status: Decision['status'];
  /** A person by default. */
  readonly by?: Decision['by'];
  readonly changes?: Decision['changes'];
  /**
   * The text decided on, where it is another than is chosen now (mixed of kept changes, or edited);
   * null: the record's own again; absent: as it stands.
   */
  readonly chosen?: string | null;
  readonly note?: string;
}

/** What a change says; an absent field stays as it is, null goes back to the record's own. */
export type NewChange = Partial<
  Pick<Change, 'split' | 'instruction' | 'rejected' | 'chosen' | 'judgements'>
> & {
  readonly tags?: { readonly add?: readonly string[]; readonly remove?: readonly string[] };
};

export interface LineStamp {
  readonly id: string;
  readonly time: string;
  readonly after: readonly string[];
  readonly undoes?: string | undefined;
}

export function recordLine(record: NewRecord, created: string): DatasetRecord {
  const { instruction, rejected, chosen } = record;
  return {
    spar: datasetVersion,
    kind: 'record',
    id: recordIdOf(record),
    created,
    instruction,
    rejected,
    chosen,
    evidence: record.evidence ?? { path: [] },
    metrics: {
      value: record.metrics?.value ?? null,
      yes: record.metrics?.yes ?? 0,
      no: record.metrics?.no ?? 0,
      notDrawn: record.metrics?.notDrawn ?? 0,
      interference: record.metrics?.interference ?? null,
      distance: record.metrics?.distance ?? distance(rejected, chosen),
      lengths: { rejected: lengthOf(rejected), chosen: lengthOf(chosen) },
    },
    source: record.source ?? null,
    model: record.model ?? null,
    search: record.search == null ? null : { ...record.search },
  };
}

export function decisionLine(record: string, decision: NewDecision, stamp: LineStamp): Decision {
  const { changes, chosen, note } = decision;
  return {
    ...stamped(record, stamp),
    kind: 'decision',
    status: decision.status,
    by: decision.by ?? { kind: 'person' },
    ...(changes === undefined ? {} : { changes }),
    ...(chosen === undefined ? {} : { chosen }),
    ...(note === undefined ? {} : { note }),
  };
}

export function changeLine(record: string, change: NewChange, stamp: LineStamp): Change {
  const { tags, ...fields } = change;
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return {
    ...stamped(record, stamp),
    kind: 'change',
    ...Object.fromEntries(given),
    ...(tags === undefined ? {} : { tags: { add: [...(tags.add ?? [])], remove: [...(tags.remove ?? [])] } }),
  };
}

export function deletionLine(record: string, stamp: LineStamp) {
  return { ...stamped(record, stamp), kind: 'deletion' as const };
}

/**
 * The content hash that names a record: 40 hexadecimal digits (the first 160 bits) of the SHA-256 of the
 * JSON line `[instruction, rejected, chosen]`. An instruction that is a single user message counts as its
 * text, so the same pair has the same name however it was imported.
 */
export function recordIdOf(pair: Pick<NewRecord, 'instruction' | 'rejected' | 'chosen'>): string {
  const { instruction, rejected, chosen } = pair;
  const content = jsonLine([plainInstruction(instruction), rejected, chosen]);
  return createHash('sha256').update(content).digest('hex').slice(0, 40);
}

/** 96 random bits, 16 characters. */
export function newLineId(): string {
  return randomBytes(12).toString('base64url');
}

/** One user turn alone as its text, whatever form it came in; what a hash of an instruction is made of. */
export function plainInstruction(instruction: RecordedInstruction): unknown {
  if (typeof instruction === 'string') return instruction;
  const [only] = instruction;
  if (instruction.length === 1 && only?.role === 'user') return only.content;
  return instruction.map(({ role, content }) => ({ role, content }));
}

function stamped(record: string, stamp: LineStamp) {
  const { id, time, after, undoes } = stamp;
  return {
    spar: datasetVersion,
    id,
    record,
    time,
    after: [...after],
    ...(undoes === undefined ? {} : { undoes }),
  } as const;
}

function lengthOf(text: string): { characters: number; words: number } {
  return { characters: text.length, words: wordsOf(text).length };
}
