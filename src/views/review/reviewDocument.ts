import type { Session } from '../../editor/sessions/session';
import { rootPath } from '../../spar/search/events';
import type { TreeNode } from '../../spar/search/tree';
import { distance, textChanges } from '../../spar/text/wordDiff';
import { inOrder, signOf } from '../refinements/checkMarks';
import { judgementWords, percentWords } from '../refinements/describe';
import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import type { Need, ReviewRules } from './neededChanges';
import { plainLabel } from './changeLabel';
import { currentText, decisionsOf, reviewedText } from './reviewState';
import type { LayoutKind } from './sentenceLayout';
import { trackedChanges, type TrackedDocument } from './trackedChanges';

/** The inline review of one candidate as plain data: what the editor shows, and what stands where. */
export interface ReviewDocument {
  readonly sessionId: string;
  readonly path: string;
  /** The whole document: header lines, an empty line, the tracked changes. Offsets in it count from its start. */
  readonly tracked: TrackedDocument;
  /** Lines of the header, 1 or more. */
  readonly headerLines: number;
  /** Null where it can't be told which changes were needed. */
  readonly need: Need | null;
  /** What code finds of the text that would be accepted now. */
  readonly checks: readonly ConstraintCheck[];
}

/** Constraints that the header names; the hover and the constraints' own list have the others. */
const mostMarks = 12;

/** Changes shown as such; more would make lenses and decorations slow. */
export const mostChanges = 1000;

export interface ReviewDocumentOptions {
  readonly session: Session;
  readonly node: TreeNode;
  /** The node's text, present where there is something to review. */
  readonly text: string;
  readonly layout: LayoutKind;
  /** Null until the verifiers are loaded; which changes were needed is unknown till then. */
  readonly rules: ReviewRules | null;
}

export function reviewDocument({
  session,
  node,
  text,
  layout,
  rules,
}: ReviewDocumentOptions): ReviewDocument {
  const { original } = session;
  const state = session.reviewState(node.path);
  const refined = reviewedText({ text, state });
  const changes = textChanges(original, refined);
  const decisions = decisionsOf(state);
  const tracked = trackedChanges({ original, refined, changes, decisions, layout, mostChanges });
  const { constraints } = session.tree;
  const need = rules?.neededChanges({ original, refined, changes, constraints }) ?? null;
  const current = currentText({ original, text, state });
  const known = node.node?.checks ?? [];
  const checks = current === text || rules === null ? known : rules.checkConstraints(constraints, current);
  const header = headerOf({ session, node, tracked, need, checks, current });
  return {
    sessionId: session.id,
    path: node.path,
    tracked: withHeader(tracked, header),
    headerLines: header.length,
    need,
    checks,
  };
}

/** The candidate in a few words, for example `5/5, 4 % changed`; used in titles. */
export function candidateWords(session: Session, node: TreeNode): string {
  const { judgement, node: written } = node;
  const state = session.reviewState(node.path);
  if (state.editedText !== null) {
    return `edited, ${percentWords(distance(session.original, state.editedText))}`;
  }
  return [
    judgement === null ? 'not judged' : judgementWords(judgement).replace(/ \(.*\)$/u, ''),
    ...(written === null || node.path === rootPath ? [] : [percentWords(written.distance)]),
  ].join(', ');
}

/** How a node is called in titles. */
export function nodeName(path: string): string {
  return path === rootPath ? 'Original' : path;
}

interface HeaderOptions extends Pick<ReviewDocumentOptions, 'session' | 'node'> {
  readonly tracked: TrackedDocument;
  readonly need: Need | null;
  readonly checks: readonly ConstraintCheck[];
  /** What would be accepted now. */
  readonly current: string;
}

function headerOf(options: HeaderOptions): readonly string[] {
  const { session, node, tracked, checks } = options;
  const decision = session.decisions.get(node.path);
  const first = [
    nodeName(node.path),
    ...(decision === undefined ? [] : [decision.state]),
    standWords(options),
    needWords(options),
    progressWords(options),
  ];
  const marks = inOrder(checks)
    .slice(0, mostMarks)
    .map((check) => `${plainLabel(check.constraint.text)} ${signOf(check)}`);
  const hidden = tracked.total - tracked.changes.length;
  return [
    first.filter((part) => part !== '').join(' · '),
    ...(checks.length === 0 ? [] : [`${countOf(checks)}${marks.join(' · ')}`]),
    ...(hidden > 0
      ? [
          `The first ${tracked.changes.length} of ${tracked.total} changes are marked; what follows is as in the candidate. Open the diff to see all.`,
        ]
      : []),
  ];
}

/** The candidate as it was judged; of a mixture, on which nobody has judged, only how much it changes. */
function standWords({ session, node, current }: HeaderOptions): string {
  const { undone, editedText } = session.reviewState(node.path);
  return undone.length > 0 && editedText === null
    ? percentWords(distance(session.original, current))
    : candidateWords(session, node).replace(', ', ' · ');
}

/** Nothing for a single constraint, which its own mark tells. */
function countOf(checks: readonly ConstraintCheck[]): string {
  const held = checks.filter((check) => check.result.state === 'held').length;
  return checks.length < 2 ? '' : `${held} of ${checks.length} constraints hold: `;
}

function needWords({ need, tracked }: HeaderOptions): string {
  const { total } = tracked;
  const changes = total === 1 ? '1 change' : `${total} changes`;
  if (total === 0) return 'no change';
  if (need === null) return changes;
  return `${total - need.unneeded.size} of ${changes} needed`;
}

function progressWords({ session, node }: HeaderOptions): string {
  const state = session.reviewState(node.path);
  const isOther = state.editedText !== null || state.undone.length > 0;
  return [
    ...(state.kept.length === 0 ? [] : [`${state.kept.length} kept`]),
    ...(state.undone.length === 0 ? [] : [`${state.undone.length} undone`]),
    ...(isOther ? ['judged again when you accept'] : []),
  ].join(' · ');
}

function withHeader(tracked: TrackedDocument, lines: readonly string[]): TrackedDocument {
  const header = `${lines.join('\n')}\n\n`;
  const shift = header.length;
  const moved = <Part extends { readonly start: number; readonly end: number }>(part: Part): Part => ({
    ...part,
    start: part.start + shift,
    end: part.end + shift,
  });
  return {
    text: header + tracked.text,
    spans: tracked.spans.map(moved),
    changes: tracked.changes.map((change) => ({ ...moved(change), line: change.line + lines.length + 1 })),
    segments: tracked.segments.map(moved),
    total: tracked.total,
  };
}
