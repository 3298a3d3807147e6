import { isAbsolute } from 'node:path';
import * as vscode from 'vscode';
import { messageText } from '../../editor/messageText';
import { readPageAssets } from '../../spar/report/pageAssets';
import { reportHtml } from '../../spar/report/reportHtml';
import type { Report } from '../../spar/report/report';
import { watchFile } from '../watchFile';
import { webviewFolder, webviewPage } from '../webviewPage';

/** A kind of report: what it is about is a path, a file's or a folder's. */
export interface ReportKind {
  /** Of the panels, an id of the manifest. */
  readonly viewType: string;
  /** One word for the saved page's title. */
  readonly name: string;
  readonly tabTitle: (path: string) => string;
  /** Said while it is counted. */
  readonly countingTitle: (path: string) => string;
  readonly saveTitle: string;
  /** Where a page is saved unless told. */
  readonly savePlace: (path: string) => string;
  /** @throws LogError; `signal.reason`. */
  readonly count: (path: string, ports: CountPorts) => Promise<Counted>;
  /** Tells when a report that does not grow may have changed after all. */
  readonly watch?: (path: string, onChange: () => void) => vscode.Disposable;
  /** Shows a line of the report's source file. */
  readonly openLine?: (counted: Counted, line: number) => Promise<void>;
}

export interface ReportPorts {
  readonly extensionUri: vscode.Uri;
  /** Told of what went wrong while nobody waited for it. */
  readonly note: (message: string, cause: unknown) => void;
}

export interface CountPorts {
  readonly signal: AbortSignal;
  /** Share of the work that is done, 0 to 1. */
  readonly onProgress: (share: number) => void;
}

export interface Counted {
  readonly report: Report;
  /** What it tells of changes by itself, so it is counted again by and by. */
  readonly isGrowing: boolean;
  /** The file that lines of the report are of; null: none. */
  readonly source: string | null;
  /** Others that it was counted from and that may change by themselves, absolute. */
  readonly files?: readonly string[];
}

interface Shown {
  readonly panel: vscode.WebviewPanel;
  readonly path: string;
  /** What goes with the panel. */
  readonly watching: vscode.Disposable[];
  /** Null until it is counted. */
  counted: Counted | null;
  /** Ends the counting that is under way. */
  counting: AbortController;
  timer: NodeJS.Timeout | undefined;
  /** Since it was counted, as far as anybody tells. */
  hasChanged: boolean;
}

/** A growing report is counted again after this time, and never more than a tenth of the time is spent on it. */
const leastPauseMs = 3000;
const pauseFactor = 10;

/** Reports of one kind as tabs of the editor, at most one for a path. */
export class ReportPanels implements vscode.Disposable {
  private readonly shown = new Map<string, Shown>();

  constructor(
    private readonly ports: ReportPorts,
    private readonly kind: ReportKind,
  ) {}

  dispose(): void {
    for (const { panel } of [...this.shown.values()]) panel.dispose();
  }

  /**
   * Opens a report, or brings it to the front, counted anew. Closing the tab ends the counting.
   *
   * @throws LogError
   */
  async show(path: string): Promise<void> {
    const shown = this.shown.get(path) ?? this.open(path);
    shown.panel.reveal();
    await this.countAloud(shown);
  }

  /** Takes up a tab of the window before this one. It goes where its report can’t be counted any more. */
  async restore(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    const path = pathIn(state);
    if (path === null || this.shown.has(path)) {
      panel.dispose();
      return;
    }
    panel.webview.options = this.webviewOptions();
    await this.countAloud(this.add(path, panel)).catch((error: unknown) =>
      this.ports.note(`The report of ${path} is not there any more`, error),
    );
  }

  /** @throws LogError */
  async refresh(): Promise<void> {
    const active = this.active();
    if (active !== null) await this.countAloud(active);
  }

