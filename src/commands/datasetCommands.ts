import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../contributions';
import type { DatasetActions } from '../editor/datasets/actions';
import type { DatasetFilter } from '../editor/datasets/filter';
import type { DatasetFiles } from '../editor/datasets/datasetFiles';
import { activeDataset } from '../editor/datasets/openDatasets';
import type { VirtualTexts } from '../editor/datasets/virtualTexts';
import type { Errors } from '../editor/errors';
import type { Homes } from '../editor/homes';
import { filterOf, type PartOf } from '../views/datasets/list/describe';
import { datasetIn, filterIn, recordsIn, type MeantRecords } from './datasetTargets';
import type { CommandTable } from './register';

export interface DatasetCommandsOptions {
  readonly files: DatasetFiles;
  readonly homes: Homes;
  readonly errors: Errors;
  /** Tells the dataset editor what to show of a dataset, before or after it is opened. */
  readonly showFilter: (file: string, filter: DatasetFilter) => Promise<void>;
  /** Documents that show what a command would do; loaded when first used. */
  readonly texts: () => Promise<VirtualTexts>;
}

/** Commands about whole datasets, and about records of them. */
export function datasetCommands(options: DatasetCommandsOptions): CommandTable {
  const { files, homes, errors } = options;
  const open = async (file: string): Promise<unknown> =>
    vscode.commands.executeCommand(commands.openDataset, vscode.Uri.file(file));
  const actions = async (): Promise<DatasetActions> =>
    new (await import('../editor/datasets/actions')).DatasetActions({ files, homes, errors, open });
  const onDataset =
    (title: string, work: (file: string, loaded: DatasetActions) => Promise<unknown>) =>
    async (argument?: unknown): Promise<void> => {
      const file = datasetIn(argument) ?? activeDataset() ?? (await askDataset(title, options));
      if (file !== null) await work(file, await actions());
    };
  const transfer =
    (how: 'copied' | 'moved') =>
    async (...args: readonly unknown[]): Promise<void> => {
      const meant = await meantRecords(args);
      if (meant === null || meant.ids.length === 0) return;
      const { transferRecords } = await import('../editor/datasets/recordActions');
      await transferRecords(how, meant, { files, homes, errors });
    };
  return {
    /** Arguments: the dataset's URI and perhaps a filter for the dataset editor. Without any: the document's own. */
    [commands.openDataset]: async (argument?: unknown, filter?: unknown) => {
      const file = datasetIn(argument);
      if (file !== null && filter !== undefined) await options.showFilter(file, filterIn(filter));
      const { openDataset } = await import('../editor/datasets/openDataset');
      await openDataset(file, homes);
    },
    [commands.createDataset]: async () => (await actions()).create(),
    [commands.restoreDataset]: async () => (await actions()).restore(),
    [commands.emptyTrash]: async () => (await actions()).emptyTrash(),
    [commands.renameDataset]: onDataset('SPaR: Rename Dataset', (file, loaded) => loaded.rename(file)),
    [commands.mergeDataset]: onDataset('SPaR: Merge Dataset', (file, loaded) => loaded.merge(file)),
    [commands.deleteDataset]: onDataset('SPaR: Delete Dataset', (file, loaded) => loaded.delete(file)),
    /** Arguments: lines of the Datasets view or URIs, the first of them alone and then all, as menus pass them. */
    [commands.moveDatasetIntoFolder]: async (first?: unknown, all?: unknown) => {
      const named: readonly unknown[] = Array.isArray(all) ? all : [first];
      const meant = named.flatMap((one) => datasetIn(one) ?? []);
      if (meant.length > 0) await (await actions()).moveIntoFolder(meant);
    },
    [commands.revealDataset]: onDataset('SPaR: Reveal Dataset', (file, loaded) => loaded.reveal(file)),
    [commands.copyDatasetPath]: onDataset('SPaR: Copy Path of Dataset', async (file) =>
      vscode.env.clipboard.writeText(file),
    ),
    /** Arguments: the dataset's URI and perhaps a line, from 1; or a line of the Datasets view. */
    [commands.openDatasetAsText]: async (argument?: unknown, line?: unknown) => {
      const file =
        datasetIn(argument) ?? activeDataset() ?? (await askDataset('SPaR: Open as Text', options));
      const { openAsText } = await import('../editor/datasets/openDataset');
      if (file !== null) await openAsText(file, typeof line === 'number' ? line : problemLine(argument));
    },
    [commands.exportDataset]: async (argument?: unknown) => {
      const file =
        datasetIn(argument) ?? activeDataset() ?? (await askDataset('SPaR: Export Dataset', options));
      if (file === null || !(await isTrusted('Exports write files', errors))) return;
      const { exportWizard } = await import('../editor/datasets/exporting/wizard');
      const { lintErrors } = await import('../editor/datasets/lintErrors');
      const exportsFolder = exportsFolderOf(file, homes);
      await exportWizard(file, { texts: await options.texts(), errors, exportsFolder, lintErrors });
    },
    /** Arguments: the dataset's URI and perhaps those of the files; or the files that are selected in the Explorer. */
    [commands.importDataset]: async (...args: readonly unknown[]) => {
      if (!(await isTrusted('Imports read files into datasets', errors))) return;
      const given = filesIn(args);
      const asked = 'SPaR: Import into Dataset';
      const file = datasetIn(args[0]) ?? activeDataset() ?? (await askTarget(asked, options));
      if (file === null) return;
      const { importWizard } = await import('../editor/datasets/importing/wizard');
      await importWizard(file, given, { texts: await options.texts(), errors, open });
      await files.look();
    },
    /** Arguments: the dataset's URI and the records' ids; or a line of the Datasets view. */
    [commands.copyRecords]: transfer('copied'),
    [commands.moveRecords]: transfer('moved'),
  };
}

