import * as vscode from 'vscode';
import type { QueuePanels, QueuePorts } from './queuePanels';

/** Loads the review queue when the first one is asked for. */
export class LateQueue implements vscode.Disposable {
  private loading: Promise<QueuePanels> | null = null;

  constructor(private readonly ports: QueuePorts) {}

  dispose(): void {
    void this.loading?.then((panels) => panels.dispose());
  }

  /** Opens the queue of a dataset file, also one of a run, or brings it to the front. @throws LogError */
  async openReviewQueue(uri: vscode.Uri): Promise<void> {
    this.loading ??= import('./queuePanels').then(({ QueuePanels }) => new QueuePanels(this.ports));
    await (await this.loading).show(uri);
  }
}
