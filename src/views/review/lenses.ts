import { commands } from '../../contributions';
import type { CandidateReference, ChangeTarget } from './host';
import type { ReviewDocument } from './reviewDocument';
import type { TrackedChange } from './trackedChanges';

/** One lens as plain data; the provider only wraps it. */
export interface LensDescription {
  /** From 0. */
  readonly line: number;
  /** May hold icons of ours, never a model's. */
  readonly title: string;
  readonly tooltip: string;
  readonly command: string;
  readonly argument: CandidateReference | ChangeTarget;
}

/** Changes that have lenses of their own on one line; more share two. */
const mostOnLine = 3;

export function reviewLenses(document: ReviewDocument): readonly LensDescription[] {
  const { sessionId, path, tracked } = document;
  const lines = new Map<number, TrackedChange[]>();
  for (const change of tracked.changes) {
    const known = lines.get(change.line);
    if (known === undefined) lines.set(change.line, [change]);
    else known.push(change);
  }
  const ofLines = [...lines].flatMap(([line, changes]) =>
    changes.length > mostOnLine
      ? sharedLenses(document, { line, changes })
      : changes.flatMap((change) => ownLenses(document, change)),
  );
  return [...headerLenses({ sessionId, path }), ...ofLines];
}

function headerLenses(argument: CandidateReference): readonly LensDescription[] {
  const lens = (title: string, tooltip: string, command: string): LensDescription => ({
    line: 0,
    title,
    tooltip,
    command,
    argument,
  });
  return [
    lens('$(check) Accept', 'Accept the candidate with what you kept and undid', commands.accept),
    lens('$(close) Reject', 'Reject the candidate', commands.reject),
    lens('$(diff) Open Diff', 'Compare with the original side by side, and edit', commands.openDiff),
    lens('$(comment) Critique', 'Show or hide the judge’s critique as comments', commands.showCritique),
    lens('$(arrow-right) Next', 'Next candidate that waits for a decision', commands.nextCandidate),
  ];
}

function ownLenses(document: ReviewDocument, change: TrackedChange): readonly LensDescription[] {
  const { sessionId, path, need } = document;
  const argument = { sessionId, path, changes: [change.index] };
  const note = need?.unneeded.has(change.index) === true ? ' (not needed)' : '';
  const keep = { line: change.line, command: commands.keepChange, argument };
  const undo = { line: change.line, command: commands.undoChange, argument };
  switch (change.decision) {
    case null:
      return [
        { ...keep, title: `$(check) Keep ${change.label}${note}`, tooltip: 'Keep this change' },
        { ...undo, title: '$(discard) Undo', tooltip: `Undo ${change.label}` },
      ];
    case 'kept':
      return [
        { ...keep, title: `$(pass-filled) Kept ${change.label}`, tooltip: 'Decide on this change again' },
        { ...undo, title: '$(discard) Undo Instead', tooltip: `Undo ${change.label}` },
      ];
    case 'undone':
      return [
        { ...undo, title: `$(circle-slash) Undone ${change.label}`, tooltip: 'Decide on this change again' },
        { ...keep, title: '$(check) Keep Instead', tooltip: `Keep ${change.label}` },
      ];
  }
}

function sharedLenses(
  { sessionId, path }: ReviewDocument,
  { line, changes }: { line: number; changes: readonly TrackedChange[] },
): readonly LensDescription[] {
  const open = changes.filter((change) => change.decision === null);
  const indices = (open.length === 0 ? changes : open).map((change) => change.index);
  const argument = { sessionId, path, changes: indices };
  const count =
    open.length === 0
      ? `${changes.length} changes decided`
      : open.length === changes.length
        ? `${changes.length} changes`
        : `${open.length} of ${changes.length} changes left`;
  const tooltip = 'All changes of this line that wait; the keys and the hover act on each alone';
  return [
    { line, title: `$(check) ${count}: Keep All`, tooltip, command: commands.keepChange, argument },
    { line, title: '$(discard) Undo All', tooltip, command: commands.undoChange, argument },
  ];
}
