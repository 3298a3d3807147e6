import type * as vscode from 'vscode';
import type { ReportPanels } from '../report/reportPanels';

export interface RunReportsOptions {
  readonly extensionUri: vscode.Uri;
  /** Told of what went wrong while nobody waited for it. */
  readonly note: (message: string, cause: unknown) => void;
}

/** Loads the reports of runs when the first one is asked for. */
export class LateRunReports implements vscode.Disposable {
  private loading: Promise<ReportPanels> | null = null;

  constructor(private readonly options: RunReportsOptions) {}

  dispose(): void {
    void this.loading?.then((panels) => panels.dispose());
  }

  load(): Promise<ReportPanels> {
    this.loading ??= import('./runReportPanels').then(({ runReportPanels }) => runReportPanels(this.options));
    return this.loading;
  }
}
