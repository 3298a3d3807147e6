import * as vscode from 'vscode';
import { commands } from '../contributions';
import { activeDataset } from '../editor/datasets/openDatasets';
import type { LateQueue } from '../views/queue/lateQueue';
import type { LateRuns } from '../views/runs/lateRuns';
import { askDataset, type DatasetCommandsOptions } from './datasetCommands';
import { datasetIn } from './datasetTargets';
import type { CommandTable } from './register';
import { folderIn } from './runCommands';

export interface QueueCommandsOptions extends Pick<DatasetCommandsOptions, 'files' | 'homes'> {
  readonly queue: LateQueue;
  readonly runs: LateRuns;
}

export function queueCommands(options: QueueCommandsOptions): CommandTable {
  return {
    /** Argument: the dataset's URI, also that of a run's pairs, or a line of the Datasets or the Runs view. */
    [commands.reviewPending]: async (argument?: unknown) => {
      const file = await meantFile(argument, options);
      if (file !== null) await options.queue.openReviewQueue(vscode.Uri.file(file));
    },
  };
}

async function meantFile(argument: unknown, options: QueueCommandsOptions): Promise<string | null> {
  const dataset = datasetIn(argument);
  if (dataset !== null) return dataset;
  const run = folderIn(argument);
  if (run !== null) return (await options.runs.load()).actions.pairs(run);
  return activeDataset() ?? askDataset('SPaR: Review Pending Pairs', options);
}
