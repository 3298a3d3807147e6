import * as vscode from 'vscode';

/** Tells when a file was made or changed, wherever it lies. */
export function watchFile(uri: vscode.Uri, onChange: () => void): vscode.Disposable {
  // Signs of a pattern stand for themselves.
  const name = uri.path.slice(uri.path.lastIndexOf('/') + 1).replace(/[[\]{}*?]/gu, '[$&]');
  const pattern = new vscode.RelativePattern(vscode.Uri.joinPath(uri, '..'), name);
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
  watcher.onDidChange(onChange);
  watcher.onDidCreate(onChange);
  return watcher;
}
