import * as vscode from 'vscode';
import { rootPath } from '../../spar/search/events';
import { judgementWords } from '../refinements/describe';
import { harmlessMarkdown } from '../markdown';
import type { ReviewDocuments, Written } from './documents';
import type { CandidateReference } from './host';
import { nodeName, type ReviewDocument } from './reviewDocument';

/** One remark and where it belongs. */
interface Remark {
  /** Offset in the review document. */
  readonly at: number;
  readonly author: string;
  /** Harmless Markdown. */
  readonly body: string;
}

/** The critique as comment threads, only while a person wants them: the first one opens the Comments panel. */
export class CritiqueThreads implements vscode.Disposable {
  private controller: vscode.CommentController | null = null;
  private readonly shown = new Map<string, readonly vscode.CommentThread[]>();

  constructor(private readonly documents: ReviewDocuments) {}

  dispose(): void {
    this.controller?.dispose();
  }

  isShown(uri: vscode.Uri): boolean {
    return this.shown.has(uri.toString());
  }

  hide(uri: vscode.Uri): void {
    for (const thread of this.shown.get(uri.toString()) ?? []) thread.dispose();
    this.shown.delete(uri.toString());
  }

  /** False where there is no critique to show. */
  show(document: vscode.TextDocument, reference: CandidateReference): boolean {
    this.hide(document.uri);
    const review = this.documents.review(reference);
    const written = this.documents.written(reference);
    const remarks = review === null || written === null ? [] : remarksOn(written, review);
    if (remarks.length === 0) return false;
    this.controller ??= newController();
    const { controller } = this;
    const threads = remarks.map((remark) => {
      const position = document.positionAt(remark.at);
      const range = new vscode.Range(position, position);
      const body = new vscode.MarkdownString(remark.body);
      const thread = controller.createCommentThread(document.uri, range, [
        { body, mode: vscode.CommentMode.Preview, author: { name: remark.author } },
      ]);
      thread.canReply = false;
      thread.label = 'SPaR critique';
      thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
      return thread;
    });
    this.shown.set(document.uri.toString(), threads);
    return true;
  }
}

function newController(): vscode.CommentController {
  const controller = vscode.comments.createCommentController('spar.critique', 'SPaR critique');
  controller.options = { prompt: '', placeHolder: '' };
  return controller;
}

/** Findings stand at the first place that breaks a constraint, critiques at the header. */
function remarksOn(written: Written, review: ReviewDocument): readonly Remark[] {
  const { session, node } = written;
  const own = node.judgement;
  const before = node.parent === null ? null : (session.tree.nodes.get(node.parent)?.judgement ?? null);
  const judged = (judgement: typeof own, title: string): readonly Remark[] =>
    judgement === null || judgement.critique.trim() === ''
      ? []
      : [
          {
            at: 0,
            author: `Judge of ${title}: ${judgementWords(judgement)}`,
            body: harmlessMarkdown(judgement.critique),
          },
        ];
  const originalChecks = session.tree.nodes.get(rootPath)?.node?.checks ?? [];
  const found = [
    ...findings(originalChecks, { review, side: 'original' }),
    ...findings(written.searchNode.checks, { review, side: 'refined' }),
  ];
  return [
    ...judged(own, nodeName(node.path)),
    ...(node.parent === null ? [] : judged(before, nodeName(node.parent))),
    ...found,
  ];
}

function findings(
  checks: Written['searchNode']['checks'],
  { review, side }: { review: ReviewDocument; side: 'original' | 'refined' },
): readonly Remark[] {
  return checks.flatMap(({ constraint, result }) => {
    if (result.state === 'held') return [];
    const author =
      result.state === 'unknown'
        ? 'Not known'
        : side === 'original'
          ? 'Broken in the original'
          : 'Still broken';
    const body = `**${harmlessMarkdown(constraint.text)}**: ${harmlessMarkdown(result.message)}`;
    const [span] = result.state === 'broken' ? result.spans : [];
    return [{ at: span === undefined ? 0 : placeOf(review, { offset: span.start, side }), author, body }];
  });
}

/** Where an offset of one of the two texts stands in the document, to the start of its segment's line or later. */
function placeOf(
  { tracked }: ReviewDocument,
  { offset, side }: { offset: number; side: 'original' | 'refined' },
): number {
  const segment = tracked.segments.find((part) =>
    side === 'original'
      ? part.originalStart <= offset && offset < part.originalEnd
      : part.refinedStart <= offset && offset < part.refinedEnd,
  );
  if (segment === undefined) return 0;
  const start = side === 'original' ? segment.originalStart : segment.refinedStart;
  return Math.min(segment.end, segment.start + offset - start);
}
