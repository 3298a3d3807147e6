import * as vscode from 'vscode';
import { commands } from '../contributions';
import type { Errors } from '../editor/errors';
import type { Homes } from '../editor/homes';
import type { LateReports } from '../views/report/lateReports';
import type { CommandTable } from './register';

export interface RunReportCommandsOptions {
  readonly reports: LateReports;
  readonly homes: Homes;
  readonly errors: Errors;
}

export function runReportCommands({ reports, homes, errors }: RunReportCommandsOptions): CommandTable {
  return {
    /** Argument: the run's folder as a path or URI, or a line of the Runs view. */
    [commands.openRunReport]: async (argument?: unknown) => {
      const folder =
        folderIn(argument) ?? (await (await import('../views/runReport/pickRun')).pickRun(homes));
      if (folder !== null) await (await reports.load()).show(folder);
    },
    [commands.refreshRunReport]: async () => (await reports.load()).refresh(),
    [commands.saveRunReport]: async () => {
      const saved = await (await reports.load()).save();
      if (saved === null) return;
      const place = vscode.workspace.asRelativePath(saved);
      // Not awaited: the command is done when the file is there.
      void errors.showNotice(`The run report is saved in ${place}.`, 'Open').then(async (isWanted) => {
        if (isWanted) await vscode.env.openExternal(saved);
      });
    },
  };
}

/** The run's folder that a command's argument names; null where it names none, as from the palette. */
function folderIn(argument: unknown): string | null {
  if (typeof argument === 'string' && argument !== '') return argument;
  if (typeof argument !== 'object' || argument === null) return null;
  if ('folder' in argument && typeof argument.folder === 'string') return argument.folder;
  return argument instanceof vscode.Uri && argument.scheme === 'file' ? argument.fsPath : null;
}
