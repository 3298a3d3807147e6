import { basename } from 'node:path';
import * as vscode from 'vscode';
import { askNewDataset, plain } from '../../../editor/datasets/pickDataset';
import type { Homes } from '../../../editor/homes';
import { askPick } from '../../../editor/steps';
import { datasetNameOf } from '../../../spar/datasets/datasetNames';
import { datasetOf } from './choices';
import type { Edit } from './edits';
import type { InputOptions } from './inputStep';
import { runFolderOf } from './runFolder';

interface GuardItem extends vscode.QuickPickItem {
  readonly act: 'add' | 'back' | { readonly without: string };
}

/** Files of evaluation prompts: one more, or one less. */
export const editGuard: Edit = async (choices, place) => {
  let { guard } = choices;
  for (;;) {
    const items: readonly GuardItem[] = [
      ...(guard.length === 0 ? [] : [{ label: '$(arrow-left) Done', act: 'back' as const }]),
      {
        label: '$(add) Add a file…',
        description: 'what you will measure with, IFEval’s input_data.jsonl for example',
        act: 'add',
      },
      ...guard.map((file): GuardItem => ({
        label: `$(trash) Take out ${plain(basename(file))}`,
        description: plain(vscode.workspace.asRelativePath(file)),
        act: { without: file },
      })),
    ];
    const picked = await askPick({
      ...place,
      placeholder: 'Instructions that overlap one of these prompts are held back and listed',
      items,
    });
    if (picked.kind === 'cancelled') return picked;
    const act = picked.kind === 'back' ? 'back' : picked.value.act;
    if (act === 'back') return { kind: 'value', value: { ...choices, guard } };
    if (act === 'add') guard = [...new Set([...guard, ...(await chooseFiles(place.title))])];
    else guard = guard.filter((file) => file !== act.without);
  }
};

async function chooseFiles(title: string): Promise<readonly string[]> {
  const chosen = await vscode.window.showOpenDialog({
    title,
    openLabel: 'Keep Out of the Run',
    canSelectMany: true,
  });
  return (chosen ?? []).map(({ fsPath }) => fsPath);
}

/** Whose prompts, checks and dataset the run takes, for an input that lies in none of the workspace's folders. */
export function editFolder({ homes, errors }: InputOptions): Edit {
  return async (choices, place) => {
    const folders = vscode.workspace.workspaceFolders ?? [];
    const items = folders.flatMap(({ name, uri }) =>
      uri.scheme === 'file' ? [{ label: `$(root-folder) ${plain(name)}`, uri }] : [],
    );
    const placeholder = 'The folder whose prompts, checks and dataset the run takes';
    const picked = await askPick({ ...place, placeholder, items });
    if (picked.kind !== 'value') return picked;
    try {
      const folder = { ...(await runFolderOf(picked.value.uri, homes)), isFree: true };
      return { kind: 'value', value: { ...choices, folder } };
    } catch (error) {
      void errors.show(error);
      return { kind: 'back' };
    }
  };
}

interface DatasetItem extends vscode.QuickPickItem {
  /** Null: in the run's own folder; undefined: a new one. */
  readonly dataset: string | null | undefined;
}

/** Where pairs go. */
export function editDataset(homes: Homes): Edit {
  return async (choices, place) => {
    const own = choices.folder.dataset;
    const chosen = datasetOf(choices);
    const there = await vscode.workspace.findFiles('**/*.spar.jsonl', '{**/node_modules/**,**/.*/**}', 50);
    const files = [...new Set([own, ...there.map(({ fsPath }) => fsPath).sort()])];
    const items: readonly DatasetItem[] = [
      ...files.map((dataset): DatasetItem => ({
        label: `$(database) ${plain(datasetNameOf(dataset))}`,
        description: [
          plain(vscode.workspace.asRelativePath(dataset)),
          ...(dataset === own ? ['where pairs of this folder go'] : []),
        ].join(' · '),
        dataset,
      })),
      { label: '$(add) New dataset…', dataset: undefined },
      {
        label: '$(folder) In the run’s own folder',
        description: 'apart from the other pairs',
        dataset: null,
      },
    ];
    const active = items.find(({ dataset }) => dataset === chosen);
    const picked = await askPick({
      ...place,
      placeholder: 'The dataset that pairs are added to, pending',
      items,
      ...(active === undefined ? {} : { active }),
    });
    if (picked.kind !== 'value') return picked;
    const { dataset } = picked.value;
    if (dataset !== undefined) return { kind: 'value', value: { ...choices, dataset } };
    const made = await askNewDataset(homes, place);
    return made.kind === 'value' ? { kind: 'value', value: { ...choices, dataset: made.value } } : made;
  };
}
