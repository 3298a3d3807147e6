import * as vscode from 'vscode';
import type { Session } from './sessions/session';

/** What came of writing an accepted text back; a sentence where it was left. */
export type WriteBackResult =
  { readonly written: true } | { readonly written: false; readonly reason: string };

/**
 * Puts an accepted text in the response's place in its document, as one edit that can be undone. Only where
 * the response still stands there word for word; nothing is saved.
 */
export async function writeBack(session: Session, text: string): Promise<WriteBackResult> {
  const { uri, range } = session.source;
  if (uri === null || range === null) return left('the response was not literally in a document');
  const document = await openDocument(uri);
  if (document === null) return left('the document is gone');
  const place = placeOf(document, session);
  if (place === null) return left('the response in the document has changed since');
  const edit = new vscode.WorkspaceEdit();
  const lines = document.eol === vscode.EndOfLine.CRLF ? text.replace(/\r?\n/gu, '\r\n') : text;
  edit.replace(document.uri, place, lines);
  return (await vscode.workspace.applyEdit(edit))
    ? { written: true }
    : left('the document can not be edited');
}

/** Where the response stands: at its old place, or at the one other place that holds it. */
function placeOf(document: vscode.TextDocument, { source, original }: Session): vscode.Range | null {
  if (source.range === null) return null;
  const text = document.getText();
  const wanted = document.eol === vscode.EndOfLine.CRLF ? original.replace(/\r?\n/gu, '\r\n') : original;
  const first = text.indexOf(wanted);
  const isAtOldPlace = text.startsWith(wanted, source.range.start);
  const isOnlyPlace = first >= 0 && text.indexOf(wanted, first + 1) < 0;
  if (!isAtOldPlace && !isOnlyPlace) return null;
  const start = isAtOldPlace ? source.range.start : first;
  return new vscode.Range(document.positionAt(start), document.positionAt(start + wanted.length));
}

async function openDocument(uri: string): Promise<vscode.TextDocument | null> {
  try {
    return await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
  } catch {
    return null;
  }
}

function left(reason: string): WriteBackResult {
  return { written: false, reason: `The accepted text was not put into the document: ${reason}.` };
}
