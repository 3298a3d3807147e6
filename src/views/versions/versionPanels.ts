import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';
import { webviews } from '../../contributions';
import { messageText } from '../../editor/messageText';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import { compareVersions } from '../../spar/datasets/versions/compareVersions';
import { differenceWords, kindWords } from '../../spar/datasets/versions/differenceWords';
import { differenceKinds, type VersionDifference } from '../../spar/datasets/versions/versionDifference';
import { percentOf } from '../percent';
import { webviewFolder, webviewPage } from '../webviewPage';
import { writeOlderVersion } from './olderVersion';
import type { VersionsPage } from './pageData';

export interface Comparison {
  readonly file: string;
  /** A commit, a branch or a tag. */
  readonly revision: string;
  /** As the tab's title names it. */
  readonly label: string;
  /** Git's executable. */
  readonly git: string;
}

/** Comparisons of a dataset as it is on the disk with an older version, as tabs of the editor. */
export class VersionPanels implements vscode.Disposable {
  private readonly panels = new Map<string, vscode.WebviewPanel>();

  constructor(private readonly extensionUri: vscode.Uri) {}

  dispose(): void {
    for (const panel of [...this.panels.values()]) panel.dispose();
  }

  /**
   * Compares and opens what differs, or brings the tab of an earlier comparison to the front with it. A person may
   * stop it.
   *
   * @throws Error in words for a person; LogError.
   */
  async show(comparison: Comparison): Promise<void> {
    const difference = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        title: messageText(`Comparing ${basename(comparison.file)} with ${comparison.label}`),
        cancellable: true,
      },
      async (progress, token) => {
        const stop = new AbortController();
        token.onCancellationRequested(() => stop.abort(new Error('stopped')));
        return compare(comparison, { signal: stop.signal, onProgress: percentOf(progress) }).catch(
          (error: unknown) => {
            if (stop.signal.aborted) return null;
            throw error;
          },
        );
      },
    );
    if (difference === null) return;
    const panel = this.panel(comparison);
    const page: VersionsPage = pageOf(comparison, difference);
    panel.webview.html = webviewPage(panel.webview, this.extensionUri, {
      name: 'versions',
      title: page.title,
      data: page,
    });
    panel.reveal();
  }

  private panel({ file, revision, label }: Comparison): vscode.WebviewPanel {
    const key = JSON.stringify([file, revision]);
    const known = this.panels.get(key);
    if (known !== undefined) return known;
    const panel = vscode.window.createWebviewPanel(
      webviews.versions,
      titleOf(file, label),
      vscode.ViewColumn.Active,
      { enableScripts: true, localResourceRoots: [webviewFolder(this.extensionUri)] },
    );
    this.panels.set(key, panel);
    panel.onDidDispose(() => this.panels.delete(key));
    return panel;
  }
}

async function compare(
  { file, revision, git }: Comparison,
  options: { readonly signal: AbortSignal; readonly onProgress: (read: number, all: number) => void },
): Promise<VersionDifference> {
  const folder = await mkdtemp(join(tmpdir(), 'spar-version-'));
  try {
    const target = join(folder, 'older.spar.jsonl');
    // Where the file was not there yet, every pair is new.
    await writeOlderVersion(file, revision, { git, target, signal: options.signal });
    return await compareVersions(target, file, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function pageOf({ file, label }: Comparison, difference: VersionDifference): VersionsPage {
  const { counts, pairs } = difference;
  const kinds = differenceKinds
    .filter((kind) => counts[kind] > 0)
    .map((kind) => ({ kind, label: kindWords[kind], count: counts[kind] }));
  return { title: titleOf(file, label), ...differenceWords(difference), kinds, pairs };
}

function titleOf(file: string, label: string): string {
  return `${datasetNameOf(file)} since ${label}`;
}
