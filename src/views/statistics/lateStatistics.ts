import type * as vscode from 'vscode';
import type { StatisticsPanels } from './statisticsPanels';

/** Loads the reports and their counting when the first one is asked for. */
export class LateStatistics implements vscode.Disposable {
  private loading: Promise<StatisticsPanels> | null = null;

  constructor(private readonly extensionUri: vscode.Uri) {}

  dispose(): void {
    void this.loading?.then((panels) => panels.dispose());
  }

  load(): Promise<StatisticsPanels> {
    this.loading ??= import('./statisticsPanels').then(
      ({ StatisticsPanels }) => new StatisticsPanels(this.extensionUri),
    );
    return this.loading;
  }
}
