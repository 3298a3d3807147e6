import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from '../../spar/log/runFolders';
import { harmlessLine } from '../output/paint';

/** Whether there is a run in a folder. */
export async function holdsRun(folder: string): Promise<boolean> {
  return stat(join(folder, runFiles.settings)).then(
    () => true,
    () => false,
  );
}

/** @throws Error, a sentence for a person who named a folder without a run. */
export async function requireRun(folder: string): Promise<void> {
  if (await holdsRun(folder)) return;
  throw new Error(
    `There is no run in “${harmlessLine(folder, 300)}”. Name the folder that --output of “spar run” named.`,
  );
}
