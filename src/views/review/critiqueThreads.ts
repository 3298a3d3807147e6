import * as vscode from 'vscode';
import type { PlacedText } from '../../editor/selection/placedText';
import type { TextRange } from '../../editor/selection/sections';
import { rootPath } from '../../spar/search/events';
import type { ConstraintCheck } from '../../spar/verifiers/constraint';
import { judgementWords } from '../refinements/describe';
import { harmlessMarkdown } from '../markdown';
import type { ReviewDocuments, Written } from './documents';
import type { CandidateReference } from './host';
import { nodeName, type ReviewDocument } from './reviewDocument';

/** One remark and where it belongs. */
interface Remark {
  /** In the review document. */
  readonly range: TextRange;
  readonly author: string;
  /** Harmless Markdown. */
  readonly body: string;
}

interface Shown {
  readonly document: vscode.TextDocument;
  readonly reference: CandidateReference;
  /** By what they say. */
  threads: ReadonlyMap<string, vscode.CommentThread>;
}

/** The critique as comment threads, only while a person wants them: the first one opens the Comments panel. */
export class CritiqueThreads implements vscode.Disposable {
  private controller: vscode.CommentController | null = null;
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly documents: ReviewDocuments) {}

  dispose(): void {
    this.controller?.dispose();
  }

  isShown(uri: vscode.Uri): boolean {
    return this.shown.has(uri.toString());
  }

  hide(uri: vscode.Uri): void {
    for (const thread of this.shown.get(uri.toString())?.threads.values() ?? []) thread.dispose();
    this.shown.delete(uri.toString());
  }

  /** False where there is no critique to show. */
  show(document: vscode.TextDocument, reference: CandidateReference): boolean {
    this.hide(document.uri);
    const remarks = this.remarks(reference);
    if (remarks === null || remarks.length === 0) return false;
    const shown: Shown = { document, reference, threads: new Map() };
    this.shown.set(document.uri.toString(), shown);
    this.place(shown, remarks);
    return true;
  }

  /** Moves the threads to where what they tell of stands now; those that say what no longer holds go. */
  refresh(document?: vscode.TextDocument): void {
    for (const shown of this.shown.values()) {
      if (document !== undefined && shown.document !== document) continue;
      const isNewest = this.documents.review(shown.reference)?.tracked.text === shown.document.getText();
      const remarks = isNewest ? this.remarks(shown.reference) : null;
      if (remarks !== null) this.place(shown, remarks);
    }
  }

  private remarks(reference: CandidateReference): readonly Remark[] | null {
    const review = this.documents.review(reference);
    const written = this.documents.written(reference);
    if (review === null || written === null) return null;
    const current = this.documents.response(
      { kind: 'review', ...reference, against: null },
      review.tracked.text,
    );
    return remarksOn({ written, review, current, original: this.documents.original(reference) });
  }

  private place(shown: Shown, remarks: readonly Remark[]): void {
    const before = new Map(shown.threads);
    const threads = new Map<string, vscode.CommentThread>();
    for (const remark of remarks) {
      const { document } = shown;
      const { start, end } = remark.range;
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      const key = JSON.stringify([remark.author, remark.body]);
      const thread = before.get(key) ?? this.newThread(document, range, remark);
      if (thread.range?.isEqual(range) !== true) thread.range = range;
      before.delete(key);
      threads.set(key, thread);
    }
    for (const thread of before.values()) thread.dispose();
    shown.threads = threads;
  }

  private newThread(
    document: vscode.TextDocument,
    range: vscode.Range,
    remark: Remark,
  ): vscode.CommentThread {
    this.controller ??= newController();
    const body = new vscode.MarkdownString(remark.body);
    const thread = this.controller.createCommentThread(document.uri, range, [
      { body, mode: vscode.CommentMode.Preview, author: { name: remark.author } },
    ]);
    thread.canReply = false;
    thread.label = 'SPaR critique';
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    return thread;
  }
}

function newController(): vscode.CommentController {
  const controller = vscode.comments.createCommentController('spar.critique', 'SPaR critique');
  controller.options = { prompt: '', placeHolder: '' };
  return controller;
}

interface Remarked {
  readonly written: Written;
  readonly review: ReviewDocument;
  /** Where the review shows what would be accepted now. */
  readonly current: PlacedText | null;
  readonly original: PlacedText | null;
}

/** Findings stand on the first stretch that breaks a constraint, or where the text begins; critiques at the header. */
function remarksOn({ written, review, current, original }: Remarked): readonly Remark[] {
  const { session, node } = written;
  const own = node.judgement;
  const before = node.parent === null ? null : (session.tree.nodes.get(node.parent)?.judgement ?? null);
  const judged = (judgement: typeof own, title: string): readonly Remark[] =>
    judgement === null || judgement.critique.trim() === ''
      ? []
      : [
          {
            range: top,
            author: `Judge of ${title}: ${judgementWords(judgement)}`,
            body: harmlessMarkdown(judgement.critique),
          },
        ];
  const originalChecks = session.tree.nodes.get(rootPath)?.node?.checks ?? [];
  return [
    ...judged(own, nodeName(node.path)),
    ...(node.parent === null ? [] : judged(before, nodeName(node.parent))),
    ...findings(originalChecks, { text: original, author: 'Broken in the original' }),
    ...findings(review.checks, { text: current, author: 'Still broken' }),
  ];
}

const top: TextRange = { start: 0, end: 0 };

function findings(
  checks: readonly ConstraintCheck[],
  { text, author }: { readonly text: PlacedText | null; readonly author: string },
): readonly Remark[] {
  return checks.flatMap(({ constraint, result }) => {
    if (result.state === 'held') return [];
    const body = `**${harmlessMarkdown(constraint.text)}**: ${harmlessMarkdown(result.message)}`;
    const [span] = result.state === 'broken' ? result.spans : [];
    const place = span ?? { start: 0, end: Math.min(1, text?.text.length ?? 0) };
    const range = text?.rangeOf(place) ?? top;
    return [{ range, author: result.state === 'unknown' ? 'Not known' : author, body }];
  });
}