/** The records that a command's arguments mean, by their ids; null where they mean none. */
export async function meantRecords(
  args: readonly unknown[],
): Promise<{ readonly file: string; readonly ids: readonly string[] } | null> {
  const meant: MeantRecords | null = recordsIn(args, partFilter);
  if (meant === null || 'ids' in meant) return meant;
  const { recordsThatPass } = await import('../editor/datasets/meantRecords');
  return { file: meant.file, ids: await recordsThatPass(meant.file, meant.filter) };
}

/** Files that are named to be imported: no datasets. */
function filesIn([first, second]: readonly unknown[]): readonly string[] {
  const named: readonly unknown[] = Array.isArray(second) ? second : [first];
  return named.flatMap((one) => (one instanceof vscode.Uri && datasetIn(one) === null ? [one.fsPath] : []));
}

/** The dataset that takes something: one that is there, or a new one. */
async function askTarget(title: string, { files, homes }: DatasetCommandsOptions): Promise<string | null> {
  const { pickDataset } = await import('../editor/datasets/pickDataset');
  const datasets = await files.look();
  return pickDataset(
    { title, placeholder: 'The dataset that takes the pairs', datasets, offersNew: true },
    homes,
  );
}

/** Beside the folder of datasets: `exports` of the workspace's folder, else of the dataset's own. */
function exportsFolderOf(file: string, homes: Homes): string {
  const { workspaceFolder } = homes.of(vscode.Uri.file(file).toString());
  const root = workspaceFolder === null ? dirname(dirname(file)) : vscode.Uri.parse(workspaceFolder).fsPath;
  return join(root, 'exports');
}

/** Asks for trust where the workspace has none; true where it has. */
async function isTrusted(what: string, errors: Errors): Promise<boolean> {
  if (vscode.workspace.isTrusted) return true;
  const message = `${what}, so they need a trusted workspace. Trust it, then run the command again.`;
  if (await errors.showNotice(message, 'Manage Trust'))
    await vscode.commands.executeCommand('workbench.trust.manage');
  return false;
}

function problemLine(line: unknown): number | null {
  const part = typeof line === 'object' && line !== null && 'part' in line ? (line.part as PartOf) : null;
  return part?.kind === 'problem' ? part.line : null;
}

function partFilter(line: object): ReturnType<typeof filterOf> {
  return 'part' in line ? filterOf(line.part as PartOf) : null;
}

/** From the palette: the only dataset there is, or the one that the person picks. */
export async function askDataset(
  title: string,
  { files, homes }: Pick<DatasetCommandsOptions, 'files' | 'homes'>,
): Promise<string | null> {
  const datasets = await files.look();
  const [only] = datasets;
  if (only === undefined) {
    void vscode.window.showInformationMessage('There is no dataset in this workspace yet.');
    return null;
  }
  if (datasets.length === 1) return only.file;
  const { pickDataset } = await import('../editor/datasets/pickDataset');
  return pickDataset({ title, placeholder: 'Which dataset', datasets, offersNew: false }, homes);
}
