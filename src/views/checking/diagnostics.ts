import * as vscode from 'vscode';
import type { CheckedItem } from '../../editor/checking/checkedItem';
import { findingsOf, type Finding } from '../../editor/checking/findings';

/** `Diagnostic.source` of all that is found here. */
export const diagnosticSource = 'SPaR';

/** What an item breaks, as the editor shows it. */
export function diagnosticsOf(document: vscode.TextDocument, item: CheckedItem): vscode.Diagnostic[] {
  return findingsOf(item).map((finding) => diagnosticOf(document, finding));
}

function diagnosticOf(document: vscode.TextDocument, finding: Finding): vscode.Diagnostic {
  const { range, message, check, asked } = finding;
  const diagnostic = new vscode.Diagnostic(
    rangeIn(document, range),
    message.replace(/\p{Cs}/gu, '\uFFFD'),
    vscode.DiagnosticSeverity.Warning,
  );
  diagnostic.source = diagnosticSource;
  diagnostic.code = check.constraint.type;
  if (asked !== null) {
    const place = new vscode.Location(document.uri, rangeIn(document, asked));
    diagnostic.relatedInformation = [new vscode.DiagnosticRelatedInformation(place, 'Asked for here')];
  }
  return diagnostic;
}

/** Offsets of a document as its positions. */
export function rangeIn(
  document: vscode.TextDocument,
  { start, end }: { readonly start: number; readonly end: number },
): vscode.Range {
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}
