import * as vscode from 'vscode';
import { commands } from '../contributions';
import { activeDataset } from '../editor/datasets/openDatasets';
import { messageText } from '../editor/messageText';
import { datasetNameOf } from '../spar/datasets/datasetNames';
import type { LateVersions } from '../views/versions/lateVersions';
import { askDataset, type DatasetCommandsOptions } from './datasetCommands';
import { datasetIn } from './datasetTargets';
import type { CommandTable } from './register';

export interface VersionCommandsOptions extends Pick<DatasetCommandsOptions, 'files' | 'homes' | 'errors'> {
  readonly versions: LateVersions;
}

export function versionCommands(options: VersionCommandsOptions): CommandTable {
  return {
    /** Argument: a line of the Source Control view, which is compared with HEAD; else as for other datasets. */
    [commands.compareDataset]: async (argument?: unknown) => compareDataset(argument, options),
    [commands.compactDataset]: async (argument?: unknown) => {
      const file =
        datasetIn(argument) ?? activeDataset() ?? (await askDataset('SPaR: Compact Dataset', options));
      if (file !== null) await compactDataset(file, options);
    },
  };
}

async function compareDataset(argument: unknown, options: VersionCommandsOptions): Promise<void> {
  const { errors, versions } = options;
  if (!vscode.workspace.isTrusted) {
    void errors.showNotice(
      'Git is not asked in a workspace that is not trusted. Trust it, then compare again.',
    );
    return;
  }
  const changed = resourceUri(argument);
  const meant = datasetIn(changed ?? argument);
  if (changed !== null && meant === null) {
    void errors.showNotice('That file is no dataset (*.spar.jsonl). Choose one in the list of changes.');
    return;
  }
  const file = meant ?? activeDataset() ?? (await askDataset('SPaR: Compare Dataset with HEAD', options));
  if (file === null) return;
  const [{ gitProgram }, { askRevision }] = await Promise.all([
    import('../views/versions/gitProgram'),
    import('../views/versions/askRevision'),
  ]);
  const git = await gitProgram();
  const revision = changed === null ? await askRevision(file, { git }) : { revision: 'HEAD', label: 'HEAD' };
  if (revision !== null) await (await versions.load()).show({ file, git, ...revision });
}

/** Of a line of the Source Control view; null for anything else. */
function resourceUri(argument: unknown): unknown {
  return typeof argument === 'object' && argument !== null && 'resourceUri' in argument
    ? argument.resourceUri
    : null;
}

async function compactDataset(file: string, { errors }: VersionCommandsOptions): Promise<void> {
  const name = datasetNameOf(file);
  const { compactDataset: compact, compactionSize } = await import('../spar/datasets/compaction');
  const size = await inProgress(`Reading ${name}`, async (signal) => compactionSize(file, { signal }));
  if (size === null) return;
  const { bytesBefore, bytesAfter, linesBefore, linesAfter } = size;
  const number = (value: number): string => value.toLocaleString('en');
  if (linesAfter === linesBefore && bytesAfter === bytesBefore) {
    void errors.showNotice(`“${name}” is compact already: every line of it counts.`);
    return;
  }
  const label = 'Compact';
  const detail =
    `${number(linesBefore - linesAfter)} of ${number(linesBefore)} lines no longer count; ` +
    `${number(bytesBefore)} bytes become ${number(bytesAfter)}. ` +
    'What later lines replaced can’t be undone any more. All pairs stay as they are, deleted ones too.';
  const answer = await vscode.window.showWarningMessage(`Compact “${name}”?`, { modal: true, detail }, label);
  if (answer !== label) return;
  const replaced = await inProgress(`Compacting ${name}`, async (signal) => compact(file, { signal }));
  if (replaced !== null) void errors.showNotice(`“${name}” is compact: ${number(replaced.size)} bytes.`);
}

/** Null where the person stopped it: the dataset is as it was then. */
async function inProgress<Result>(
  title: string,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result | null> {
  const location = vscode.ProgressLocation.Notification;
  const shown = { location, title: messageText(title), cancellable: true };
  return vscode.window.withProgress(shown, async (_progress, token) => {
    const stop = new AbortController();
    token.onCancellationRequested(() => stop.abort(new Error('stopped')));
    try {
      return await work(stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return null;
      throw error;
    }
  });
}
