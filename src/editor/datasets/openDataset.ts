import * as vscode from 'vscode';
import { customEditors } from '../../contributions';
import { exists } from '../exists';
import type { Homes } from '../homes';
import { messageText } from '../messageText';

/**
 * Opens a dataset in its editor; its file, or null where there is none.
 *
 * @param file Null for the one that takes the pairs of the active document.
 */
export async function openDataset(file: string | null, homes: Homes): Promise<string | null> {
  const document = vscode.window.activeTextEditor?.document.uri.toString() ?? null;
  const uri = vscode.Uri.file(file ?? homes.of(document).datasetFile);
  if (!(await exists(uri))) {
    const path = vscode.workspace.asRelativePath(uri);
    const message =
      file === null
        ? `There is no dataset yet. The first refinement that you accept is saved in ${path}.`
        : `${path} is not there any more.`;
    void vscode.window.showInformationMessage(messageText(message));
    return null;
  }
  await vscode.commands.executeCommand('vscode.openWith', uri, customEditors.dataset);
  return uri.fsPath;
}

/** @param line From 1; null for the start. */
export async function openAsText(file: string, line: number | null): Promise<void> {
  const uri = vscode.Uri.file(file);
  if (line === null) {
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default');
    return;
  }
  const at = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(at, at) });
}
