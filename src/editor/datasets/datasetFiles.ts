import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { settings, settingsSection } from '../../contributions';
import { datasetEnding, datasetNameOf } from '../../spar/datasets/datasetNames';
import { afterTick, Throttle } from '../../views/throttle';
import { DisposableStore, Emitter, type Disposable, type Event } from '../emitter';
import type { Homes } from '../homes';

export interface FoundDataset {
  readonly file: string;
  readonly name: string;
  /** What tells it from others of its name: folder of the workspace, and folder inside it; empty where it is plain. */
  readonly place: string;
  /** Kept in the editor's storage, since no folder was open. */
  readonly isStored: boolean;
}

/**
 * Every dataset of the window: found in the workspace's folders, in the folder that the settings name, and in the
 * editor's own storage; and watched. Folders that are on no disk have none.
 */
export class DatasetFiles implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly watchers: Disposable[] = [];
  private readonly listed = new Emitter<readonly FoundDataset[]>();
  private readonly touched = new Emitter<string>();
  private found: readonly FoundDataset[] = [];
  private looking: Promise<void> | null = null;
  private isWanted = false;

  /** The list has changed. */
  readonly onDidList: Event<readonly FoundDataset[]> = this.listed.event;
  /** A dataset's file has changed. */
  readonly onDidTouch: Event<string> = this.touched.event;

  constructor(private readonly homes: Homes) {
    const throttle = this.disposables.add(new Throttle(() => void this.look(), afterTick(250)));
    const relist = (): void => throttle.request();
    this.disposables.add(
      vscode.workspace.onDidChangeWorkspaceFolders(() => {
        this.watch(relist);
        relist();
      }),
    );
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (!event.affectsConfiguration(`${settingsSection}.${settings.datasetFolder}`)) return;
        this.watch(relist);
        relist();
      }),
    );
    this.disposables.add(vscode.workspace.onDidGrantWorkspaceTrust(relist));
    this.watch(relist);
  }

  get all(): readonly FoundDataset[] {
    return this.found;
  }

  /** Looks for datasets; a call while one is under way is heard, too. */
  async look(): Promise<readonly FoundDataset[]> {
    this.isWanted = true;
    this.looking ??= this.lookOn().finally(() => (this.looking = null));
    await this.looking;
    return this.found;
  }

  dispose(): void {
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    this.disposables.dispose();
    this.listed.dispose();
    this.touched.dispose();
  }

  private async lookOn(): Promise<void> {
    while (this.isWanted) {
      this.isWanted = false;
      this.found = await findDatasets(this.homes);
    }
    this.listed.fire(this.found);
  }

  private watch(relist: () => void): void {
    for (const watcher of this.watchers.splice(0)) watcher.dispose();
    const outside = foldersOf(this.homes).filter(({ folder }) => !isInWorkspace(folder));
    const patterns: vscode.GlobPattern[] = [
      `**/*${datasetEnding}`,
      ...outside.map(
        ({ folder }) => new vscode.RelativePattern(vscode.Uri.file(folder), `*${datasetEnding}`),
      ),
    ];
    for (const pattern of patterns) {
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      watcher.onDidCreate(relist);
      watcher.onDidDelete(relist);
      watcher.onDidChange(({ fsPath }) => this.touched.fire(fsPath));
      this.watchers.push(watcher);
    }
  }
}

/** What lies there is no dataset of the workspace's own. */
const leftOut = '{**/node_modules/**,**/.git/**,**/.spar/**}';

async function findDatasets(homes: Homes): Promise<readonly FoundDataset[]> {
  const found = new Map<string, boolean>();
  for (const { scheme, fsPath } of await vscode.workspace.findFiles(`**/*${datasetEnding}`, leftOut)) {
    if (scheme === 'file') found.set(fsPath, false);
  }
  for (const { folder, isStored } of foldersOf(homes)) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (name.endsWith(datasetEnding)) found.set(path.join(folder, name), isStored);
    }
  }
  const datasets = [...found].map(([file, isStored]) => ({
    file,
    name: datasetNameOf(file),
    place: placeOf(file, isStored),
    isStored,
  }));
  return datasets.sort((a, b) => compare(a.name, b.name) || compare(a.file, b.file));
}

function foldersOf(homes: Homes): readonly { readonly folder: string; readonly isStored: boolean }[] {
  const own = homes.all().filter(({ workspaceFolder }) => workspaceFolder !== null);
  return [
    ...own.map(({ datasetFile }) => ({ folder: path.dirname(datasetFile), isStored: false })),
    ...homes.storedDatasets().map((folder) => ({ folder, isStored: true })),
  ];
}

function isInWorkspace(folder: string): boolean {
  return vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) !== undefined;
}

function placeOf(file: string, isStored: boolean): string {
  if (isStored) return 'kept without a folder';
  const folder = path.dirname(file);
  const several = (vscode.workspace.workspaceFolders ?? []).length > 1;
  return vscode.workspace.asRelativePath(vscode.Uri.file(folder), several);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
