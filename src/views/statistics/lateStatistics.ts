import type * as vscode from 'vscode';
import type { ReportPanels } from '../report/reportPanels';

/** Loads the reports and their counting when the first one is asked for. */
export class LateStatistics implements vscode.Disposable {
  private loading: Promise<ReportPanels> | null = null;

  constructor(private readonly extensionUri: vscode.Uri) {}

  dispose(): void {
    void this.loading?.then((panels) => panels.dispose());
  }

  load(): Promise<ReportPanels> {
    this.loading ??= import('./statisticsPanels').then(({ statisticsPanels }) =>
      statisticsPanels(this.extensionUri),
    );
    return this.loading;
  }
}
