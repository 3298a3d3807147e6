import type { DatasetRecord, RecordedInstruction } from '../schema';

export interface ExportTurn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** A preference pair as exporters take it. */
export interface ExportPair {
  /** Ends with a turn of the user. */
  readonly turns: readonly ExportTurn[];
  readonly rejected: string;
  readonly chosen: string;
}

/** Why a record, or an example of one, is not exported. */
export type LeftOutReason =
  /** Its status, or it is deleted. */
  | 'status'
  /** It is not among the records that were asked for. */
  | 'not-chosen'
  /** The same pair came from an earlier dataset. */
  | 'repeated'
  | 'empty'
  /** Chosen and rejected are one text. */
  | 'equal'
  /** Half a character, which no UTF-8 file can hold. */
  | 'lone-surrogate'
  /** A format wants turns of user and assistant in alternation, after at most one system turn. */
  | 'turns'
  /** A character that the format can't hold. */
  | 'unwritable'
  /** The record holds no evidence of a refiner's work. */
  | 'no-evidence';

/** For a person, after a count of records. */
export const leftOutWords: Readonly<Record<LeftOutReason, string>> = {
  status: 'of another status, or deleted',
  'not-chosen': 'not among those that were asked for',
  repeated: 'in an earlier dataset already',
  empty: 'with an empty instruction, rejected or chosen text',
  equal: 'whose chosen text equals the rejected one',
  'lone-surrogate': 'with half a character (a lone surrogate); correct the text',
  turns: 'whose turns do not alternate between user and assistant, which this format needs',
  unwritable: 'with a NUL character, which this format can not hold',
  'no-evidence': 'without judgements and refinements that make an example',
};

export type PairTexts = Pick<DatasetRecord, 'instruction' | 'rejected' | 'chosen'>;

/** The pair of a record as it stands, or why it can't be exported. */
export function exportPair(record: PairTexts): ExportPair | LeftOutReason {
  const { rejected, chosen } = record;
  const turns = turnsOf(record.instruction);
  const texts = [...turns.map(({ content }) => content), rejected, chosen];
  if (!texts.every(isWellFormed)) return 'lone-surrogate';
  const asked = turns.at(-1)?.content ?? '';
  if ([asked, rejected, chosen].some((text) => text.trim() === '')) return 'empty';
  return rejected === chosen ? 'equal' : { turns, rejected, chosen };
}

export function turnsOf(instruction: RecordedInstruction): readonly ExportTurn[] {
  if (typeof instruction === 'string') return [{ role: 'user', content: instruction }];
  return instruction.map(({ role, content }) => ({ role, content }));
}

/** At most one system turn, first; then user and assistant by turns, the user first and last. */
export function turnsAlternate(turns: readonly ExportTurn[]): boolean {
  const rest = turns[0]?.role === 'system' ? turns.slice(1) : turns;
  return (
    rest.length % 2 === 1 &&
    rest.every(({ role }, index) => role === (index % 2 === 0 ? 'user' : 'assistant'))
  );
}

const loneSurrogate = /\p{Surrogate}/u;

export function isWellFormed(text: string): boolean {
  return !loneSurrogate.test(text);
}
