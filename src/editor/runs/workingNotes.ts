/** Where the editor keeps notes of a workspace; its `Memento` is one. */
export interface NoteStore {
  get(name: string): unknown;
  update(name: string, value: unknown): PromiseLike<void>;
}

export const runNotesKey = 'spar.runs';

/** Whether runs worked when the window went; all that a start of the window asks about runs. */
export function hasWorkingRuns(notes: Pick<NoteStore, 'get'>): boolean {
  const kept = notes.get(runNotesKey);
  return (
    typeof kept === 'object' &&
    kept !== null &&
    'working' in kept &&
    Array.isArray(kept.working) &&
    kept.working.length > 0
  );
}
