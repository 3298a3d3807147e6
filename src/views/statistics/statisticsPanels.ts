import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { webviews } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import { statisticsHtml } from '../../spar/datasets/statistics/html';
import { statisticsReport } from '../../spar/datasets/statistics/makeReport';
import { readPageAssets } from '../../spar/datasets/statistics/pageAssets';
import type { DatasetStatistics } from '../../spar/datasets/statistics/statistics';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import { runTask } from '../../spar/datasets/work/runTask';
import { webviewFolder, webviewPage } from '../webviewPage';

interface Shown {
  readonly panel: vscode.WebviewPanel;
  readonly file: string;
  /** Null until they are counted. */
  statistics: DatasetStatistics | null;
  /** Ends the counting that is under way. */
  counting: AbortController;
}

/** Reports of datasets as tabs of the editor, at most one for a dataset. */
export class StatisticsPanels implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly shown = new Map<string, Shown>();

  constructor(private readonly extensionUri: vscode.Uri) {}

  dispose(): void {
    for (const { panel } of [...this.shown.values()]) panel.dispose();
    this.store.dispose();
  }

  /**
   * Opens a dataset's report, or brings it to the front, counted anew. Closing the tab ends the counting.
   *
   * @throws LogError
   */
  async show(file: string): Promise<void> {
    const shown = this.shown.get(file) ?? this.open(file);
    shown.panel.reveal();
    await this.count(shown);
  }

  /** @throws LogError */
  async refresh(): Promise<void> {
    const active = this.active();
    if (active !== null) await this.count(active);
  }

  /** Asks where, and writes the active report as one HTML file; its place, or null where the person turned back. */
  async save(): Promise<vscode.Uri | null> {
    const active = this.active();
    if (active?.statistics == null) return null;
    const { file, statistics } = active;
    const place = join(dirname(file), `${datasetNameOf(file)}-statistics.html`);
    const target = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.file(place),
      filters: { HTML: ['html'] },
      title: 'Save Statistics as HTML',
    });
    if (target === undefined) return null;
    const assets = await readPageAssets([webviewFolder(this.extensionUri).fsPath]);
    await vscode.workspace.fs.writeFile(target, Buffer.from(statisticsHtml(statistics, assets)));
    return target;
  }

  private active(): Shown | null {
    return [...this.shown.values()].find(({ panel }) => panel.active) ?? null;
  }

  private open(file: string): Shown {
    const panel = vscode.window.createWebviewPanel(
      webviews.statistics,
      `Statistics: ${datasetNameOf(file)}`,
      vscode.ViewColumn.Active,
      { enableScripts: true, localResourceRoots: [webviewFolder(this.extensionUri)] },
    );
    const shown: Shown = { panel, file, statistics: null, counting: new AbortController() };
    this.shown.set(file, shown);
    panel.onDidDispose(() => {
      shown.counting.abort();
      this.shown.delete(file);
    });
    return shown;
  }

  private async count(shown: Shown): Promise<void> {
    shown.counting.abort();
    const counting = new AbortController();
    shown.counting = counting;
    const { signal } = counting;
    const title = `Counting ${basename(shown.file)}`;
    try {
      const statistics = await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Window, title },
        (progress) =>
          runTask(
            'statistics',
            { files: [shown.file] },
            { signal, onProgress: (share) => progress.report({ message: `${Math.floor(share * 100)} %` }) },
          ),
      );
      if (signal.aborted) return;
      shown.statistics = statistics;
      const report = statisticsReport(statistics);
      const page = { name: 'statistics', title: report.title, data: report };
      shown.panel.webview.html = webviewPage(shown.panel.webview, this.extensionUri, page);
    } catch (error) {
      if (signal.aborted) return;
      // An empty tab would say nothing; the error's message does.
      if (shown.statistics === null) shown.panel.dispose();
      throw error;
    }
  }
}
