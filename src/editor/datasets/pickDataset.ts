import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { settings, settingsSection } from '../../contributions';
import { askPick, askText, type StepPlace, type StepResult } from '../steps';
import type { Homes } from '../homes';
import type { FoundDataset } from './datasetFiles';
import { freeDatasetPath, namesIn } from './fileOperations';

interface DatasetItem extends vscode.QuickPickItem {
  readonly file: string | null;
}

export interface PickDataset {
  readonly title: string;
  readonly placeholder: string;
  readonly datasets: readonly FoundDataset[];
  /** Offers a dataset that is yet to be made; the file it would be is the result then. */
  readonly offersNew: boolean;
}

/** Which dataset; null when the person turns back. */
export async function pickDataset(options: PickDataset, homes: Homes): Promise<string | null> {
  const { title, placeholder, datasets, offersNew } = options;
  const items = datasets.map(({ file, name, place }): DatasetItem => ({
    label: `$(database) ${plain(name)}`,
    description: place,
    file,
  }));
  while (true) {
    const newItem: DatasetItem = { label: '$(add) New dataset…', file: null };
    const all = offersNew ? [...items, newItem] : items;
    const picked = await askPick({ title, placeholder, items: all, step: 1, totalSteps: offersNew ? 2 : 1 });
    if (picked.kind !== 'value') return null;
    if (picked.value.file !== null) return picked.value.file;
    const named = await askNewDataset(homes, { title, step: 2, totalSteps: 2 });
    if (named.kind === 'value') return named.value;
    if (named.kind === 'cancelled') return null;
  }
}

interface FolderItem extends vscode.QuickPickItem {
  readonly folder: string;
}

/** The file of a dataset to be made: in which workspace folder, where there are several, and its name. */
export async function askNewDataset(homes: Homes, place: StepPlace): Promise<StepResult<string>> {
  const folders = newDatasetFolders(homes);
  const [only] = folders;
  if (only === undefined) return { kind: 'cancelled' };
  let { folder } = only;
  if (folders.length > 1) {
    const picked = await askPick({ ...place, placeholder: 'In which folder', items: folders });
    if (picked.kind !== 'value') return picked;
    folder = picked.value.folder;
  }
  return askDatasetName(folder, place);
}

/** A name that is free in a folder, as the file that it means. */
export async function askDatasetName(
  folder: string,
  place: StepPlace,
  renamed?: { readonly file: string; readonly name: string },
): Promise<StepResult<string>> {
  const taken = { names: await namesIn(folder), except: renamed?.file };
  const answer = await askText({
    ...place,
    prompt: `The name of the dataset; its file is made in ${vscode.workspace.asRelativePath(vscode.Uri.file(folder))}.`,
    value: renamed?.name ?? '',
    placeholder: 'For example “format” or “length”',
    validate: (name) => {
      const free = freeDatasetPath(folder, name, taken);
      return free.ok ? null : free.reason;
    },
  });
  if (answer.kind !== 'value') return answer;
  const free = freeDatasetPath(folder, answer.value, taken);
  return free.ok ? { kind: 'value', value: free.path } : { kind: 'cancelled' };
}

function newDatasetFolders(homes: Homes): readonly FolderItem[] {
  const all = homes.all();
  const onDisk = all.filter(({ workspaceFolder }) => workspaceFolder !== null);
  return (onDisk.length > 0 ? onDisk : all).map(({ datasetFile, workspaceFolder }) => {
    const folder = dirname(datasetFile);
    const owner =
      workspaceFolder === null
        ? undefined
        : vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(workspaceFolder));
    const description = vscode.workspace.asRelativePath(vscode.Uri.file(folder));
    return { label: plain(owner?.name ?? 'Without a folder'), description, folder };
  });
}

/** False where no setting of a workspace folder can name it: it lies in none, or has a name that settings refuse. */
export function canTakeNewPairs(file: string, name: string): boolean {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  return folder !== undefined && /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u.test(name);
}

/** Names a dataset as the one that takes new pairs of its folder; false where it can't be. */
export async function useForNewPairs(file: string, name: string): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  if (folder === undefined || !canTakeNewPairs(file, name)) return false;
  const target = vscode.ConfigurationTarget.WorkspaceFolder;
  const section = vscode.workspace.getConfiguration(settingsSection, folder.uri);
  await section.update(settings.datasetName, name, target);
  return true;
}

/** A name from elsewhere without icons hidden in it. */
export function plain(text: string): string {
  return text.replace(/\$\(/gu, '$ (');
}
