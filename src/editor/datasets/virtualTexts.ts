import * as vscode from 'vscode';
import { previewScheme } from '../../contributions';
import type { Disposable } from '../emitter';

/** Read-only documents that are made here and change while they are shown. */
export class VirtualTexts implements Disposable, vscode.TextDocumentContentProvider {
  private readonly texts = new Map<string, string>();
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly registration: vscode.Disposable;
  readonly onDidChange = this.changed.event;

  constructor() {
    this.registration = vscode.workspace.registerTextDocumentContentProvider(previewScheme, this);
  }

  /** @param name Of the tab, with the ending that tells its language. */
  async show(name: string, text: string): Promise<void> {
    this.update(name, text);
    const document = await vscode.workspace.openTextDocument(uriOf(name));
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: true });
  }

  update(name: string, text: string): void {
    const uri = uriOf(name);
    this.texts.set(uri.toString(), text);
    this.changed.fire(uri);
  }

  async close(name: string): Promise<void> {
    const uri = uriOf(name).toString();
    const tabs = vscode.window.tabGroups.all
      .flatMap((group) => group.tabs)
      .filter(({ input }) => input instanceof vscode.TabInputText && input.uri.toString() === uri);
    await vscode.window.tabGroups.close(tabs);
    this.texts.delete(uri);
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

function uriOf(name: string): vscode.Uri {
  return vscode.Uri.from({ scheme: previewScheme, path: `/${name}` });
}
