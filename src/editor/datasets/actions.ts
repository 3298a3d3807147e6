import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import type { Errors } from '../errors';
import type { Homes } from '../homes';
import type { DatasetFiles } from './datasetFiles';
import {
  createDataset,
  moveDataset,
  namesIn,
  restoreDataset,
  trashDataset,
  trashedDatasets,
  type TrashedDataset,
} from './fileOperations';
import { tabsOf } from './openDatasets';
import { askDatasetName, askNewDataset, pickDataset, plain, useForNewPairs } from './pickDataset';
import { withProgress } from './progress';
import { mergeDataset, undoTransfer } from './transfer';
import { transferWords } from './transferWords';

export interface DatasetActionsOptions {
  readonly files: DatasetFiles;
  readonly homes: Homes;
  readonly errors: Errors;
  readonly open: (file: string) => Promise<unknown>;
}

/** What a person does to whole datasets, with the questions it takes and a way back from each. */
export class DatasetActions {
  constructor(private readonly options: DatasetActionsOptions) {}

  async create(): Promise<void> {
    const named = await askNewDataset(this.options.homes, {
      title: 'SPaR: New Dataset',
      step: 1,
      totalSteps: 1,
    });
    if (named.kind !== 'value') return;
    await createDataset(named.value);
    await this.options.files.look();
    await this.options.open(named.value);
  }

  /** The editors that show it go along; the editor's own undo of files takes it back, too. */
  async rename(file: string): Promise<void> {
    const name = datasetNameOf(file);
    const takesPairs = this.options.homes.of(vscode.Uri.file(file).toString()).datasetFile === file;
    const asked = await askDatasetName(
      dirname(file),
      { title: `SPaR: Rename “${name}”`, step: 1, totalSteps: 1 },
      { file, name },
    );
    if (asked.kind !== 'value' || asked.value === file) return;
    const edit = new vscode.WorkspaceEdit();
    edit.renameFile(vscode.Uri.file(file), vscode.Uri.file(asked.value), { overwrite: false });
    if (!(await vscode.workspace.applyEdit(edit))) {
      const why = `“${name}” was not renamed: the file could not be moved to ${asked.value}. Check that both can be written, then try again.`;
      void this.options.errors.showProblem(why, ['open-log']);
      return;
    }
    await this.options.files.look();
    const fresh = datasetNameOf(asked.value);
    if (!takesPairs) return;
    const message = `“${name}” took the new pairs of this folder and is “${fresh}” now. A pair accepted next starts “${name}” anew.`;
    if (await this.options.errors.showNotice(message, `Save New Pairs in “${fresh}”`))
      await useForNewPairs(asked.value, fresh);
  }

  async merge(file: string): Promise<void> {
    const name = datasetNameOf(file);
    const others = (await this.options.files.look()).filter((other) => other.file !== file);
    const to = await pickDataset(
      {
        title: `SPaR: Merge “${name}” Into`,
        placeholder: 'The dataset that takes its lines',
        datasets: others,
        offersNew: true,
      },
      this.options.homes,
    );
    if (to === null) return;
    const merged = await withProgress(`Merging “${name}” into “${datasetNameOf(to)}”`, (signal) =>
      mergeDataset({ from: file, to }, { signal }),
    );
    if (merged === null) return;
    await this.options.files.look();
    // What could not be carried over must not go with the file.
    const isWhole = merged.left.length === 0;
    const remove = `Delete “${name}”`;
    const answer = await vscode.window.showInformationMessage(
      transferWords('merged', merged),
      ...(merged.added.length > 0 ? ['Undo'] : []),
      ...(isWhole ? [remove] : []),
    );
    if (answer === 'Undo') {
      await undoTransfer(merged);
      await this.options.errors.showNotice(`“${datasetNameOf(to)}” is as it was before the merge.`);
    } else if (answer === remove) await this.delete(file);
  }

