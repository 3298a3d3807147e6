import { untouched, type AcceptOptions, type ReviewState } from '../../editor/sessions/session';
import type { ChangeDecision } from './trackedChanges';
import { applyChanges, textChanges, type TextChange } from '../../spar/text/wordDiff';

/** A candidate and what a person has done with it so far. */
export interface Reviewed {
  readonly original: string;
  /** The node's own text. */
  readonly text: string;
  readonly state: ReviewState;
}

/** The text whose changes are reviewed: as edited by hand where it was, else the node's own. */
export function reviewedText({ text, state }: Pick<Reviewed, 'text' | 'state'>): string {
  return state.editedText ?? text;
}

/** The reviewed text with the undone changes undone: what would be accepted now. */
export function currentText(reviewed: Reviewed): string {
  const refined = reviewedText(reviewed);
  const undone = new Set(reviewed.state.undone);
  if (undone.size === 0) return refined;
  const changes = textChanges(reviewed.original, refined);
  return applyChanges(reviewed.original, changes, withoutIndices(changes, undone));
}

/** How `SessionStore.accept` is to be called for what stands in the review. */
export function acceptOptions(reviewed: Reviewed): AcceptOptions {
  const { original, text, state } = reviewed;
  if (state.editedText !== null) return { editedText: currentText(reviewed) };
  const undone = new Set(state.undone);
  if (undone.size === 0) return {};
  const kept = [...withoutIndices(textChanges(original, text), undone)];
  return { kept, editedText: currentText(reviewed) };
}

/** Decides changes; null lets them wait again. `now` in milliseconds since 1970. */
export function withDecisions(state: ReviewState, decided: Decided): ReviewState {
  const { changes, decision, now } = decided;
  const chosen = new Set(changes);
  const list = (kind: ChangeDecision): readonly number[] => {
    const others = state[kind].filter((index) => !chosen.has(index));
    return decision === kind ? ascending([...others, ...chosen]) : others;
  };
  return { ...state, kept: list('kept'), undone: list('undone'), savedAt: now };
}

export interface Decided {
  /** Indices of the changes. */
  readonly changes: readonly number[];
  readonly decision: ChangeDecision | null;
  readonly now: number;
}

/** What was decided on each change, by index. */
export function decisionsOf(state: ReviewState): Readonly<Record<number, ChangeDecision>> {
  return Object.fromEntries([
    ...state.kept.map((index) => [index, 'kept'] as const),
    ...state.undone.map((index) => [index, 'undone'] as const),
  ]);
}

/**
 * The state that means `text`, after an edit by hand. An edit that only takes some of the reviewed changes
 * back, as the diff editor's revert arrows do, is told as undone changes; any other replaces the text.
 */
export function stateOfText(reviewed: Reviewed, { text, now }: { text: string; now: number }): ReviewState {
  const { original, state } = reviewed;
  if (text === currentText(reviewed)) return state;
  if (text === reviewed.text) return { ...untouched, savedAt: now };
  const changes = textChanges(original, reviewedText(reviewed));
  const wanted = new Set(textChanges(original, text).map(identity));
  const indices = [...changes.keys()];
  const present = new Set(indices.filter((index) => wanted.has(identityAt(changes, index))));
  if (applyChanges(original, changes, present) === text) {
    return {
      editedText: state.editedText,
      kept: state.kept.filter((index) => present.has(index)),
      undone: indices.filter((index) => !present.has(index)),
      savedAt: now,
    };
  }
  return { editedText: text, kept: stillKept(reviewed, text), undone: [], savedAt: now };
}

/** Decisions to keep survive an edit elsewhere in the text. */
function stillKept({ original, text, state }: Reviewed, edited: string): readonly number[] {
  const before = textChanges(original, state.editedText ?? text);
  const kept = new Set(state.kept.map((index) => identityAt(before, index)));
  const after = textChanges(original, edited);
  return [...after.keys()].filter((index) => kept.has(identityAt(after, index)));
}

function ascending(indices: readonly number[]): readonly number[] {
  return [...indices].sort((a, b) => a - b);
}

function identity(change: TextChange): string {
  return `${change.originalStart} ${change.originalEnd} ${change.added}`;
}

function identityAt(changes: readonly TextChange[], index: number): string {
  const change = changes[index];
  return change === undefined ? '' : identity(change);
}

function withoutIndices(changes: readonly TextChange[], without: ReadonlySet<number>): ReadonlySet<number> {
  return new Set([...changes.keys()].filter((index) => !without.has(index)));
}
