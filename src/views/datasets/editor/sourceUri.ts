import * as vscode from 'vscode';

/** The file in the dataset's own folder of the workspace, or else in another; null where it is in none. */
export async function sourceUri(dataset: vscode.Uri, file: string): Promise<vscode.Uri | null> {
  const own = vscode.workspace.getWorkspaceFolder(dataset);
  const parts = file.split(/[\\/]/u);
  // A record may name any path; only what lies inside the workspace is opened.
  if (parts.includes('..') || /^([a-z]+:|[\\/])/iu.test(file)) return null;
  for (const folder of [own, ...(vscode.workspace.workspaceFolders ?? [])]) {
    if (folder === undefined) continue;
    const uri = vscode.Uri.joinPath(folder.uri, ...parts);
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // In the next one, perhaps.
    }
  }
  return null;
}
