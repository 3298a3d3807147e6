import * as vscode from 'vscode';
import { customEditors } from '../../../contributions';

/** Opens the dataset that is given, or is shown as text, as a table in its place. */
export async function openAsTable(given: unknown): Promise<void> {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = input instanceof vscode.TabInputText ? input.uri : null;
  const uri = given instanceof vscode.Uri ? given : shown;
  if (uri !== null) await vscode.commands.executeCommand('vscode.openWith', uri, customEditors.dataset);
}
