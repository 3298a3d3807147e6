import * as vscode from 'vscode';
import { commands } from '../contributions';
import { activeDataset } from '../editor/datasets/openDatasets';
import type { LateReports } from '../views/report/lateReports';
import { askDataset, type DatasetCommandsOptions } from './datasetCommands';
import { datasetIn } from './datasetTargets';
import type { CommandTable } from './register';

export interface StatisticsCommandsOptions extends Pick<
  DatasetCommandsOptions,
  'files' | 'homes' | 'errors'
> {
  readonly statistics: LateReports;
}

export function statisticsCommands(options: StatisticsCommandsOptions): CommandTable {
  const { statistics, errors } = options;
  return {
    /** Argument: the dataset's URI, or a line of the Datasets view. */
    [commands.showStatistics]: async (argument?: unknown) => {
      const title = 'SPaR: Show Dataset Statistics';
      const file = datasetIn(argument) ?? activeDataset() ?? (await askDataset(title, options));
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
