import * as vscode from 'vscode';
import { webviews } from '../../contributions';
import type { QueuePanels, QueuePorts } from './queuePanels';

/** Loads the review queue when the first one is asked for, or was open in the window before. */
export class LateQueue implements vscode.Disposable {
  private readonly tabs: vscode.Disposable;
  private loading: Promise<QueuePanels> | null = null;

  constructor(private readonly ports: QueuePorts) {
    this.tabs = vscode.window.registerWebviewPanelSerializer(webviews.queue, {
      deserializeWebviewPanel: async (panel, state: unknown) => (await this.load()).restore(panel, state),
    });
  }

  dispose(): void {
    this.tabs.dispose();
    void this.loading?.then((panels) => panels.dispose());
  }

  /** Opens the queue of a dataset file, also one of a run, or brings it to the front. @throws LogError */
  async openReviewQueue(uri: vscode.Uri): Promise<void> {
    await (await this.load()).show(uri);
  }

  private load(): Promise<QueuePanels> {
    this.loading ??= import('./queuePanels').then(({ QueuePanels }) => new QueuePanels(this.ports));
    return this.loading;
  }
}
