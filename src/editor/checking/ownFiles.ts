import { join } from 'node:path';
import * as vscode from 'vscode';
import type { OwnVerifier } from '../../spar/verifiers/own/ownVerifiers';
import { parseOwnVerifiers } from '../../spar/verifiers/own/ownFile';
import { readOwnFile } from '../../spar/verifiers/own/readOwnFile';
import { DisposableStore } from '../emitter';
import type { Homes } from '../homes';
import { isOwnFile } from './ownFilePlace';

const none: readonly OwnVerifier[] = [];

/** Milliseconds from the last key to the reading of an open file. */
const rest = 250;

/** The workspace's own verifiers as they are on the disk, and what is wrong with those that are open. */
export class OwnFiles implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<void>());
  private readonly problems = this.store.add(vscode.languages.createDiagnosticCollection('spar-verifiers'));
  private readonly timers = new Map<string, NodeJS.Timeout>();
  /** By path. */
  private readonly read = new Map<string, Promise<readonly OwnVerifier[]>>();

  /** Other verifiers hold now. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly homes: Homes) {
    const { workspace } = vscode;
    const watcher = this.store.add(workspace.createFileSystemWatcher('**/.spar/verifiers.json'));
    for (const event of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete]) {
      this.store.add(event(() => this.forget()));
    }
    this.store.add(workspace.onDidGrantWorkspaceTrust(() => this.forget()));
    this.store.add(workspace.onDidChangeWorkspaceFolders(() => this.forget()));
    this.store.add(workspace.onDidOpenTextDocument((document) => this.tell(document)));
    this.store.add(workspace.onDidChangeTextDocument(({ document }) => this.tellSoon(document)));
    this.store.add(
      workspace.onDidCloseTextDocument(({ uri }) => {
        this.stop(uri);
        this.problems.delete(uri);
      }),
    );
    for (const document of workspace.textDocuments) this.tell(document);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.store.dispose();
  }

  /** Those that hold for a document; none in Restricted Mode, where a stranger's folder has no say. */
  of(document: vscode.TextDocument): Promise<readonly OwnVerifier[]> {
    if (!vscode.workspace.isTrusted) return Promise.resolve(none);
    const path = join(this.homes.of(document.uri.toString()).sparFolder, 'verifiers.json');
    const known = this.read.get(path) ?? readVerifiers(path);
    this.read.set(path, known);
    return known;
  }

  private forget(): void {
    this.read.clear();
    this.changed.fire();
  }

  private tellSoon(document: vscode.TextDocument): void {
    if (!isOwnFile(document)) return;
    this.stop(document.uri);
    this.timers.set(
      document.uri.toString(),
      setTimeout(() => this.tell(document), rest),
    );
  }

  private stop(uri: vscode.Uri): void {
    const timer = this.timers.get(uri.toString());
    if (timer !== undefined) clearTimeout(timer);
    this.timers.delete(uri.toString());
  }

  private tell(document: vscode.TextDocument): void {
    if (!isOwnFile(document) || document.isClosed) return;
    const found = parseOwnVerifiers(document.getText()).problems.map(({ message, start, end }) => {
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      const problem = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
      problem.source = 'SPaR';
      return problem;
    });
    this.problems.set(document.uri, found);
  }
}

async function readVerifiers(path: string): Promise<readonly OwnVerifier[]> {
  const file = await readOwnFile(path);
  return file.kind === 'read' ? file.verifiers : none;
}
