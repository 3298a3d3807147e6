import * as vscode from 'vscode';
import { schemes } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import type { ReviewDocuments } from './documents';
import type { ReviewHost } from './host';
import { decodeAddress } from './reviewUri';
import type { TextLayout } from './sentenceLayout';

/** What the editor has read of one document. */
interface Served {
  readonly text: string;
  /** Of a candidate: how the text stands in the editor. */
  readonly layout: TextLayout | null;
  readonly isMessage: boolean;
  readonly mtime: number;
}

/**
 * The documents of all three schemes as files that live in memory. Files and not content providers, because
 * the editor brings back only tabs of files after a reload. Times of change grow with each change and start
 * from the session's, so that an unsaved edit that comes back after a reload still counts as newer.
 */
export class ReviewFiles implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private readonly served = new Map<string, Served>();

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly documents: ReviewDocuments,
    private readonly host: ReviewHost,
  ) {
    this.store.add(
      vscode.workspace.onDidCloseTextDocument((document) => this.served.delete(document.uri.toString())),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  /** Tells the editor of each document it has read that is another now. */
  async refresh(): Promise<void> {
    const events: vscode.FileChangeEvent[] = [];
    for (const [key, before] of [...this.served]) {
      const uri = vscode.Uri.parse(key, true);
      const now = await this.serve(uri);
      if (now.text !== before.text) events.push({ type: vscode.FileChangeType.Changed, uri });
    }
    if (events.length > 0) this.changed.fire(events);
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { text, mtime, isMessage } = await this.serve(uri);
    const isReadonly = isMessage || uri.scheme !== schemes.candidate;
    return {
      type: vscode.FileType.File,
      ctime: this.startOf(uri),
      mtime,
      size: Buffer.byteLength(text, 'utf8'),
      ...(isReadonly ? { permissions: vscode.FilePermission.Readonly } : {}),
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return Buffer.from((await this.serve(uri)).text, 'utf8');
  }

  async writeFile(uri: vscode.Uri, content: Uint8Array): Promise<void> {
    const decoded = decodeAddress(uri);
    if (uri.scheme !== schemes.candidate || !decoded.ok) throw vscode.FileSystemError.NoPermissions(uri);
    const { layout, mtime } = await this.serve(uri);
    if (layout === null) throw vscode.FileSystemError.Unavailable(uri);
    const edited = Buffer.from(content).toString('utf8');
    // Set before the state is saved, so that the change that follows from it is no news to the editor.
    this.served.set(uri.toString(), { text: edited, layout, isMessage: false, mtime: mtime + 1 });
    await this.documents.write(decoded.address, { edited, shown: layout });
    this.served.set(uri.toString(), {
      text: edited,
      layout: this.documents.candidate(decoded.address),
      isMessage: false,
      mtime: mtime + 1,
    });
  }

  private async serve(uri: vscode.Uri): Promise<Served> {
    const key = uri.toString();
    const decoded = decodeAddress(uri);
    const { text, isMessage } = await this.documents.content(decoded);
    const layout =
      decoded.ok && !isMessage && uri.scheme === schemes.candidate
        ? this.documents.candidate(decoded.address)
        : null;
    const before = this.served.get(key);
    const isSame = before?.text === text && before.isMessage === isMessage;
    const mtime = before === undefined ? this.startOf(uri) : isSame ? before.mtime : before.mtime + 1;
    const served: Served = { text, layout, isMessage, mtime };
    this.served.set(key, served);
    return served;
  }

  private startOf(uri: vscode.Uri): number {
    const decoded = decodeAddress(uri);
    const session = decoded.ok ? this.host.find(decoded.address.sessionId) : undefined;
    const started = Date.parse(session?.startedAt ?? '');
    return Number.isNaN(started) ? 0 : started;
  }
}
