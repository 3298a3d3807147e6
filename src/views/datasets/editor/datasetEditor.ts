import * as vscode from 'vscode';
import { commands } from '../../../contributions';
import { DisposableStore, type Disposable } from '../../../editor/emitter';
import { LogError } from '../../../spar/log/logError';
import type { DatasetEdit } from '../../../spar/datasets/edits';
import type { Finding } from '../../../spar/datasets/lint/finding';
import { DatasetTable } from '../../../spar/datasets/table/datasetTable';
import { askTags, askSplit } from './askWishes';
import { DatasetDocument } from './datasetDocument';
import { EditorSession } from './editorSession';
import { JsonRowsTable } from './jsonRowsTable';
import { webviewFolder, webviewPage } from '../../webviewPage';
import type { DocumentMessage, Facet, Filter, Request, Response } from './protocol';
import { withLateProgress, withProgress } from './progress';
import type { FindingsPort } from './recordFindings';
import type { TableRecord } from './recordTable';
import { readRequest } from './requests';
import type { SessionHost } from './sessionHost';
import { sourceUri } from './sourceUri';

export interface DatasetEditorPorts {
  readonly extension: vscode.Uri;
  /** Where indices of large files may be kept; null: nowhere. */
  readonly cacheFolder: string | null;
  /** Shows an error to the person. */
  readonly showError: (error: unknown) => void;
  readonly tell: (message: string) => void;
  readonly findings: FindingsPort;
  readonly changed: (change: vscode.CustomDocumentEditEvent<DatasetDocument>) => void;
}

/** The pages of dataset files; loaded when the first one is opened. */
export class DatasetEditor implements Disposable {
  private readonly open = new Set<OpenPage>();
  /** Filters for pages that are not there yet, by path. */
  private readonly wanted = new Map<string, Filter>();

  constructor(private readonly ports: DatasetEditorPorts) {}

  dispose(): void {
    for (const page of [...this.open]) page.dispose();
  }

  /** @throws LogError */
  async openDocument(uri: vscode.Uri, backup: string | undefined, token: vscode.CancellationToken) {
    const path = uri.fsPath;
    if (uri.scheme !== 'file') throw notOnDisk(uri);
    const aborting = new AbortController();
    token.onCancellationRequested(() => aborting.abort());
    const { cacheFolder } = this.ports;
    const table = await DatasetTable.open(path, {
      signal: aborting.signal,
      ...(cacheFolder === null ? {} : { cacheFolder }),
      onProgress: this.progressOf(uri),
    });
    const document = new DatasetDocument(uri, { path, table, findings: this.ports.findings });
    try {
      if (backup !== undefined) await document.restore(vscode.Uri.parse(backup));
    } catch (error) {
      // The file itself is whole; better without the changes than not at all.
      this.ports.showError(error);
    }
    return document;
  }

  /** Another file of JSON lines, for reading. @throws LogError */
  async openRows(uri: vscode.Uri, token: vscode.CancellationToken): Promise<DatasetDocument> {
    if (uri.scheme !== 'file') throw notOnDisk(uri);
    const aborting = new AbortController();
    token.onCancellationRequested(() => aborting.abort());
    const onProgress = this.progressOf(uri);
    const table = await JsonRowsTable.open(uri.fsPath, { signal: aborting.signal, onProgress });
    return new DatasetDocument(uri, { path: uri.fsPath, table, findings: this.ports.findings });
  }

  show(document: DatasetDocument, panel: vscode.WebviewPanel, kind: DocumentMessage['kind']): void {
    const page = new OpenPage(document, { panel, ports: this.ports, kind });
    this.open.add(page);
    const wanted = this.wanted.get(document.uri.fsPath);
    this.wanted.delete(document.uri.fsPath);
    if (wanted !== undefined) page.filterOnce(wanted);
    panel.onDidDispose(() => {
      this.open.delete(page);
      page.dispose();
    });
  }

  /** Shows what a filter leaves of a dataset, in its page, or in the one that is about to open. */
  showFiltered(file: string, filter: Filter): void {
    const page = [...this.open].find(({ uri }) => uri.fsPath === file);
    if (page === undefined) this.wanted.set(file, filter);
    else page.post({ type: 'filter', filter });
  }

  /** Shows more of a file while it is still being read, now and then. */
  private progressOf(uri: vscode.Uri): () => void {
    let progressed = 0;
    return () => {
      if (Date.now() - progressed < progressEvery) return;
      progressed = Date.now();
      for (const page of this.open) if (page.uri.toString() === uri.toString()) page.readOn();
    };
  }

  /** The page in front; null where none is. */
  active(): OpenPage | null {
    return [...this.open].find((page) => page.isActive) ?? null;
  }
}

/** Milliseconds between two results of a file that is still being read. */
const progressEvery = 400;

interface PageOptions {
  readonly panel: vscode.WebviewPanel;
  readonly ports: DatasetEditorPorts;
  readonly kind: DocumentMessage['kind'];
}

/** One page of a document: the webview, its session, and what the session needs of the editor. */
export class OpenPage implements Disposable, SessionHost {
  private readonly store = new DisposableStore();
  private readonly session: EditorSession;
  private firstFilter: Filter | null = null;

  constructor(
    private readonly document: DatasetDocument,
    private readonly options: PageOptions,
  ) {
    const { panel, ports, kind } = options;
    const { webview } = panel;
    const built = webviewFolder(ports.extension);
    webview.options = { enableScripts: true, localResourceRoots: [built] };
    this.session = this.store.add(new EditorSession(document.dataset, { kind, host: this }));
    this.store.add(
      webview.onDidReceiveMessage((message: unknown) => {
        const request = readRequest(message);
        if (request !== null) this.take(request);
      }),
    );
    this.store.add(document.onDidChangePresence(() => void this.session.requery()));
    this.store.add(
      ports.findings.onDidLint((file) => {
        if (file === document.uri.fsPath) void this.session.requery();
      }),
    );
    this.store.add(document.onDidFail((error) => this.fail(error)));
    this.store.add(
      panel.onDidChangeViewState(() => {
        if (panel.visible) document.refreshSoon();
      }),
    );
    webview.html = webviewPage(webview, ports.extension, { name: 'dataset', title: 'Dataset', data: kind });
  }

