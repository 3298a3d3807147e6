import * as vscode from 'vscode';
import { commands } from '../contributions';
import type { ShownRun } from '../editor/runs/runs';
import type { LateRuns } from '../views/runs/lateRuns';
import type { CommandTable } from './register';

/** Commands of the Runs view. Argument, but for the first: a line of the view; without one the run is asked for. */
export function runCommands(runs: LateRuns): CommandTable {
  const meant = async (
    argument: unknown,
    { title, fits = () => true }: { readonly title: string; readonly fits?: (run: ShownRun) => boolean },
  ): Promise<string | null> => folderIn(argument) ?? (await runs.load()).actions.pick(title, fits);
  return {
    /** Argument: the input's URI, or nothing. */
    [commands.startRun]: async (argument?: unknown) => {
      const parts = await runs.load();
      const { startRun } = await import('../views/runs/start/startRun');
      await startRun(parts.startContext(argument instanceof vscode.Uri ? argument : null));
    },
    [commands.pauseRun]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Pause Run', fits: isWorking });
      if (folder !== null) (await runs.load()).actions.pause(folder);
    },
    [commands.resumeRun]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Resume Run', fits: isResumable });
      if (folder !== null) await (await runs.load()).actions.resume(folder);
    },
    [commands.retryRun]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Retry Failed Items', fits: hasFailed });
      if (folder !== null) await (await runs.load()).actions.retry(folder);
    },
    [commands.changeRunLimits]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Change Limits of Run', fits: isLimitable });
      if (folder !== null) await (await runs.load()).actions.changeLimits(folder);
    },
    [commands.openRunPairs]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Open Pairs of Run' });
      if (folder !== null) await (await runs.load()).actions.openPairs(folder);
    },
    [commands.reviewRunPairs]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Review Pairs of This Run' });
      if (folder !== null) await (await runs.load()).actions.reviewPairs(folder);
    },
    /** Second argument: one of its files. */
    [commands.openRunResults]: async (argument?: unknown, name?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Open Results of Run' });
      if (folder === null) return;
      const file = typeof name === 'string' && /^[a-z-]+\.jsonl$/u.test(name) ? name : null;
      await (await runs.load()).actions.openResults(folder, file);
    },
    [commands.revealRun]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Reveal Run Folder' });
      if (folder !== null) await (await runs.load()).actions.reveal(folder);
    },
    [commands.deleteRun]: async (argument?: unknown) => {
      const folder = await meant(argument, { title: 'SPaR: Delete Run', fits: isIdle });
      if (folder !== null) await (await runs.load()).actions.delete(folder);
    },
    [commands.restoreRun]: async () => {
      const parts = await runs.load();
      const folder = await parts.actions.restore();
      if (folder !== null) await parts.show(folder);
    },
  };
}

function folderIn(argument: unknown): string | null {
  if (typeof argument === 'string' && argument !== '') return argument;
  const isLine = typeof argument === 'object' && argument !== null && 'folder' in argument;
  return isLine && typeof argument.folder === 'string' ? argument.folder : null;
}

function isWorking({ live }: ShownRun): boolean {
  return live !== null && live.phase !== 'pausing';
}

function isIdle({ live, known }: ShownRun): boolean {
  return live === null && !(known.state === 'known' && known.status.state === 'running');
}

function isResumable(run: ShownRun): boolean {
  const { known } = run;
  return isIdle(run) && known.state === 'known' && known.plan !== null && known.status.state !== 'finished';
}

/** Also one that is finished: another limit on items brings further rows. */
function isLimitable(run: ShownRun): boolean {
  return isIdle(run) && run.known.state === 'known' && run.known.plan !== null;
}

function hasFailed(run: ShownRun): boolean {
  const { known } = run;
  return isIdle(run) && known.state === 'known' && (known.status.totals.statuses.failed ?? 0) > 0;
}
