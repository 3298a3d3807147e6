import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import type { Errors } from '../errors';
import type { Homes } from '../homes';
import { messageText } from '../messageText';
import { pickTrashed } from '../pickTrashed';
import { deleteRunForGood, inputNameOf, runSize, trashedRuns } from '../runs/runTrash';
import { sizeWords } from '../sizeWords';
import type { DatasetFiles } from './datasetFiles';
import { createDataset } from './fileOperations';
import { moveIntoFolder } from './intoFolder';
import { tabsOf } from './openDatasets';
import {
  askDatasetName,
  askNewDataset,
  canTakeNewPairs,
  pickDataset,
  plain,
  useForNewPairs,
} from './pickDataset';
import { withProgress } from './progress';
import { mergeDataset, undoTransfer } from './transfer';
import { transferWords } from './transferWords';
import {
  deleteForGood,
  restoreDataset,
  sizeOf,
  trashDataset,
  trashedDatasets,
  trashOf,
  trashPlaces,
  type TrashedDataset,
} from './trash';

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
    if (!canTakeNewPairs(asked.value, fresh)) await this.options.errors.showNotice(message);
    else if (await this.options.errors.showNotice(message, `Save New Pairs in “${fresh}”`))
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
      messageText(transferWords('merged', merged)),
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
    const { errors, files } = this.options;
    const name = datasetNameOf(file);
    const tabs = tabsOf(file);
    if (this.isUnsaved(file, 'deleted', 'delete it')) return;
    const trashed = await trashDataset(file, this.sparFolderOf(file), new Date());
    await vscode.window.tabGroups.close(tabs);
    await files.look();
    const kept = vscode.workspace.asRelativePath(vscode.Uri.file(dirname(trashed.kept)));
    const message = `“${name}” was deleted. It is kept in ${kept} until you empty the trash.`;
    if (await errors.showNotice(message, 'Undo')) await this.putBack(trashed);
  }

  async restore(): Promise<void> {
    const trashed = await this.trashed();
    if (trashed.length === 0) {
      await this.options.errors.showNotice('No deleted dataset is kept in this workspace.');
      return;
    }
    const picked = await pickTrashed(trashed, {
      title: 'SPaR: Restore Deleted Dataset',
      label: ({ from }) => `$(database) ${plain(datasetNameOf(from))}`,
    });
    if (picked !== null) await this.putBack(picked);
  }

  /** Deletes for good what **Delete Dataset** and **Delete Run** kept, once the person has seen how much that is. */
  async emptyTrash(): Promise<void> {
    const { errors, homes } = this.options;
    const trashed = await this.trashed();
    const places = trashPlaces(homes).map(({ sparFolder }) => sparFolder);
    const runs = (await Promise.all(places.map(trashedRuns))).flat();
    const all = trashed.length + runs.length;
    if (all === 0) {
      await errors.showNotice('No deleted dataset and no deleted run is kept in this workspace.');
      return;
    }
    const count = [
      ...counted(trashed.length, 'deleted dataset'),
      ...counted(runs.length, 'deleted run'),
    ].join(' and ');
    let bytes = await sizeOf(trashed);
    for (const run of runs) bytes += await runSize(run);
    const message = `Delete ${count} (${sizeWords(bytes)}) for good?`;
    const ofDatasets = trashed.map(({ from }) => `“${datasetNameOf(from)}”`);
    const ofRuns = await Promise.all(runs.map(async (run) => `the run over “${await inputNameOf(run)}”`));
    const names = [...ofDatasets, ...ofRuns].slice(0, 10);
    const more = all > names.length ? `, and ${all - names.length} more` : '';
    const detail = `Afterwards nothing can restore ${names.join(', ')}${more}.`;
    const label = 'Delete for Good';
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, label)) !== label) return;
    const deleted = (await deleteForGood(trashed)) + runs.length;
    for (const run of runs) await deleteRunForGood(run);
    const left = all - deleted;
    await errors.showNotice(
      left === 0
        ? `The trash is empty: ${count} deleted for good.`
        : `${deleted} of ${count} deleted for good. The others lie behind links; delete them where they are.`,
    );
  }

  /** Datasets that were kept while no folder was open go into one; into their namesakes, where there are. */
  async moveIntoFolder(moved: readonly string[]): Promise<void> {
    const { errors, files } = this.options;
    const folder = await this.askFolder();
    if (folder === null) return;
    for (const file of moved) {
      if (this.isUnsaved(file, 'moved', 'move it')) continue;
      const name = datasetNameOf(file);
      const tabs = tabsOf(file);
      const options = { sparFolder: this.sparFolderOf(file), now: new Date() };
      const done = await withProgress(`Moving “${name}”`, (signal) =>
        moveIntoFolder(file, folder, { ...options, signal }),
      );
      if (done === null) break;
      if (done.kind !== 'there') await vscode.window.tabGroups.close(tabs);
      await files.look();
      const place = vscode.workspace.asRelativePath(vscode.Uri.file(done.to));
      // Not waited for: the next one need not stand still until somebody has read this.
      void errors.showNotice(
        done.kind === 'merged' ? transferWords('merged', done.merged) : `“${name}” is in ${place} now.`,
      );
    }
  }

  async reveal(file: string): Promise<void> {
    const uri = vscode.Uri.file(file);
    const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
  }

  /** The folder of datasets that takes them, in one of the workspace's folders; null where there is none. */
  private async askFolder(): Promise<string | null> {
    const homes = this.options.homes.all().filter(({ workspaceFolder }) => workspaceFolder !== null);
    // Several folders of a workspace may name one folder of datasets.
    const folders = [...new Set(homes.map(({ datasetFile }) => dirname(datasetFile)))];
    const [only] = folders;
    if (only === undefined) {
      await this.options.errors.showNotice('Open a folder on a disk first; datasets can then move into it.');
      return null;
    }
    if (folders.length === 1) return only;
    const items = folders.map((folder) => ({
      label: vscode.workspace.asRelativePath(vscode.Uri.file(folder), true),
      folder,
    }));
    const asked = { title: 'SPaR: Move into Folder', placeHolder: 'Which folder' };
    return (await vscode.window.showQuickPick(items, asked))?.folder ?? null;
  }

  private async trashed(): Promise<readonly TrashedDataset[]> {
    const places = trashPlaces(this.options.homes);
    const all = places.map(({ sparFolder, roots }) => trashedDatasets(sparFolder, roots));
    return (await Promise.all(all)).flat();
  }

  private sparFolderOf(file: string): string {
    const { homes } = this.options;
    return trashOf(file, homes, homes.of(vscode.Uri.file(file).toString()).sparFolder);
  }

  /** True, and said, where edits would be lost. */
  private isUnsaved(file: string, done: string, next: string): boolean {
    if (!tabsOf(file).some((tab) => tab.isDirty)) return false;
    const why = `“${datasetNameOf(file)}” has changes that are not saved, so it was not ${done}. Save or revert them, then ${next}.`;
    void this.options.errors.showProblem(why, []);
    return true;
  }

  private async putBack(trashed: TrashedDataset): Promise<void> {
    await restoreDataset(trashed);
    await this.options.files.look();
    await this.options.errors.showNotice(`“${datasetNameOf(trashed.from)}” is back where it was.`);
  }
}

function counted(count: number, unit: string): readonly string[] {
  return count === 0 ? [] : [`${count} ${unit}${count === 1 ? '' : 's'}`];
}
