import * as vscode from 'vscode';
import type { ReportPanels } from './reportPanels';

export interface LateReportsOptions {
  /** Of the panels, an id of the manifest. */
  readonly viewType: string;
  readonly load: () => Promise<ReportPanels>;
}

/** Loads the reports of a kind, and their counting, when the first one is asked for, or was open in the window before. */
export class LateReports implements vscode.Disposable {
  private readonly tabs: vscode.Disposable;
  private loading: Promise<ReportPanels> | null = null;

  constructor(private readonly options: LateReportsOptions) {
    this.tabs = vscode.window.registerWebviewPanelSerializer(options.viewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => (await this.load()).restore(panel, state),
    });
  }

  dispose(): void {
    this.tabs.dispose();
    void this.loading?.then((panels) => panels.dispose());
  }

  load(): Promise<ReportPanels> {
    this.loading ??= this.options.load();
    return this.loading;
  }
}
