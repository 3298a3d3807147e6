import * as vscode from 'vscode';
import type { ReviewDocuments } from './documents';
import { reviewLenses } from './lenses';
import { decodeAddress } from './reviewUri';

/** Wraps the lenses of a review document for the editor. */
export class ReviewLensProvider implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly documents: ReviewDocuments) {}

  dispose(): void {
    this.changed.dispose();
  }

  refresh(): void {
    this.changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const decoded = decodeAddress(document.uri);
    const review = decoded.ok ? this.documents.review(decoded.address) : null;
    // The text of a change that is on its way has other lines.
    if (review === null || review.tracked.text !== document.getText()) return [];
    return reviewLenses(review).map(({ line, title, tooltip, command, argument }) => {
      const range = new vscode.Range(line, 0, line, 0);
      return new vscode.CodeLens(range, { title, tooltip, command, arguments: [argument] });
    });
  }
}
