import * as vscode from 'vscode';
import { commands } from '../contributions';
import type { Errors } from '../editor/errors';
import type { LateStatistics } from '../views/statistics/lateStatistics';
import type { CommandTable } from './register';

export interface StatisticsCommandsOptions {
  readonly statistics: LateStatistics;
  readonly errors: Errors;
}

export function statisticsCommands({ statistics, errors }: StatisticsCommandsOptions): CommandTable {
  return {
    /** Argument: the dataset's URI, or an item that has its file. */
    [commands.showStatistics]: async (argument?: unknown) => {
      const { datasetTarget } = await import('../editor/datasetTarget');
      const file = await datasetTarget(argument, 'Show Dataset Statistics');
      if (file !== null) await (await statistics.load()).show(file);
    },
    [commands.refreshStatistics]: async () => (await statistics.load()).refresh(),
    [commands.saveStatistics]: async () => {
      const saved = await (await statistics.load()).save();
      if (saved === null) return;
      const place = vscode.workspace.asRelativePath(saved);
      // Not awaited: the command is done when the file is there.
      void errors.showNotice(`The statistics are saved in ${place}.`, 'Open').then(async (isWanted) => {
        if (isWanted) await vscode.env.openExternal(saved);
      });
    },
  };
}
