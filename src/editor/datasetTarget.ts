import * as vscode from 'vscode';
import { datasetEnding, datasetNameOf } from '../spar/datasets/datasetNames';

/** Of more datasets than this the rest is not offered. */
const mostOffered = 1000;

/**
 * The dataset's file that a command is meant for: what its argument names, else the active tab's, else the only one of
 * the workspace, else the one that the person picks. Null where there is none, which is said, or where the person
 * turns back.
 */
export async function datasetTarget(argument: unknown, title: string): Promise<string | null> {
  const named = fileIn(argument) ?? fileIn(tabUri());
  if (named !== null) return named;
  const found = await vscode.workspace.findFiles(`**/*${datasetEnding}`, undefined, mostOffered);
  const files = found.filter(({ scheme }) => scheme === 'file').sort((a, b) => (a.path < b.path ? -1 : 1));
  const [only] = files;
  if (only === undefined) {
    void vscode.window.showInformationMessage(
      'There is no dataset in this workspace yet. The first refinement that you accept makes one.',
    );
    return null;
  }
  if (files.length === 1) return only.fsPath;
  const items = files.map((file) => ({
    label: datasetNameOf(file.fsPath),
    description: vscode.workspace.asRelativePath(file),
    file,
  }));
  const picked = await vscode.window.showQuickPick(items, {
    title: `SPaR: ${title}`,
    placeHolder: 'Dataset',
  });
  return picked?.file.fsPath ?? null;
}

function tabUri(): unknown {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return typeof input === 'object' && input !== null && 'uri' in input ? input.uri : null;
}

/** Menus pass URIs, resources of the Source Control view, or items of a view. */
function fileIn(argument: unknown): string | null {
  if (typeof argument !== 'object' || argument === null) return null;
  if (argument instanceof vscode.Uri) return argument.scheme === 'file' ? datasetFile(argument.fsPath) : null;
  if ('resourceUri' in argument) return fileIn(argument.resourceUri);
  return 'file' in argument && typeof argument.file === 'string' ? datasetFile(argument.file) : null;
}

function datasetFile(path: string): string | null {
  return path.toLowerCase().endsWith(datasetEnding) ? path : null;
}
