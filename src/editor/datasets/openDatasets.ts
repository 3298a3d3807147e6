import * as vscode from 'vscode';
import { datasetEnding } from '../../spar/datasets/datasetNames';

/** Tabs that show a file, in whatever editor. */
export function tabsOf(file: string): readonly vscode.Tab[] {
  const wanted = vscode.Uri.file(file).toString();
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter((tab) => uriOf(tab)?.toString() === wanted);
}

/** Files of the datasets that tabs show, in whatever editor. */
export function openDatasets(): ReadonlySet<string> {
  const uris = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(uriOf));
  return new Set(uris.flatMap((uri) => (uri !== undefined && isDataset(uri) ? [uri.fsPath] : [])));
}

/** The dataset in the active editor; null where it shows none. */
export function activeDataset(): string | null {
  const uri = uriOf(vscode.window.tabGroups.activeTabGroup.activeTab);
  return uri !== undefined && isDataset(uri) ? uri.fsPath : null;
}

function isDataset({ scheme, fsPath }: vscode.Uri): boolean {
  return scheme === 'file' && fsPath.endsWith(datasetEnding);
}

function uriOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom
    ? input.uri
    : undefined;
}
