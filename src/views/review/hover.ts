import * as vscode from 'vscode';
import { commands } from '../../contributions';
import { harmlessMarkdown, literalMarkdown } from '../markdown';
import type { Judgement } from '../../spar/search/events';
import { judgementWords } from '../refinements/describe';
import { plainLabel } from './changeLabel';
import type { ReviewDocuments, Written } from './documents';
import type { CandidateReference } from './host';
import { nodeName, type ReviewDocument } from './reviewDocument';
import { decodeAddress } from './reviewUri';
import { changeAt, type TrackedChange } from './trackedChanges';

/** Characters of a critique in a hover; Show Critique shows all of it. */
const longestCritique = 1500;

/** Says of the change under the pointer what it does and what needed it, with links that keep and undo it. */
export class ReviewHover implements vscode.HoverProvider {
  constructor(private readonly documents: ReviewDocuments) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | null {
    const decoded = decodeAddress(document.uri);
    if (!decoded.ok) return null;
    const review = this.documents.review(decoded.address);
    const written = this.documents.written(decoded.address);
    if (review === null || written === null || review.tracked.text.length !== document.getText().length) {
      return null;
    }
    if (position.line < review.headerLines) return new vscode.Hover(plain(headerHover(written)));
    const change = changeAt(review.tracked, document.offsetAt(position));
    if (change === null) return null;
    const range = new vscode.Range(document.positionAt(change.start), document.positionAt(change.end));
    return new vscode.Hover(changeHover({ review, written, change, reference: decoded.address }), range);
  }
}

interface ChangeHover {
  readonly review: ReviewDocument;
  readonly written: Written;
  readonly change: TrackedChange;
  readonly reference: CandidateReference;
}

function changeHover({ review, written, change, reference }: ChangeHover): vscode.MarkdownString {
  const { sessionId, path } = reference;
  const { total } = review.tracked;
  const state = change.decision === null ? '' : ` · ${change.decision}`;
  const target = { sessionId, path, changes: [change.index] };
  const links = [
    link(change.decision === 'kept' ? 'Decide again' : 'Keep', commands.keepChange, target),
    link(change.decision === 'undone' ? 'Decide again' : 'Undo', commands.undoChange, target),
    link('Next', commands.nextChange),
    link('Previous', commands.previousChange),
  ];
  const parts = [
    `**Change ${change.index + 1} of ${total}**${state}: ${literalMarkdown(change.label)}`,
    needSentence(review, change.index),
    links.join(' · '),
    parentCritique(written),
  ];
  const markdown = new vscode.MarkdownString(parts.filter((part) => part !== '').join('\n\n'));
  // Only these four can be run from here, whatever a model wrote.
  markdown.isTrusted = {
    enabledCommands: [commands.keepChange, commands.undoChange, commands.nextChange, commands.previousChange],
  };
  return markdown;
}

/** In words, since the dotted mark alone says it to few. */
export function needSentence({ need, path }: ReviewDocument, index: number): string {
  if (need === null) return 'Whether a constraint needed it is unknown: nothing that code checks was broken.';
  if (need.unneeded.has(index)) return 'Not needed by any checked constraint.';
  const labels = need.neededBy(index).map((label) => literalMarkdown(plainLabel(label)));
  return labels.length === 0
    ? `Needed, together with other changes, by what ${path} holds.`
    : `Needed by: ${labels.join(', ')}.`;
}

function headerHover(written: Written): string {
  return [critiquePart(nodeName(written.node.path), written.node.judgement), parentCritique(written)]
    .filter((part) => part !== '')
    .join('\n\n---\n\n');
}

/** The critique that this candidate was made to answer. */
function parentCritique({ session, node }: Written): string {
  if (node.parent === null) return '';
  const parent = session.tree.nodes.get(node.parent);
  return critiquePart(nodeName(node.parent), parent?.judgement ?? null);
}

function critiquePart(name: string, judgement: Judgement | null): string {
  if (judgement === null || judgement.critique.trim() === '') return '';
  const { critique } = judgement;
  const text = critique.length > longestCritique ? `${critique.slice(0, longestCritique)}…` : critique;
  return `**Judge of ${name}: ${judgementWords(judgement)}**\n\n${harmlessMarkdown(text)}`;
}

function plain(text: string): vscode.MarkdownString {
  return new vscode.MarkdownString(text);
}

function link(title: string, command: string, argument?: unknown): string {
  const query = argument === undefined ? '' : `?${encodeURIComponent(JSON.stringify([argument]))}`;
  return `[${title}](command:${command}${query})`;
}
