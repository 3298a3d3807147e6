import { instructionText } from '../../spar/refiner/instruction';
import { conflictOf } from '../../spar/search/conflicts';
import { rootPath, type Judgement } from '../../spar/search/events';
import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import { isEdited } from '../../editor/sessions/choices';
import { labelOfArgument } from '../../editor/constraints/typeWords';
import type { Session } from '../../editor/sessions/session';
import { harmlessMarkdown } from '../markdown';
import { inOrder, signOf } from './checkMarks';
import { conflictSentence } from './conflictWords';
import { describeNode, describeSession, nodeSummary } from './describe';
import { describeConstraint, describeConstraints, describePart, resultOf } from './describeConstraints';

/** Longest critique or reflection shown, in UTF-16 units; the review shows all of it. */
const longest = 4000;

/** A node's tooltip as Markdown that is safe to show: nothing in it links, loads or runs. */
export function nodeTooltip(session: Session, path: string): string {
  const node = session.tree.nodes.get(path);
  const head = describeNode(session, path);
  const parts = [`**${harmlessMarkdown(head.label)}** — ${harmlessMarkdown(nodeSummary(session, path))}`];
  const checks = inOrder(node?.node?.checks ?? []);
  if (checks.length > 0) parts.push(checkLines(checks));
  const conflict = node === undefined ? null : conflictOf(node, session.tree);
  if (conflict !== null) parts.push(`**Conflict:** ${harmlessMarkdown(conflictSentence(conflict))}`);
  if (node?.judgement?.by === 'votes') parts.push(voteWords(node.judgement));
  if (node?.failure != null) parts.push(harmlessMarkdown(node.failure.reason));
  if (node?.node != null && node.node.reflection !== '')
    parts.push('**How it was made**', cut(node.node.reflection));
  const judgement = node?.judgement ?? null;
  // The rules' critique says what the checks above it say already.
  if (judgement !== null && judgement.by !== 'rules' && judgement.critique !== '')
    parts.push('**Critique**', cut(judgement.critique));
  const interference = node?.node?.interference ?? null;
  if (path !== rootPath && interference !== null) {
    parts.push(
      `${Math.round(interference * 100)} % of the changed words were not needed by a broken constraint.`,
    );
  }
  return parts.join('\n\n');
}

/** Every check with what it found; of hundreds, which nobody reads, the first. */
function checkLines(checks: readonly ConstraintCheck[]): string {
  const lines = checks.slice(0, mostChecks).map((check) => {
    const { constraint, result } = check;
    const finding = result.state === 'held' ? '' : `: ${harmlessMarkdown(result.message)}`;
    return `- ${signOf(check)} ${harmlessMarkdown(constraint.text)}${finding}`;
  });
  const more = checks.length - lines.length;
  return [...lines, ...(more > 0 ? [`- ${more} more`] : [])].join('\n');
}

const mostChecks = 40;

function voteWords({ yes, no, notDrawn, unparsed }: Judgement): string {
  const drawn = yes + no;
  return [
    `${yes} of ${drawn} ${drawn === 1 ? 'vote says' : 'votes say'} that it follows the instruction.`,
    ...(notDrawn === 0
      ? []
      : [
          `${notDrawn} more ${notDrawn === 1 ? 'was' : 'were'} not needed: no outcome could have changed this.`,
        ]),
    ...(unparsed === 0
      ? []
      : [`${unparsed} ${unparsed === 1 ? 'reply' : 'replies'} held no verdict and did not count.`]),
  ].join(' ');
}

export function sessionTooltip(session: Session): string {
  const { tree } = session;
  const parts = [
    `**${harmlessMarkdown(session.title)}**`,
    harmlessMarkdown(describeSession(session).description),
  ];
  if (tree.outcome !== null) parts.push(harmlessMarkdown(tree.outcome.reason));
  parts.push(`Model: ${tree.model === null ? 'offline (rules only)' : harmlessMarkdown(tree.model)}`);
  if (tree.unchecked.length > 0) {
    parts.push(
      '**Not checked by code**',
      tree.unchecked
        .slice(0, 10)
        .map((text) => `- ${harmlessMarkdown(text)}`)
        .join('\n'),
    );
  }
  return parts.join('\n\n');
}

export function constraintsTooltip(session: Session): string {
  const head = describeConstraints(session);
  const parts = [
    `**Constraints** — ${harmlessMarkdown(head.description)}`,
    'What code checks in every text of this search, without votes. Uncheck a constraint to leave it out, or edit it.',
  ];
  if (session.areConstraintsChanged) {
    parts.push('What you changed counts when you search again. The verdicts in the tree stay as they are.');
  }
  return parts.join('\n\n');
}

export function constraintTooltip(session: Session, id: string): string {
  const choice = session.choices.find(({ constraint }) => constraint.id === id);
  const { description } = describeConstraint(session, id);
  if (choice === undefined) return harmlessMarkdown(description);
  const { constraint, found } = choice;
  const parts = [`**${harmlessMarkdown(constraint.text)}** — ${harmlessMarkdown(description)}`];
  const result = resultOf(session, choice);
  if (result !== null) {
    const finding = result.state === 'held' ? 'it holds.' : harmlessMarkdown(result.message);
    parts.push(`In the original: ${finding}`);
  }
  const text = instructionText(session.instruction);
  if (constraint.span !== null)
    parts.push(`The instruction says: “${cut(text.slice(constraint.span.start, constraint.span.end))}”`);
  const args = Object.entries(constraint.args).map(
    ([name, value]) =>
      `- ${harmlessMarkdown(labelOfArgument(name))}: ${cut(JSON.stringify([value]).slice(1, -1))}`,
  );
  if (args.length > 0) parts.push(args.join('\n'));
  if (found !== null && isEdited(choice)) parts.push(`As it was found: ${harmlessMarkdown(found.text)}`);
  return parts.join('\n\n');
}

export function partTooltip(session: Session, index: number): string {
  const text = session.tree.unchecked[index] ?? '';
  return `**${harmlessMarkdown(describePart(session, index).description)}**\n\n${cut(text)}\n\nNo constraint that code can check covers this part of the instruction.`;
}

function cut(text: string): string {
  return harmlessMarkdown(text.length <= longest ? text : `${text.slice(0, longest)}…`);
}