  /** Into `.spar/trash`, whence it comes back by Undo now or by Restore later. */
  async delete(file: string): Promise<void> {
    const { errors, homes, files } = this.options;
    const name = datasetNameOf(file);
    const tabs = tabsOf(file);
    if (tabs.some((tab) => tab.isDirty)) {
      const why = `“${name}” has changes that are not saved, so it was not deleted. Save or revert them, then delete it.`;
      void errors.showProblem(why, []);
      return;
    }
    const { sparFolder } = homes.of(vscode.Uri.file(file).toString());
    const trashed = await trashDataset(file, sparFolder, new Date());
    await vscode.window.tabGroups.close(tabs);
    await files.look();
    const kept = vscode.workspace.asRelativePath(vscode.Uri.file(dirname(trashed.kept)));
    const message = `“${name}” was deleted. It is kept in ${kept} until you remove it there.`;
    if (await errors.showNotice(message, 'Undo')) await this.putBack(trashed);
  }

  async restore(): Promise<void> {
    const trashed = (await Promise.all(this.options.homes.all().map((home) => trashIn(home)))).flat();
    if (trashed.length === 0) {
      await this.options.errors.showNotice('No deleted dataset is kept in this workspace.');
      return;
    }
    const items = trashed.map((one) => ({
      label: `$(database) ${plain(datasetNameOf(one.from))}`,
      description: `deleted ${new Date(one.at).toLocaleString()}`,
      detail: vscode.workspace.asRelativePath(vscode.Uri.file(dirname(one.from))),
      trashed: one,
    }));
    const picked = await vscode.window.showQuickPick(items, {
      title: 'SPaR: Restore Deleted Dataset',
      placeHolder: 'Which one to put back where it was',
    });
    if (picked !== undefined) await this.putBack(picked.trashed);
  }

  /** A dataset that was kept while no folder was open goes into one; into its namesake, where there is one. */
  async moveIntoFolder(file: string): Promise<void> {
    const { errors, files } = this.options;
    const homes = this.options.homes.all().filter(({ workspaceFolder }) => workspaceFolder !== null);
    const items = homes.map(({ datasetFile }) => ({
      label: vscode.workspace.asRelativePath(vscode.Uri.file(dirname(datasetFile)), true),
      folder: dirname(datasetFile),
    }));
    if (items.length === 0) {
      await errors.showNotice('Open a folder on a disk first; the dataset can then move into it.');
      return;
    }
    const picked =
      items.length === 1
        ? items[0]
        : await vscode.window.showQuickPick(items, {
            title: 'SPaR: Move into Folder',
            placeHolder: 'Which folder',
          });
    if (picked === undefined) return;
    const name = datasetNameOf(file);
    const to = join(picked.folder, `${name}.spar.jsonl`);
    if ((await namesIn(picked.folder)).includes(`${name}.spar.jsonl`)) {
      const merged = await withProgress(`Moving “${name}”`, (signal) =>
        mergeDataset({ from: file, to }, { signal }),
      );
      if (merged === null) return;
      if (merged.left.length === 0)
        await trashDataset(file, join(dirname(dirname(file)), '.spar'), new Date());
      await files.look();
      await errors.showNotice(transferWords('merged', merged));
      return;
    }
    await moveDataset(file, to);
    await files.look();
    await errors.showNotice(`“${name}” is in ${vscode.workspace.asRelativePath(vscode.Uri.file(to))} now.`);
  }

  async reveal(file: string): Promise<void> {
    const uri = vscode.Uri.file(file);
    const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
  }

  private async putBack(trashed: TrashedDataset): Promise<void> {
    await restoreDataset(trashed);
    await this.options.files.look();
    await this.options.errors.showNotice(`“${datasetNameOf(trashed.from)}” is back where it was.`);
  }
}

async function trashIn(home: ReturnType<Homes['all']>[number]): Promise<readonly TrashedDataset[]> {
  const datasets = dirname(home.datasetFile);
  return trashedDatasets(home.sparFolder, [datasets, dirname(home.sparFolder)]);
}
