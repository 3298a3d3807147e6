import * as vscode from 'vscode';
import { webviews } from '../../contributions';
import { DisposableStore, type Disposable } from '../../editor/emitter';
import { QueueFile } from '../../editor/queue/queueFile';
import type { RefusedChanges } from '../../editor/sessions/refusedPair';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import { firstOrder, type QueueOrder } from '../../spar/datasets/queue/queueOrder';
import type { CuratedRecord } from '../../spar/datasets/curated';
import { sourceUri } from '../datasets/editor/sourceUri';
import { withLateProgress } from '../datasets/editor/progress';
import { watchFile } from '../watchFile';
import { webviewFolder, webviewPage } from '../webviewPage';
import type { Response } from './protocol';
import { QueueSession, type QueueStart, type SessionPorts } from './queueSession';
import { readKept, readOrder, readRequest } from './requests';

export interface QueuePorts {
  readonly extension: vscode.Uri;
  /** Where indices of large files may be kept; null: nowhere. */
  readonly cacheFolder: string | null;
  /** Where the order that a person likes is kept. */
  readonly notes: vscode.Memento;
  readonly showError: (error: unknown) => void;
  readonly tell: (message: string) => void;
  readonly refusedChanges: (file: vscode.Uri) => RefusedChanges;
}

/** Review queues as tabs of the editor, one for each dataset. */
export class QueuePanels implements Disposable {
  private readonly open = new Map<string, QueuePanel>();

  constructor(private readonly ports: QueuePorts) {}

  dispose(): void {
    for (const panel of [...this.open.values()]) panel.dispose();
  }

  /** Opens the queue of a dataset, or brings its tab to the front. @throws LogError */
  async show(uri: vscode.Uri): Promise<void> {
    const known = this.open.get(uri.fsPath);
    if (known !== undefined) {
      known.reveal();
      return;
    }
    const file = await this.read(uri);
    if (file === null) return;
    const order = readOrder(this.ports.notes.get(orderNote)) ?? firstOrder;
    this.add(uri, { file, start: { order, id: null } });
  }

  /** Takes up the tab of an earlier window where it was; closes it, and says why, where that can't be. Never rejects. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const closed = new AbortController();
    const closing = panel.onDidDispose(() => closed.abort());
    try {
      const kept = readKept(state);
      const uri = kept === null ? null : vscode.Uri.file(kept.file);
      const file = uri === null || this.open.has(uri.fsPath) ? null : await this.read(uri);
      if (kept !== null && uri !== null && file !== null && !closed.signal.aborted)
        this.add(uri, { file, start: kept, panel });
      else {
        file?.dispose();
        panel.dispose();
      }
    } catch (error) {
      panel.dispose();
      this.ports.showError(error);
    } finally {
      closing.dispose();
    }
  }

  /** Null where the person would not wait for it. @throws LogError */
  private read(uri: vscode.Uri): Promise<QueueFile | null> {
    const { cacheFolder } = this.ports;
    return withLateProgress(`Reading ${datasetNameOf(uri.fsPath)}`, ({ signal, onProgress }) =>
      QueueFile.open(uri.fsPath, {
        ...(signal === undefined ? {} : { signal }),
        ...(cacheFolder === null ? {} : { cacheFolder }),
        onProgress: (read, all) => onProgress?.(read / Math.max(1, all)),
      }).catch((error: unknown) => {
        if (signal?.aborted === true) return null;
        throw error;
      }),
    );
  }

  private add(uri: vscode.Uri, opened: Pick<PanelOptions, 'file' | 'start' | 'panel'>): void {
    // Asked for twice while it was read.
    const other = this.open.get(uri.fsPath);
    if (other !== undefined) {
      opened.file.dispose();
      opened.panel?.dispose();
      other.reveal();
      return;
    }
    const panel = new QueuePanel(uri, {
      ...opened,
      ports: this.ports,
      closed: () => this.open.delete(uri.fsPath),
    });
    this.open.set(uri.fsPath, panel);
  }
}

