import * as vscode from 'vscode';
import { customEditors } from '../../../contributions';
import { DisposableStore } from '../../../editor/emitter';
import type { DatasetDocument } from './datasetDocument';
import type { DatasetEditor, DatasetEditorPorts } from './datasetEditor';

/**
 * What there is of the dataset editor before anyone opens one: its registration. Reading, editing and showing
 * datasets is loaded with the first of them.
 */
export class LateDatasetEditor implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(
    new vscode.EventEmitter<vscode.CustomDocumentEditEvent<DatasetDocument>>(),
  );
  private loading: Promise<DatasetEditor> | null = null;

  constructor(private readonly ports: Omit<DatasetEditorPorts, 'changed'>) {
    this.store.add(
      vscode.window.registerCustomEditorProvider(customEditors.dataset, this.provider(), {
        supportsMultipleEditorsPerDocument: true,
      }),
    );
    this.store.add(
      vscode.window.registerCustomEditorProvider(customEditors.pairs, this.reader(), {
        supportsMultipleEditorsPerDocument: true,
      }),
    );
  }

  dispose(): void {
    this.store.dispose();
  }

  load(): Promise<DatasetEditor> {
    this.loading ??= this.create();
    return this.loading;
  }

  private async create(): Promise<DatasetEditor> {
    const { DatasetEditor } = await import('./datasetEditor');
    return this.store.add(
      new DatasetEditor({ ...this.ports, changed: (change) => this.changed.fire(change) }),
    );
  }

  private reader(): vscode.CustomReadonlyEditorProvider<DatasetDocument> {
    return {
      openCustomDocument: async (uri, _, token) => (await this.load()).openRows(uri, token),
      resolveCustomEditor: async (document, panel) => (await this.load()).show(document, panel, 'rows'),
    };
  }

  private provider(): vscode.CustomEditorProvider<DatasetDocument> {
    return {
      onDidChangeCustomDocument: this.changed.event,
      openCustomDocument: async (uri, { backupId }, token) =>
        (await this.load()).openDocument(uri, backupId, token),
      resolveCustomEditor: async (document, panel) => (await this.load()).show(document, panel, 'dataset'),
      saveCustomDocument: (document, token) => document.save(signalOf(token)),
      saveCustomDocumentAs: (document, target, token) => document.saveAs(target.fsPath, signalOf(token)),
      revertCustomDocument: (document) => document.dataset.revert(),
      backupCustomDocument: (document, { destination }) => document.backUp(destination),
    };
  }
}

function signalOf(token: vscode.CancellationToken): AbortSignal {
  const aborting = new AbortController();
  token.onCancellationRequested(() => aborting.abort());
  return aborting.signal;
}
