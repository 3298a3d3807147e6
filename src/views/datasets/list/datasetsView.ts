import * as vscode from 'vscode';
import { commands, views } from '../../../contributions';
import type { DatasetFiles } from '../../../editor/datasets/datasetFiles';
import type { Summaries } from '../../../editor/datasets/summaries';
import { DisposableStore, type Disposable } from '../../../editor/emitter';
import { filterOf } from './describe';
import { DatasetsModel, type DatasetElement } from './model';
import { datasetTooltip } from './tooltip';
import { tooltip, treeItem } from '../../treeItem';

export interface DatasetsViewOptions {
  readonly files: DatasetFiles;
  readonly summaries: Summaries;
}

/** The Datasets view: every dataset of the window with its counts. */
export class DatasetsView implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly model: DatasetsModel;
  private readonly view: vscode.TreeView<DatasetElement>;

  constructor({ files, summaries }: DatasetsViewOptions) {
    this.model = this.disposables.add(new DatasetsModel({ files, summaries }));
    const provider = this.disposables.add(new DatasetsProvider(this.model, files));
    this.view = this.disposables.add(
      vscode.window.createTreeView(views.datasets, { treeDataProvider: provider, showCollapseAll: true }),
    );
  }

  /** The lines that are selected in the view. */
  get selectedLines(): readonly DatasetElement[] {
    return this.view.selection;
  }

  /** Shows a dataset and takes no focus from where the person is. */
  async show(file: string): Promise<void> {
    if (!this.view.visible || this.model.shown(file) === null) return;
    await this.view.reveal(this.model.datasetElement(file), { select: true, focus: false });
  }

  dispose(): void {
    this.disposables.dispose();
  }
}

class DatasetsProvider implements vscode.TreeDataProvider<DatasetElement>, Disposable {
  private readonly changed = new vscode.EventEmitter<DatasetElement | undefined>();
  private readonly subscription: Disposable;
  private firstLook: Promise<unknown> | null = null;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly model: DatasetsModel,
    private readonly files: DatasetFiles,
  ) {
    this.subscription = model.onDidChange((element) => this.changed.fire(element ?? undefined));
  }

  /** Nothing is looked for before somebody sees the view. */
  async getChildren(element?: DatasetElement): Promise<DatasetElement[]> {
    if (element !== undefined) return [...this.model.childrenOf(element)];
    await (this.firstLook ??= this.files.look());
    return [...this.model.roots()];
  }

  getParent(element: DatasetElement): DatasetElement | undefined {
    return this.model.parentOf(element) ?? undefined;
  }

  getTreeItem(element: DatasetElement): vscode.TreeItem {
    const line = this.model.describe(element);
    const item = treeItem(line);
    const command = commandOf(element);
    if (command !== null) item.command = command;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, element: DatasetElement): vscode.TreeItem {
    const shown = this.model.shown(element.file);
    if (shown === null || element.kind !== 'dataset') return item;
    item.tooltip = tooltip(datasetTooltip(shown));
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function commandOf(element: DatasetElement): vscode.Command | null {
  const uri = vscode.Uri.file(element.file);
  const open = { command: commands.openDataset, title: 'Open Dataset' };
  if (element.kind === 'dataset') return { ...open, arguments: [uri, {}] };
  if (element.part.kind === 'problem' || element.part.kind === 'problems')
    return { command: commands.openDatasetAsText, title: 'Open as Text', arguments: [element] };
  const filter = filterOf(element.part);
  return filter === null ? null : { ...open, arguments: [uri, filter] };
}
