import * as vscode from 'vscode';
import { commands } from '../contributions';
import { activeDataset } from '../editor/datasets/openDatasets';
import type { LateQueue } from '../views/queue/lateQueue';
import { askDataset, type DatasetCommandsOptions } from './datasetCommands';
import { datasetIn } from './datasetTargets';
import type { CommandTable } from './register';

export interface QueueCommandsOptions extends Pick<DatasetCommandsOptions, 'files' | 'homes'> {
  readonly queue: LateQueue;
}

export function queueCommands(options: QueueCommandsOptions): CommandTable {
  return {
    /** Argument: the dataset's URI, also that of a run's pairs, or a line of the Datasets view. */
    [commands.reviewPending]: async (argument?: unknown) => {
      const title = 'SPaR: Review Pending Pairs';
      const file = datasetIn(argument) ?? activeDataset() ?? (await askDataset(title, options));
      if (file !== null) await options.queue.openReviewQueue(vscode.Uri.file(file));
    },
  };
}
