import * as vscode from 'vscode';
import { schemes } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import type { ReviewDocuments } from './documents';
import type { CandidateReference } from './host';
import { ReviewLensProvider } from './lensProvider';
import { ReviewMarks } from './marks';
import type { ReviewDocument } from './reviewDocument';
import { decodeAddress } from './reviewUri';
import { changeAt, type TrackedChange } from './trackedChanges';

/** An inline review that a person has open. */
export interface OpenReview {
  readonly editor: vscode.TextEditor;
  readonly review: ReviewDocument;
  /** Of the cursor in the document. */
  readonly offset: number;
}

/** Keeps marks, lenses and cursors of the visible inline reviews in step with their documents. */
export class ReviewEditors implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly marks = this.store.add(new ReviewMarks());
  private readonly lenses: ReviewLensProvider;
  /** By document: the change whose cursor must stay with it when the text around it is another. */
  private readonly held = new Map<string, number>();

  constructor(private readonly documents: ReviewDocuments) {
    this.lenses = this.store.add(new ReviewLensProvider(documents));
    this.store.add(vscode.languages.registerCodeLensProvider({ scheme: schemes.review }, this.lenses));
    this.store.add(vscode.window.onDidChangeVisibleTextEditors(() => this.draw()));
    this.store.add(vscode.window.onDidChangeActiveColorTheme(() => this.draw()));
    this.store.add(
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.scheme !== schemes.review) return;
        this.restoreCursors(document);
        this.refresh();
      }),
    );
    this.draw();
  }

  dispose(): void {
    this.store.dispose();
  }

  refresh(): void {
    this.draw();
    this.lenses.refresh();
  }

  /** The inline review that has the focus, where it shows the newest text. */
  activeReview(): OpenReview | null {
    const editor = vscode.window.activeTextEditor;
    const review = editor === undefined ? null : this.reviewOf(editor.document);
    if (editor === undefined || review === null) return null;
    return { editor, review, offset: editor.document.offsetAt(editor.selection.active) };
  }

  moveTo(editor: vscode.TextEditor, change: TrackedChange): void {
    const at = editor.document.positionAt(change.start);
    const end = editor.document.positionAt(change.end);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, end), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** Lets the cursors of a candidate's reviews stay at their changes through the next change of the text. */
  holdCursor({ sessionId, path }: CandidateReference): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const review = this.reviewOf(editor.document);
      if (review === null || review.sessionId !== sessionId || review.path !== path) continue;
      const change = changeAt(review.tracked, editor.document.offsetAt(editor.selection.active));
      if (change !== null) this.held.set(editor.document.uri.toString(), change.index);
    }
  }

  private draw(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const review = this.reviewOf(editor.document);
      if (review !== null) this.marks.draw(editor, review);
    }
  }

  private restoreCursors(document: vscode.TextDocument): void {
    const key = document.uri.toString();
    const index = this.held.get(key);
    const review = this.reviewOf(document);
    if (index === undefined || review === null) return;
    this.held.delete(key);
    const change = review.tracked.changes.find((candidate) => candidate.index === index);
    if (change === undefined) return;
    const at = document.positionAt(change.start);
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document === document) editor.selection = new vscode.Selection(at, at);
    }
  }

  /** Null for other documents, and while the newest text is on its way to the editor. */
  private reviewOf(document: vscode.TextDocument): ReviewDocument | null {
    if (document.uri.scheme !== schemes.review) return null;
    const decoded = decodeAddress(document.uri);
    const review = decoded.ok ? this.documents.review(decoded.address) : null;
    return review?.tracked.text === document.getText() ? review : null;
  }
}
