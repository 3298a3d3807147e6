import * as vscode from 'vscode';
import type { customEditors } from '../../../contributions';

type EditorType = (typeof customEditors)[keyof typeof customEditors];

/** Opens the file that is given, or is shown as text, in an editor of pairs. */
export async function reopen(given: unknown, editor: EditorType): Promise<void> {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const shown = input instanceof vscode.TabInputText ? input.uri : null;
  const uri = given instanceof vscode.Uri ? given : shown;
  if (uri !== null) await vscode.commands.executeCommand('vscode.openWith', uri, editor);
}
