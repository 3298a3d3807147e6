import * as vscode from 'vscode';
import { plain } from '../../editor/datasets/pickDataset';
import type { Homes } from '../../editor/homes';
import { RunFinder } from '../../editor/runs/findRuns';
import { nameOf, timeOf } from '../runs/describe';

interface RunItem extends vscode.QuickPickItem {
  /** Null: another folder. */
  readonly folder: string | null;
}

/** Asks for a self-play run: one of the workspace's, or a folder; null where the person turned back. */
export async function pickRun(homes: Homes): Promise<string | null> {
  const places = homes.all().map(({ sparFolder }) => ({ sparFolder, name: '' }));
  const runs = await new RunFinder().find(places);
  if (runs.length === 0) return pickFolder();
  const items: readonly RunItem[] = [
    ...runs.map((found) => ({
      label: plain(nameOf({ found })),
      description: [timeOf({ found }), plain(found.id)].filter((part) => part !== '').join(' · '),
      folder: found.folder,
    })),
    { label: 'Choose a Folder…', description: 'a run of the terminal', alwaysShow: true, folder: null },
  ];
  const picked = await vscode.window.showQuickPick(items, {
    title: 'SPaR: Open Run Report',
    placeHolder: 'The run',
    matchOnDescription: true,
  });
  if (picked === undefined) return null;
  return picked.folder ?? pickFolder();
}

async function pickFolder(): Promise<string | null> {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  const chosen = await vscode.window.showOpenDialog({
    canSelectFiles: false,
    canSelectFolders: true,
    openLabel: 'Open Report',
    title: 'The folder of a self-play run',
    ...(first === undefined ? {} : { defaultUri: first.uri }),
  });
  return chosen?.[0]?.fsPath ?? null;
}