  /** Asks where, and writes the active report as one HTML file; its place, or null where the person turned back. */
  async save(): Promise<vscode.Uri | null> {
    const active = this.active();
    if (active?.counted == null) return null;
    const { path, counted } = active;
    const target = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.file(this.kind.savePlace(path)),
      filters: { HTML: ['html'] },
      title: this.kind.saveTitle,
    });
    if (target === undefined) return null;
    const assets = await readPageAssets([webviewFolder(this.ports.extensionUri).fsPath]);
    const page = reportHtml(counted.report, this.kind.name, assets);
    await vscode.workspace.fs.writeFile(target, Buffer.from(page));
    return target;
  }

  private active(): Shown | null {
    return [...this.shown.values()].find(({ panel }) => panel.active) ?? null;
  }

  private open(path: string): Shown {
    const panel = vscode.window.createWebviewPanel(
      this.kind.viewType,
      this.kind.tabTitle(path),
      vscode.ViewColumn.Active,
      this.webviewOptions(),
    );
    return this.add(path, panel);
  }

  private webviewOptions(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [webviewFolder(this.ports.extensionUri)] };
  }

  private add(path: string, panel: vscode.WebviewPanel): Shown {
    const counting = new AbortController();
    const shown: Shown = {
      ...{ panel, path, watching: [], counted: null, counting },
      ...{ timer: undefined, hasChanged: false },
    };
    this.shown.set(path, shown);
    panel.webview.onDidReceiveMessage((message: unknown) => this.hear(shown, message));
    panel.onDidChangeViewState(() => this.countLater(shown, 0));
    const watching = this.kind.watch?.(path, () => this.haveChanged(shown));
    if (watching !== undefined) shown.watching.push(watching);
    panel.onDidDispose(() => {
      for (const watcher of shown.watching) watcher.dispose();
      clearTimeout(shown.timer);
      shown.counting.abort();
      this.shown.delete(path);
    });
    return shown;
  }

  private hear(shown: Shown, message: unknown): void {
    if (typeof message !== 'object' || message === null || !('type' in message)) return;
    // A page that is drawn anew has the report that it first came with.
    if (message.type === 'ready') this.tell(shown);
    if (message.type !== 'open' || !('line' in message) || typeof message.line !== 'number') return;
    const { counted } = shown;
    if (counted === null || !Number.isInteger(message.line) || message.line < 1) return;
    this.kind.openLine?.(counted, message.line).catch((error: unknown) => {
      this.ports.note('A line of a report’s source can’t be shown', error);
      void vscode.window.showErrorMessage(
        messageText(error instanceof Error ? error.message : String(error)),
      );
    });
  }

  private tell({ panel, path, counted }: Shown): void {
    if (counted !== null) void panel.webview.postMessage({ type: 'report', path, report: counted.report });
  }

  private async countAloud(shown: Shown): Promise<void> {
    const title = this.kind.countingTitle(shown.path);
    await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, (progress) =>
      this.count(shown, (share) => progress.report({ message: `${Math.floor(share * 100)} %` })),
    );
  }

  private async count(shown: Shown, onProgress: (share: number) => void): Promise<void> {
    clearTimeout(shown.timer);
    shown.timer = undefined;
    shown.hasChanged = false;
    shown.counting.abort();
    const counting = new AbortController();
    shown.counting = counting;
    const { signal } = counting;
    const began = performance.now();
    try {
      const counted = await this.kind.count(shown.path, { signal, onProgress });
      if (signal.aborted) return;
      const isFirst = shown.counted === null;
      shown.counted = counted;
      if (isFirst) {
        const page = { name: 'report', title: counted.report.title, data: counted.report };
        shown.panel.webview.html = webviewPage(shown.panel.webview, this.ports.extensionUri, page);
        for (const file of counted.files ?? [])
          shown.watching.push(watchFile(vscode.Uri.file(file), () => this.haveChanged(shown)));
      } else this.tell(shown);
      this.countLater(shown, Math.max(leastPauseMs, pauseFactor * (performance.now() - began)));
    } catch (error) {
      if (signal.aborted) return;
      // An empty tab would say nothing; the error's message does.
      if (shown.counted === null) shown.panel.dispose();
      throw error;
    }
  }

  private haveChanged(shown: Shown): void {
    shown.hasChanged = true;
    this.countLater(shown, leastPauseMs);
  }

  /** Only what somebody can see is counted again. */
  private countLater(shown: Shown, milliseconds: number): void {
    if (shown.timer !== undefined || !shown.panel.visible) return;
    if (shown.counted === null || !(shown.hasChanged || shown.counted.isGrowing)) return;
    shown.timer = setTimeout(() => {
      shown.timer = undefined;
      if (!shown.panel.visible) return;
      this.count(shown, () => undefined).catch((error: unknown) => {
        this.ports.note(`The report of ${shown.path} can’t be counted again`, error);
      });
    }, milliseconds);
  }
}

/** What a page kept of its path; null where that is none. */
function pathIn(state: unknown): string | null {
  if (typeof state !== 'object' || state === null || !('path' in state)) return null;
  return typeof state.path === 'string' && isAbsolute(state.path) ? state.path : null;
}
