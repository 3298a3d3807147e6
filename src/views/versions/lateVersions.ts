import type * as vscode from 'vscode';
import type { VersionPanels } from './versionPanels';

/** Loads the comparison of versions when the first one is asked for. */
export class LateVersions implements vscode.Disposable {
  private loading: Promise<VersionPanels> | null = null;

  constructor(private readonly extensionUri: vscode.Uri) {}

  dispose(): void {
    void this.loading?.then((panels) => panels.dispose());
  }

  load(): Promise<VersionPanels> {
    this.loading ??= import('./versionPanels').then(
      ({ VersionPanels }) => new VersionPanels(this.extensionUri),
    );
    return this.loading;
  }
}
