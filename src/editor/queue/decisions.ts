import type { CuratedRecord } from '../../spar/datasets/curated';
import type { DatasetEdit } from '../../spar/datasets/edits';
import { newLineId, recordIdOf, type NewDecision } from '../../spar/datasets/newLines';
import type { RecordState } from '../../spar/datasets/recordState';
import type { DatasetRecord } from '../../spar/datasets/schema';
import type { RefusedChanges } from '../sessions/refusedPair';
import { mixtureOf } from './mixture';
import type { NamedEdit, QueueFile } from './queueFile';
import { refusedRecord } from './refusedRecord';

/** What a person wants of the pair that they see. */
export type Wish =
  | { readonly status: 'rejected' }
  /** Without the changes of these indices. */
  | { readonly status: 'accepted'; readonly undone: readonly number[] }
  | { readonly status: 'accepted'; readonly text: string };

/** A decision that was written, with what is needed to take it back. */
export interface Decided {
  readonly id: string;
  readonly status: 'accepted' | 'rejected';
  /** Of the decision. */
  readonly line: string;
  /** What held before it. */
  readonly before: Pick<RecordState, 'decision' | 'chosen'>;
  readonly isTextChanged: boolean;
  /** A second pair that was made of refused changes. */
  readonly further: string | null;
}

/** The text that a wish would make chosen, and whether that is another than is chosen now. */
export function wishedText(record: DatasetRecord, wish: Wish): string {
  if (wish.status === 'rejected') return record.chosen;
  if ('text' in wish) return wish.text;
  return mixtureOf(record, wish.undone)?.text ?? record.chosen;
}

/**
 * Appends a decision, and the pair of the refused changes where one is wanted. Null where others have said something of
 * the record that the person has not seen: nothing was added then.
 *
 * @param seen What the person saw.
 * @throws LogError; nothing was added then.
 */
export async function decide(
  file: QueueFile,
  { seen, wish }: { readonly seen: CuratedRecord; readonly wish: Wish },
  refused: RefusedChanges,
): Promise<Decided | null> {
  const { record } = seen;
  const { id } = record;
  const line = newLineId();
  const mixture = wish.status === 'accepted' && 'undone' in wish ? mixtureOf(record, wish.undone) : null;
  const text = wishedText(record, wish);
  const isTextChanged = text !== record.chosen;
  const decision: NewDecision = {
    status: wish.status,
    ...(mixture === null ? {} : { changes: mixture.changes }),
    ...(isTextChanged ? { chosen: text } : {}),
  };
  const pair =
    mixture === null
      ? null
      : refusedRecord(record, mixture, { wanted: refused, decision: { record: id, line } });
  let further: string | null = null;
  const isWritten = await file.write(() => {
    if (file.state(id).heads.join() !== seen.state.heads.join()) return [];
    const edits: NamedEdit[] = [{ edit: { type: 'decide', id, decision }, lineId: line }];
    const other = pair === null ? null : recordIdOf(pair);
    // Of a pair that is there somebody else may have thought otherwise.
    const isNew = other !== null && (file.table.rowOf(other) === undefined || file.state(other).deleted);
    if (pair !== null && isNew) {
      const by = { kind: 'policy' as const, name: 'refused changes' };
      edits.push({ edit: { type: 'add', record: pair, decision: { status: 'accepted', by } } });
      further = other;
    }
    return edits;
  });
  return isWritten ? { id, status: wish.status, line, before: seen.state, isTextChanged, further } : null;
}

/**
 * Appends what takes a decision back, so that the record is as it was before; false where somebody decided on it
 * since, and nothing was done.
 *
 * @throws LogError; nothing was added then.
 */
export async function takeBack(file: QueueFile, decided: Decided): Promise<boolean> {
  const { id, line, before, isTextChanged, further } = decided;
  return file.write(() => {
    if (file.state(id).decision?.id !== line) return [];
    const { decision } = before;
    const own = file.history(id).find((other) => other.id === line);
    // A text that somebody wrote since is theirs.
    const isOwnText = own?.kind === 'decision' && own.chosen === file.state(id).chosen;
    const earlier: NewDecision = {
      status: decision?.status ?? 'pending',
      ...(decision === null ? {} : { by: decision.by }),
      ...(decision?.changes === undefined ? {} : { changes: decision.changes }),
      ...(decision?.note === undefined ? {} : { note: decision.note }),
      ...(isTextChanged && isOwnText ? { chosen: before.chosen ?? null } : {}),
    };
    const edits: DatasetEdit[] = [{ type: 'decide', id, decision: earlier, undoes: line }];
    // Of the second pair, too, somebody may have thought otherwise since.
    const isOurs =
      further !== null && file.table.rowOf(further) !== undefined && isByPolicy(file.state(further));
    if (isOurs) edits.push({ type: 'delete', id: further });
    return edits.map((edit) => ({ edit }));
  });
}

function isByPolicy({ decision, deleted }: RecordState): boolean {
  return !deleted && decision?.by.kind === 'policy';
}
