import { recordIdOf, recordLine, type NewRecord } from '../../../src/spar/datasets/newLines';
import type {
  AboutLine,
  Change,
  DatasetRecord,
  Decision,
  Deletion,
  Judgements,
} from '../../../src/spar/datasets/schema';
import type { Check } from '../../../src/spar/datasets/steps';

/** A small pair; different numbers give different records. */
export function pair(number = 1): NewRecord {
  return {
    instruction: `Say ${number}.`,
    rejected: `It is, well, ${number}`,
    chosen: `It is well ${number}`,
  };
}

export const pairId = recordIdOf(pair());

export function record(number = 1, created = '2026-01-01T00:00:00.000Z'): DatasetRecord {
  return recordLine(pair(number), created);
}

/** Lines whose id is a letter are timed by it; `after` is a string of such ids. */
function stamp(id: string, after: string) {
  const time = new Date(Date.UTC(2026, 0, 1, 0, id.charCodeAt(0) - 96)).toISOString();
  return { spar: 1, id, record: pairId, time, after: Array.from(after) } as const;
}

export function decision(id: string, after: string, rest: Partial<Decision> = {}): Decision {
  return { ...stamp(id, after), kind: 'decision', status: 'accepted', by: { kind: 'person' }, ...rest };
}

export function change(id: string, after: string, rest: Partial<Change> = {}): Change {
  return { ...stamp(id, after), kind: 'change', ...rest };
}

export function deletion(id: string, after: string): Deletion {
  return { ...stamp(id, after), kind: 'deletion' };
}

/** What a later judge of that name said: No to the rejected text, and of the chosen one as many Yes of five. */
export function judgedAgain(model: string, yes: number, checks: readonly Check[] = []): Judgements {
  const judgement = (count: number) => ({
    ...{ by: 'votes', value: count / 5, yes: count, no: 5 - count, notDrawn: 0, unparsed: 0 },
    critique: `${count} say yes.`,
    votes: [],
  });
  return {
    model,
    rejected: { judgement: judgement(0), checks: [] },
    chosen: { judgement: judgement(yes), checks },
  } as Judgements;
}

/** A state as one readable line. */
export function stateText(state: {
  readonly status: string;
  readonly deleted: boolean;
  readonly tags: readonly string[];
  readonly split: string | null;
  readonly instruction?: unknown;
  readonly rejected?: string;
  readonly chosen?: string;
  readonly judgements?: Judgements;
  readonly conflicts: readonly { readonly field: string; readonly lines: readonly AboutLine[] }[];
  readonly heads: readonly string[];
}): string {
  const { status, deleted, tags, split, chosen, judgements, conflicts, heads } = state;
  return [
    deleted ? 'deleted' : status,
    ...conflicts.map(({ field, lines }) => `${field}:${lines.map(({ id }) => id).join('≠')}`),
    ...(chosen === undefined ? [] : [`chosen=${chosen}`]),
    ...(judgements === undefined ? [] : [`by ${judgements.model ?? 'rules'}`]),
    ...(split === null ? [] : [`split=${split}`]),
    ...tags.map((tag) => `#${tag}`),
    `@${heads.join('')}`,
  ].join(' ');
}
