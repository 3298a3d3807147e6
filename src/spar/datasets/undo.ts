import type { DatasetEdit } from './edits';
import { byTime, LineGraph } from './lineGraph';
import type { NewChange } from './newLines';
import { foldLines, type RecordState } from './recordState';
import type { AboutLine, Change } from './schema';

/**
 * The edits that take back the latest line about a record which is not itself an undo and not undone yet:
 * lines of their own that bring back what held before it. Two where the record was deleted then, as any
 * decision or change brings a record back; none when there is nothing to take back.
 *
 * @param kind Takes back only lines of that kind.
 */
export function undoEdits(
  id: string,
  lines: readonly AboutLine[],
  kind?: AboutLine['kind'],
): readonly DatasetEdit[] {
  const undone = new Set(lines.flatMap(({ undoes }) => undoes ?? []));
  const isUndoable = (line: AboutLine): boolean =>
    line.undoes === undefined && !undone.has(line.id) && (kind === undefined || line.kind === kind);
  const graph = new LineGraph(lines);
  const line = [...graph.latest(isUndoable)].sort(byTime).at(-1);
  if (line === undefined) return [];
  const seen = graph.before(line);
  const before = foldLines(lines.filter((other) => seen.has(other.id)));
  const deletion: DatasetEdit = { type: 'delete', id, undoes: line.id };
  return before.deleted ? [takingBack(line, before), deletion] : [takingBack(line, before)];
}

function takingBack(line: AboutLine, before: RecordState): DatasetEdit {
  const about = { id: line.record, undoes: line.id };
  switch (line.kind) {
    case 'decision': {
      const status = before.decision?.status ?? 'pending';
      const chosen = line.chosen === undefined ? {} : { chosen: before.chosen ?? null };
      // What a policy decided is a policy's again: no person has looked at it.
      const by = before.decision?.by.kind === 'policy' ? { by: before.decision.by } : {};
      return { type: 'decide', ...about, decision: { status, ...by, ...chosen } };
    }
    case 'change':
      return { type: 'change', ...about, change: inverse(line, before) };
    case 'deletion':
      return { type: 'change', ...about, change: {} };
  }
}

function inverse(change: Change, before: RecordState): NewChange {
  const added = change.tags?.add.filter((tag) => !before.tags.includes(tag)) ?? [];
  const removed = change.tags?.remove.filter((tag) => before.tags.includes(tag)) ?? [];
  return {
    ...(change.split === undefined ? {} : { split: before.split }),
    ...(change.instruction === undefined ? {} : { instruction: before.instruction ?? null }),
    ...(change.rejected === undefined ? {} : { rejected: before.rejected ?? null }),
    ...(change.chosen === undefined ? {} : { chosen: before.chosen ?? null }),
    ...(change.judgements === undefined ? {} : { judgements: before.judgements ?? null }),
    ...(change.tags === undefined ? {} : { tags: { add: removed, remove: added } }),
  };
}
