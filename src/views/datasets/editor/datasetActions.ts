import type { DatasetEdit } from '../../../spar/datasets/edits';
import type { Conflict, RecordState } from '../../../spar/datasets/recordState';
import type { RecordedInstruction } from '../../../spar/datasets/schema';
import { fieldOf } from './pairView';
import type { TextField } from './protocol';

/** What a person wants of records, complete. */
export type Wish =
  | { readonly do: 'decide'; readonly status: 'accepted' | 'rejected' | 'pending' }
  | { readonly do: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly do: 'split'; readonly split: string | null }
  | { readonly do: 'delete' }
  | { readonly do: 'restore' };

/** What of a record's state tells whether a wish is fulfilled. */
export type WishedState = Pick<RecordState, 'status' | 'deleted' | 'tags' | 'split'>;

/** The edit of one record that a wish comes to; null where it is so already. */
export function editFor(wish: Wish, id: string, state: WishedState): DatasetEdit | null {
  switch (wish.do) {
    case 'decide': {
      const isSo = state.status === wish.status && !state.deleted;
      return isSo ? null : { type: 'decide', id, decision: { status: wish.status } };
    }
    case 'tag': {
      const add = wish.add.filter((tag) => !state.tags.includes(tag));
      const remove = wish.remove.filter((tag) => state.tags.includes(tag));
      if (add.length + remove.length === 0) return null;
      return { type: 'change', id, change: { tags: { add, remove } } };
    }
    case 'split':
      // A contested split may be the one that is wished for, and is to be settled then.
      if (state.split === wish.split && state.status !== 'contested') return null;
      return { type: 'change', id, change: { split: wish.split } };
    case 'delete':
      return state.deleted ? null : { type: 'delete', id };
    case 'restore':
      return state.deleted ? { type: 'change', id, change: {} } : null;
  }
}

/** What an edit step is called in the editor's menus and messages. */
export function wishLabel(wish: Wish): string {
  switch (wish.do) {
    case 'decide':
      return { accepted: 'Accept', rejected: 'Reject', pending: 'Set Pending' }[wish.status];
    case 'tag':
      return wish.add.length > 0 ? 'Tag' : 'Remove Tag';
    case 'split':
      return 'Set Split';
    case 'delete':
      return 'Delete';
    case 'restore':
      return 'Restore';
  }
}

/** A person's new text for a field as an edit, or a sentence that says why it can't be one. */
export function textEdit(
  id: string,
  given: { readonly field: TextField; readonly text: string; readonly isPlainInstruction: boolean },
): DatasetEdit | string {
  const { field, text } = given;
  if (field !== 'instruction' || given.isPlainInstruction)
    return { type: 'change', id, change: { [field]: text } };
  const turns = readTurns(text);
  return typeof turns === 'string' ? turns : { type: 'change', id, change: { instruction: turns } };
}

/** The edit that takes one side of a conflict; null where there is no such side. */
export function settlingEdit(id: string, conflict: Conflict | undefined, side: number): DatasetEdit | null {
  const line = conflict?.lines[side];
  if (conflict === undefined || line === undefined) return null;
  const { field } = conflict;
  switch (field) {
    case 'status':
      return line.kind === 'decision' ? { type: 'decide', id, decision: { status: line.status } } : null;
    case 'deletion':
      return line.kind === 'deletion' ? { type: 'delete', id } : { type: 'change', id, change: {} };
    case 'split':
    case 'instruction':
    case 'rejected':
    case 'chosen':
      return { type: 'change', id, change: { [field]: fieldOf(line, field) ?? null } };
  }
}

function readTurns(text: string): RecordedInstruction | string {
  const wanted =
    'An instruction of several turns is a JSON list of {"role": "system", "user" or "assistant", "content": text}.';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return `This is not valid JSON. ${wanted}`;
  }
  if (!Array.isArray(value) || value.length === 0 || !value.every(isTurn)) return wanted;
  return value;
}

function isTurn(value: unknown): value is { role: 'system' | 'user' | 'assistant'; content: string } {
  if (typeof value !== 'object' || value === null || !('role' in value) || !('content' in value))
    return false;
  return ['system', 'user', 'assistant'].includes(String(value.role)) && typeof value.content === 'string';
}
