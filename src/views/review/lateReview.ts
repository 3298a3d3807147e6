import * as vscode from 'vscode';
import { schemes } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import { ActiveReview } from './activeReview';
import type { CandidateReference, ReviewHost } from './host';
import type { Review, ReviewOptions } from './review';

/**
 * What there is of the review before anyone opens one: the schemes of its documents, and which candidate the
 * active editor shows. The review itself, a third of the extension's code, is loaded when the first document
 * is read or the first command needs it.
 */
export class LateReview implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly active = this.store.add(new ActiveReview());
  private readonly fileChanges = this.store.add(new vscode.EventEmitter<vscode.FileChangeEvent[]>());
  private loading: Promise<Review> | null = null;
  private isDisposed = false;

  constructor(
    private readonly host: ReviewHost,
    private readonly options: Omit<ReviewOptions, 'active'>,
  ) {
    const reasons = new vscode.MarkdownString(
      'Keep or undo each change with the links above its line, or edit the candidate in the diff.',
    );
    for (const [scheme, isReadonly] of [
      [schemes.candidate, false],
      [schemes.node, true],
      [schemes.review, reasons],
    ] as const) {
      const files = this.filesWhenLoaded();
      this.store.add(
        vscode.workspace.registerFileSystemProvider(scheme, files, { isCaseSensitive: true, isReadonly }),
      );
    }
  }

  dispose(): void {
    this.isDisposed = true;
    this.store.dispose();
  }

  /** The candidate in the active inline review or diff; null elsewhere. */
  current(): CandidateReference | null {
    return this.active.current();
  }

  load(): Promise<Review> {
    this.loading ??= this.create();
    return this.loading;
  }

  private async create(): Promise<Review> {
    const { Review } = await import('./review');
    const review = new Review(this.host, { ...this.options, active: this.active });
    if (this.isDisposed) review.dispose();
    else {
      this.store.add(review);
      this.store.add(review.files.onDidChangeFile((changes) => this.fileChanges.fire(changes)));
    }
    return review;
  }

  private filesWhenLoaded(): vscode.FileSystemProvider {
    const files = async (): Promise<Review['files']> => (await this.load()).files;
    const refuse = (uri: vscode.Uri): never => {
      throw vscode.FileSystemError.NoPermissions(uri);
    };
    return {
      onDidChangeFile: this.fileChanges.event,
      stat: async (uri) => (await files()).stat(uri),
      readFile: async (uri) => (await files()).readFile(uri),
      writeFile: async (uri, content) => (await files()).writeFile(uri, content),
      watch: () => new vscode.Disposable(() => undefined),
      readDirectory: () => [],
      createDirectory: refuse,
      delete: refuse,
      rename: refuse,
    };
  }
}
