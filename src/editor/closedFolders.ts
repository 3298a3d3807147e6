import * as vscode from 'vscode';
import type { Disposable } from './emitter';
import type { Errors } from './errors';
import type { SessionStore } from './sessions';

export interface ClosedFoldersOptions {
  readonly store: SessionStore;
  readonly errors: Errors;
}

/** Stops the searches of a folder that is closed, keeps what they found, and says so. */
export function watchClosedFolders({ store, errors }: ClosedFoldersOptions): Disposable {
  return vscode.workspace.onDidChangeWorkspaceFolders(({ removed }) => {
    for (const folder of removed) {
      const orphans = store.sessions.filter(
        ({ isRunning, source }) => isRunning && source.uri !== null && isInside(source.uri, folder.uri),
      );
      for (const session of orphans) store.stop(session);
      if (orphans.length === 0) continue;
      const searches = orphans.length === 1 ? 'A search was' : `${orphans.length} searches were`;
      void errors.showProblem(
        `The folder “${folder.name}” was closed. ${searches} stopped; what was found is kept in its .spar folder. Open the folder again to go on.`,
        ['open-log'],
      );
    }
  });
}

function isInside(document: string, folder: vscode.Uri): boolean {
  const base = folder.toString().replace(/\/?$/u, '/');
  return document.startsWith(base);
}
