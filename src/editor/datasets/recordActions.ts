import * as vscode from 'vscode';
import { datasetNameOf } from '../../spar/datasets/datasetNames';
import type { Errors } from '../errors';
import type { Homes } from '../homes';
import { messageText } from '../messageText';
import { withProgress } from './progress';
import type { DatasetFiles } from './datasetFiles';
import { pickDataset } from './pickDataset';
import { copyRecords, moveRecords, undoTransfer } from './transfer';
import { transferWords } from './transferWords';

export interface RecordActionsOptions {
  readonly files: DatasetFiles;
  readonly homes: Homes;
  readonly errors: Errors;
}

/** Copies or moves records into another dataset that the person picks, with a way back. */
export async function transferRecords(
  how: 'copied' | 'moved',
  records: { readonly file: string; readonly ids: readonly string[] },
  { files, homes, errors }: RecordActionsOptions,
): Promise<void> {
  const { file, ids } = records;
  const count = ids.length === 1 ? '1 Record' : `${ids.length} Records`;
  const to = await pickDataset(
    {
      title: `SPaR: ${how === 'copied' ? 'Copy' : 'Move'} ${count} of “${datasetNameOf(file)}”`,
      placeholder: how === 'copied' ? 'The dataset that takes a copy' : 'The dataset that takes them',
      datasets: (await files.look()).filter((other) => other.file !== file),
      offersNew: true,
    },
    homes,
  );
  if (to === null) return;
  const transfer = how === 'copied' ? copyRecords : moveRecords;
  const title = `${how === 'copied' ? 'Copying' : 'Moving'} records to “${datasetNameOf(to)}”`;
  const transferred = await withProgress(title, (signal) => transfer({ from: file, to }, ids, { signal }));
  if (transferred === null) return;
  await files.look();
  const isUndoable = transferred.added.length > 0 || transferred.deletions.length > 0;
  const answer = await vscode.window.showInformationMessage(
    messageText(transferWords(how, transferred)),
    ...(isUndoable ? ['Undo'] : []),
  );
  if (answer !== 'Undo') return;
  await undoTransfer(transferred);
  await errors.showNotice('The records are where they were.');
}
