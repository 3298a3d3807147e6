import * as vscode from 'vscode';

/** True for the file that holds a folder's own verifiers; not for earlier versions of it, which nobody mends. */
export function isOwnFile({ uri }: vscode.TextDocument): boolean {
  return (
    uri.path.endsWith('/.spar/verifiers.json') &&
    vscode.workspace.fs.isWritableFileSystem(uri.scheme) === true
  );
}