  get uri(): vscode.Uri {
    return this.document.uri;
  }

  get isActive(): boolean {
    return this.options.panel.active;
  }

  dispose(): void {
    this.store.dispose();
  }

  /** The page's first question is answered with a filter of its own. */
  filterOnce(filter: Filter): void {
    this.firstFilter = filter;
  }

  readOn(): void {
    void this.session.readOn();
  }

  post(message: Response): void {
    void this.options.panel.webview.postMessage(message);
  }

  notices(): readonly string[] {
    const notices: string[] = [];
    if (this.document.isFileGone)
      notices.push(
        'The file is gone: it was deleted or moved. Your unsaved changes are kept here; put the file back to save them.',
      );
    const { problems } = this.document.dataset.table;
    const [first] = problems;
    if (first !== undefined) {
      const many = problems.length === 1 ? '1 line' : `${problems.length.toLocaleString('en')} lines`;
      notices.push(
        `${many} can't be read, the first is line ${first.number}: ${first.reason.replace(/\.$/u, '')}.`,
      );
    }
    return notices;
  }

  async apply(edits: readonly DatasetEdit[], label: string): Promise<void> {
    const count = edits.length.toLocaleString('en');
    const title = (what: string): string => `${what} (${count} ${edits.length === 1 ? 'record' : 'records'})`;
    const step = await withLateProgress(title(label), (work) => this.document.dataset.apply(edits, work));
    if (step === null) return;
    // The editor's stack has moved already, so there is no stopping these.
    const fixed = { cancellable: false };
    this.options.ports.changed({
      document: this.document,
      label,
      undo: () =>
        this.guarded(() => withLateProgress(title(`Undoing “${label}”`), (work) => step.undo(work), fixed)),
      redo: () =>
        this.guarded(() => withLateProgress(title(`Redoing “${label}”`), (work) => step.redo(work), fixed)),
    });
  }

  ask: SessionHost['ask'] = (what, about) =>
    (what === 'tag' ? askTags : askSplit)(this.document.dataset.table, about);

  /** Begins only: what comes of it shows in the Refinements view, or as lines that others write. */
  refine(ids: readonly string[], judgeOnly: boolean): void {
    const command = judgeOnly ? commands.rejudgeRecords : commands.refineRecords;
    void vscode.commands.executeCommand(command, this.document.uri, ids);
  }

  async openSource({ record }: TableRecord): Promise<void> {
    const file = record.source?.file;
    if (file === undefined) return;
    const uri = await sourceUri(this.document.uri, file);
    if (uri === null) {
      this.tell(`${file} is not in this workspace any more.`);
      return;
    }
    const line = Math.max(0, (record.source?.row ?? 1) - 1);
    const selection = new vscode.Range(line, 0, line, 0);
    await vscode.commands.executeCommand('vscode.openWith', uri, 'default', { selection });
  }

  async openLine(line: number): Promise<void> {
    const selection = new vscode.Range(line - 1, 0, line - 1, 0);
    await vscode.commands.executeCommand('vscode.openWith', this.document.uri, 'default', { selection });
  }

  async run(command: Parameters<SessionHost['run']>[0]): Promise<void> {
    if (command !== 'lint') {
      await vscode.commands.executeCommand(commandOf[command]);
      return;
    }
    await this.lint();
  }

  tell(message: string): void {
    this.options.ports.tell(message);
  }

  fail(error: unknown): void {
    if (error instanceof Error && error.name === 'AbortError') return;
    // The page says already that the file is gone.
    if (this.document.isFileGone && error instanceof LogError && error.kind === 'not-found') return;
    this.options.ports.showError(error);
  }

  async withFinding(code: string): Promise<readonly string[]> {
    const { findings } = this.document;
    if (!findings.isKnown) await this.lint();
    return findings.withFinding(code);
  }

  like({ record }: TableRecord, stop: AbortSignal): Promise<readonly string[]> {
    return withProgress('Finding similar records', ({ signal, onProgress }) =>
      this.document.findings.like(record, {
        signal: signal === undefined ? stop : AbortSignal.any([signal, stop]),
        ...(onProgress === undefined ? {} : { onProgress }),
      }),
    );
  }

  findings(): readonly Facet[] {
    return this.document.findings.facets();
  }

  findingsOf(id: string): readonly Finding[] {
    return this.document.findings.of(id);
  }

  /** Looks through the file as it is saved, and shows what is found as filters and beside each pair. */
  private async lint(): Promise<void> {
    const { findings } = this.document;
    await withProgress('Looking for what hurts training', (progress) => findings.lint(progress));
    if (findings.facets().length === 0) this.tell('Lint found nothing in this dataset that hurts training.');
  }

  private take(request: Request): void {
    const filter = this.firstFilter;
    if (request.type === 'query' && filter !== null) {
      this.firstFilter = null;
      this.post({ type: 'filter', filter });
    } else void this.session.take(request);
  }

  private async guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(error);
    }
  }
}

const commandOf = { save: 'workbench.action.files.save', undo: 'undo', redo: 'redo' } as const;

function notOnDisk(uri: vscode.Uri): LogError {
  const message = `Datasets are read from a disk, and ${uri.toString(true)} is on none. Open it as text.`;
  return new LogError({ kind: 'wrong-type', path: uri.toString(true), message });
}
