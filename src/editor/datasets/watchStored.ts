import * as vscode from 'vscode';
import { commands } from '../../contributions';
import type { Disposable } from '../emitter';
import type { Errors } from '../errors';
import type { Homes } from '../homes';
import type { DatasetFiles } from './datasetFiles';
import type { Notes } from './storedOffer';

export interface WatchStoredOptions {
  readonly files: DatasetFiles;
  readonly homes: Homes;
  readonly errors: Errors;
  readonly notes: Notes;
}

/** Offers to move what was kept without a folder into one, once one is open; about each dataset once. */
export function watchStored({ files, homes, errors, notes }: WatchStoredOptions): Disposable {
  return files.onDidList((found) => {
    const stored = found.filter(({ isStored }) => isStored).map(({ file }) => file);
    const hasFolder = homes.all().some(({ workspaceFolder }) => workspaceFolder !== null);
    if (stored.length > 0 && hasFolder)
      void offer(stored, { errors, notes }).catch((error: unknown) => {
        errors.note('What was kept without a folder could not be looked at.', error);
      });
  });
}

async function offer(
  stored: readonly string[],
  { errors, notes }: Pick<WatchStoredOptions, 'errors' | 'notes'>,
): Promise<void> {
  const { offerWords, unofferedDatasets } = await import('./storedOffer');
  const fresh = await unofferedDatasets(stored, notes);
  if (fresh.length === 0) return;
  const { message, label } = offerWords(fresh);
  if (!(await errors.showNotice(message, label))) return;
  const [first, ...others] = fresh.map((file) => vscode.Uri.file(file));
  await vscode.commands.executeCommand(commands.moveDatasetIntoFolder, first, [first, ...others]);
}
