import * as path from 'node:path';
import * as vscode from 'vscode';
import { readConfiguration } from './configuration';

/** Where the files of sessions and pairs belong. */
export interface Home {
  /** Path of the `.spar` folder. */
  readonly sparFolder: string;
  /** Path of the dataset file that takes pairs, by the settings as they hold when it is asked for. */
  readonly datasetFile: string;
  /** URI of the workspace folder; null for the editor's own storage. */
  readonly workspaceFolder: string | null;
}

/** Homes on the disk of the extension host; a workspace that is not on a disk has the editor's storage. */
export class Homes {
  constructor(
    private readonly storage: {
      readonly storageUri: vscode.Uri | undefined;
      readonly globalStorageUri: vscode.Uri;
    },
  ) {}

  /** The home of a document, by its workspace folder; of the first folder where it has none. */
  of(document: string | null): Home {
    const uri = document === null ? null : vscode.Uri.parse(document);
    const own = uri === null ? undefined : vscode.workspace.getWorkspaceFolder(uri);
    const folder = [own, ...(vscode.workspace.workspaceFolders ?? [])].find(
      (entry) => entry?.uri.scheme === 'file',
    );
    if (folder === undefined) return this.ownStorage();
    const root = folder.uri.fsPath;
    return {
      sparFolder: path.join(root, '.spar'),
      get datasetFile() {
        const { datasetFolder, datasetName } = readConfiguration(folder.uri);
        return path.join(path.resolve(root, datasetFolder), `${datasetName}.spar.jsonl`);
      },
      workspaceFolder: folder.uri.toString(),
    };
  }

  /** A document's path inside its workspace folder, with slashes; null where it is in none. */
  relativePath(document: string): string | null {
    const uri = vscode.Uri.parse(document);
    if (vscode.workspace.getWorkspaceFolder(uri) === undefined) return null;
    return vscode.workspace.asRelativePath(uri, false);
  }

  /** Every place in which sessions of this window may be kept. */
  all(): readonly Home[] {
    const folders = (vscode.workspace.workspaceFolders ?? []).filter(
      (folder) => folder.uri.scheme === 'file',
    );
    return [...folders.map((folder) => this.of(folder.uri.toString())), this.ownStorage()];
  }

  /** Folders of datasets in the editor's own storage: of this workspace, and of windows without a folder. */
  storedDatasets(): readonly string[] {
    const { storageUri, globalStorageUri } = this.storage;
    const roots = new Set([storageUri, globalStorageUri].flatMap((uri) => uri?.fsPath ?? []));
    return [...roots].map((root) => path.join(root, 'datasets'));
  }

  private ownStorage(): Home {
    const root = (this.storage.storageUri ?? this.storage.globalStorageUri).fsPath;
    return {
      sparFolder: path.join(root, '.spar'),
      get datasetFile() {
        return path.join(root, 'datasets', `${readConfiguration().datasetName}.spar.jsonl`);
      },
      workspaceFolder: null,
    };
  }
}
