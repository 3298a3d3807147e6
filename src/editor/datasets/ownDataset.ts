import * as vscode from 'vscode';
import { datasetEnding } from '../../spar/datasets/datasetNames';

/** The file of a document that is a dataset itself: pairs that are found in it again stay there. Else null. */
export function ownDataset(document: string | null): string | null {
  const uri = document === null ? null : vscode.Uri.parse(document);
  return uri?.scheme === 'file' && uri.fsPath.endsWith(datasetEnding) ? uri.fsPath : null;
}