interface PanelOptions {
  readonly file: QueueFile;
  readonly start: QueueStart;
  /** Of an earlier window; else a new one. */
  readonly panel?: vscode.WebviewPanel;
  readonly ports: QueuePorts;
  readonly closed: () => void;
}

/** One queue: the webview, its session, and what the session needs of the editor. */
class QueuePanel implements Disposable, SessionPorts {
  private readonly store = new DisposableStore();
  private readonly panel: vscode.WebviewPanel;
  private readonly session: QueueSession;
  private waiting: NodeJS.Timeout | null = null;
  /** The file changed while it was being taken in. */
  private isWanted = false;
  /** Milliseconds that it took to take in what others wrote, the last time. */
  private took = 0;

  constructor(
    private readonly uri: vscode.Uri,
    private readonly options: PanelOptions,
  ) {
    const { file, start, ports, closed } = options;
    const folder = webviewFolder(ports.extension);
    const allowed = { enableScripts: true, localResourceRoots: [folder] };
    const title = `Review: ${datasetNameOf(uri.fsPath)}`;
    this.panel =
      options.panel ??
      vscode.window.createWebviewPanel(webviews.queue, title, vscode.ViewColumn.Active, allowed);
    const { webview } = this.panel;
    // Another version of the extension lies in another folder.
    webview.options = allowed;
    this.store.add(file);
    this.session = this.store.add(new QueueSession(file, start, this));
    this.store.add(
      webview.onDidReceiveMessage((message: unknown) => {
        const request = readRequest(message);
        if (request !== null) void this.session.take(request);
      }),
    );
    this.watch();
    this.panel.onDidDispose(() => {
      if (this.waiting !== null) clearTimeout(this.waiting);
      this.isWanted = false;
      closed();
      this.store.dispose();
    });
    webview.html = webviewPage(webview, ports.extension, {
      name: 'queue',
      title: 'Review queue',
      data: null,
    });
  }

  dispose(): void {
    this.panel.dispose();
  }

  reveal(): void {
    this.panel.reveal();
  }

  post(message: Response): void {
    void this.panel.webview.postMessage(message);
  }

  fail(error: unknown): void {
    this.options.ports.showError(error);
  }

  refusedChanges(): RefusedChanges {
    return this.options.ports.refusedChanges(this.uri);
  }

  now(): number {
    return performance.now();
  }

  keep(order: QueueOrder): void {
    // Spot checks are asked for each time: who comes back wants to see what is pending.
    if (order.by === 'audit') return;
    void this.options.ports.notes.update(orderNote, order);
  }

  async open(what: 'source' | 'line', { record, line }: CuratedRecord): Promise<void> {
    const file = record.source?.file;
    const uri = what === 'line' ? this.uri : file === undefined ? null : await sourceUri(this.uri, file);
    if (uri === null) {
      this.options.ports.tell(`${file ?? 'The source'} is not in this workspace any more.`);
      return;
    }
    const at = Math.max(0, (what === 'line' ? line : (record.source?.row ?? 1)) - 1);
    const selection = new vscode.Range(at, 0, at, 0);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default', { selection });
  }

  private watch(): void {
    this.store.add(watchFile(this.uri, () => this.refreshSoon()));
    // Not every disk tells what happens on it.
    this.store.add(this.panel.onDidChangeViewState(() => this.refreshSoon()));
    this.store.add(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused) this.refreshSoon();
      }),
    );
  }

  /** Takes in what others wrote, soon: a run at work writes all the time. */
  private refreshSoon(): void {
    if (!this.panel.visible) return;
    this.isWanted = true;
    this.waiting ??= setTimeout(() => void this.refresh(), Math.max(burst, rest * this.took));
  }

  private async refresh(): Promise<void> {
    this.isWanted = false;
    const began = performance.now();
    await this.session.refresh();
    this.took = performance.now() - began;
    this.waiting = null;
    if (this.hasChanged()) this.refreshSoon();
  }

  private hasChanged(): boolean {
    return this.isWanted;
  }
}

/** Milliseconds in which changes of the file count as one. */
const burst = 200;
/** Times as long as reading and sorting anew took last that others have before it is done again. */
const rest = 10;

const orderNote = 'spar.queueOrder';
