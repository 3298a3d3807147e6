import { access } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { commands, views } from '../../contributions';
import { plain } from '../../editor/datasets/pickDataset';
import type { Errors } from '../../editor/errors';
import type { Keys } from '../../editor/models/keys';
import type { ResumeOptions, RunEnd, Runs, ShownRun } from '../../editor/runs/runs';
import { messageText } from '../../editor/messageText';
import { pickTrashed } from '../../editor/pickTrashed';
import { inputNameOf, restoreRun, runSize, trashedRuns, trashRun } from '../../editor/runs/runTrash';
import { sizeWords } from '../../editor/sizeWords';
import { selfplayFiles } from '../../spar/selfplay/files';
import { pauseWords } from '../../spar/selfplay/words';
import { countWords } from '../../spar/text/amountWords';
import { nameOf, timeOf } from './describe';
import { figuresOf } from './figures';
import { askKeyOf, askLimit, limitKinds, lacksKey } from './questions';
import { counted, itemsWords, oneLine } from './words';

export interface RunActionsOptions {
  readonly runs: Runs;
  readonly errors: Errors;
  readonly keys: Keys;
  /** The `.spar` folders of this window. */
  readonly trashes: () => readonly string[];
}

/** What a person does to runs, with the questions it takes. */
export class RunActions {
  constructor(private readonly options: RunActionsOptions) {}

  pause(folder: string): void {
    this.options.runs.pause(folder);
  }

  /** A run that stands at a limit would stop at once, so that limit is asked about first. */
  async resume(folder: string): Promise<void> {
    const run = await this.read(folder);
    const pause = run?.known.state === 'known' ? run.known.status.pause : null;
    if (run !== null && pause?.kind === 'limit') await this.askAndResume(run, pause.limit);
    else await this.work(folder);
  }

  retry(folder: string): Promise<void> {
    return this.work(folder, { retryFailed: true });
  }

  async changeLimits(folder: string): Promise<void> {
    const run = await this.read(folder);
    const figures = run === null ? null : figuresOf(run);
    if (run === null || figures === null) return;
    const picked = await vscode.window.showQuickPick(limitKinds(figures), {
      title: `SPaR: Change Limits of “${nameOf(run)}”`,
      placeHolder: 'The limit to change; the run then goes on',
    });
    if (picked !== undefined) await this.askAndResume(run, picked.limit);
  }

  async openPairs(folder: string): Promise<void> {
    const file = await this.pairs(folder);
    if (file !== null) await vscode.commands.executeCommand(commands.openDataset, vscode.Uri.file(file), {});
  }

  async reviewPairs(folder: string): Promise<void> {
    const file = await this.pairs(folder);
    if (file !== null) await vscode.commands.executeCommand(commands.reviewPending, vscode.Uri.file(file));
  }

  /** @param name One of the run's files; asked for where it is null. */
  async openResults(folder: string, name: string | null): Promise<void> {
    const chosen = name ?? (await this.askFile(folder));
    if (chosen === null) return;
    if (chosen === selfplayFiles.pairs) return this.openPairs(folder);
    const file = join(folder, chosen);
    if (await isThere(file)) {
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file), { preview: true });
      return;
    }
    await this.options.errors.showNotice(
      `${chosen} is written when the run pauses or finishes. Pause it to see what there is.`,
    );
  }

  async reveal(folder: string): Promise<void> {
    const uri = vscode.Uri.file(folder);
    const isInside = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
    await vscode.commands.executeCommand(isInside ? 'revealInExplorer' : 'revealFileInOS', uri);
  }

  /** Into `.spar/trash`, whence it comes back by Undo now or by `restore` later. */
  async delete(folder: string): Promise<void> {
    const { runs, errors } = this.options;
    const run = await this.read(folder);
    if (run === null) return;
    const name = nameOf(run);
    const label = 'Delete';
    const asked = `Delete the run over “${name}”?`;
    const detail = deletionWords(run, runs.pairsOf(folder));
    if ((await vscode.window.showWarningMessage(asked, { modal: true, detail }, label)) !== label) return;
    const trashed = await trashRun(folder, new Date());
    await runs.look();
    const kept = vscode.workspace.asRelativePath(vscode.Uri.file(dirname(trashed.kept)));
    const size = sizeWords(await runSize(trashed));
    const told = `The run over “${name}” was deleted. It is kept in ${kept} (${size}) until you empty the trash.`;
    if (!(await errors.showNotice(told, 'Undo'))) return;
    // A message can wait for long.
    if (!(await isThere(trashed.kept))) {
      await errors.showNotice(
        `The run over “${name}” is not in the trash any more: it was restored, or deleted for good.`,
      );
      return;
    }
    await restoreRun(trashed);
    await runs.look();
  }

  /** Puts a deleted run back; its folder, or null where there is none or the person turned back. @throws LogError */
  async restore(): Promise<string | null> {
    const { runs, errors, trashes } = this.options;
    const trashed = (await Promise.all(trashes().map(trashedRuns))).flat();
    if (trashed.length === 0) {
      await errors.showNotice('No deleted run is kept in this workspace.');
      return null;
    }
    const named = await Promise.all(
      trashed.map(async (run) => ({
        ...run,
        name: await inputNameOf(run),
        size: sizeWords(await runSize(run)),
      })),
    );
    const picked = await pickTrashed(named, {
      title: 'SPaR: Restore Deleted Run',
      label: ({ name }) => `$(history) ${plain(name)}`,
      about: ({ size, from }) => `${size} · ${basename(from)}`,
    });
    if (picked === null) return null;
    await restoreRun(picked);
    await runs.look();
    void errors.showNotice(`The run over “${picked.name}” is back where it was.`);
    return picked.from;
  }

  /** Tells of runs that pause since their folder was taken out of the workspace. */
  tellLeft(left: readonly ShownRun[]): void {
    const [first] = left;
    if (first === undefined) return;
    const runs =
      left.length === 1 ? `The run over “${nameOf(first)}” pauses` : `${countWords(left.length)} runs pause`;
    void this.options.errors.showNotice(
      `${runs}, since the folder was taken out of the workspace. All is kept in its .spar folder: open the folder again to go on.`,
    );
  }

  /** Tells how work on a run ended, where a person did not end it. Never fails. */
  async tellEnd(end: RunEnd): Promise<void> {
    const { errors, runs } = this.options;
    const { folder } = end;
    const run = runs.shown(folder);
    const name = run === null ? folder : nameOf(run);
    if (end.kind === 'broken') return errors.showWith(`The run over “${name}” stopped.`, end.error);
    const { ending, status } = end.conclusion;
    if (ending.kind === 'finished') {
      const { pairs } = status.totals;
      const { failed = 0 } = status.totals.statuses;
      const lost = failed === 0 ? '' : ` ${counted(failed, 'item')} failed.`;
      const words = `The run over “${name}” is finished: ${counted(pairs, 'pair')} of ${itemsWords(status)}.${lost}`;
      if (pairs === 0) await errors.showNotice(words);
      else if (await errors.showNotice(words, 'Review Pairs')) await this.reviewPairs(folder);
      return;
    }
    const { reason } = ending;
    if (reason.kind === 'asked') return;
    if (reason.kind === 'limit') {
      const words = `The run over “${name}” has reached its limit and is paused; what it found is kept.`;
      if (await errors.showNotice(words, 'Change Limit…')) await this.resume(folder);
      return;
    }
    const words = `The run over “${name}” is paused: ${oneLine(pauseWords(reason), 300)}`;
    const wantsKey = reason.kind === 'endpoint' && reason.wantsKey === true;
    const origin = wantsKey ? await lacksKey(end.plan, this.options.keys) : null;
    if (origin === null)
      return errors.showProblem(words, ['retry', 'open-log'], { retry: () => this.resume(folder) });
    if ((await errors.showNotice(words, 'Set API Key…')) && (await askKeyOf(origin, this.options.keys)))
      await this.resume(folder);
  }

  /** Offers to go on with runs that worked when the window went. */
  async offer(left: readonly ShownRun[]): Promise<void> {
    const [first] = left;
    if (first === undefined) return;
    const figures = figuresOf(first);
    const done = figures === null ? '' : ` ${itemsWords(figures)} done.`;
    const words =
      left.length === 1
        ? `The run over “${nameOf(first)}” was interrupted.${done}`
        : `${countWords(left.length)} runs were interrupted.`;
    const answer = await vscode.window.showInformationMessage(messageText(words), 'Resume', 'Later');
    if (answer !== 'Resume') return;
    // One that can't go on is told, and keeps none of the others.
    for (const { found } of left) await this.resumeTold(found.folder);
  }

  /** A run of those that are listed and fit; null where the person turned back, or where none fits. */
  async pick(title: string, fits: (capabilities: ShownRun) => boolean): Promise<string | null> {
    const { runs, errors } = this.options;
    await runs.look();
    const known = await Promise.all(runs.all.map(({ found }) => this.read(found.folder)));
    const fitting = known.flatMap((run) => (run !== null && fits(run) ? [run] : []));
    if (fitting.length === 0) {
      await errors.showNotice('There is no run for that in this window.');
      return null;
    }
    const items = fitting.map((run) => {
      const figures = figuresOf(run);
      return {
        label: plain(nameOf(run)),
        description: [timeOf(run), figures === null ? '' : itemsWords(figures)].filter(Boolean).join(' · '),
        folder: run.found.folder,
      };
    });
    const picked = await vscode.window.showQuickPick(items, { title, placeHolder: 'The run' });
    return picked?.folder ?? null;
  }

  private async askAndResume(run: ShownRun, limit: Parameters<typeof askLimit>[1]): Promise<void> {
    const limits = await askLimit(run, limit);
    if (limits !== null) await this.work(run.found.folder, { limits });
  }

  private async resumeTold(folder: string): Promise<void> {
    try {
      await this.resume(folder);
    } catch (error) {
      void this.options.errors.show(error, { retry: () => this.resumeTold(folder) });
    }
  }

  private async work(folder: string, options: ResumeOptions = {}): Promise<void> {
    await vscode.window.withProgress({ location: { viewId: views.runs } }, () =>
      this.options.runs.resume(folder, options),
    );
  }

  /** The run as it stands now; null where it is gone. */
  private async read(folder: string): Promise<ShownRun | null> {
    const { runs } = this.options;
    if (runs.shown(folder) === null) await runs.look();
    if (runs.shown(folder)?.live === null) await runs.status(folder);
    return runs.shown(folder);
  }

  private async pairs(folder: string): Promise<string | null> {
    const { runs, errors } = this.options;
    await this.read(folder);
    const file = runs.pairsOf(folder);
    if (file !== null && (await isThere(file))) return file;
    await errors.showNotice('The run has found no pair yet.');
    return null;
  }

  private async askFile(folder: string): Promise<string | null> {
    const offered: readonly (readonly [string, string])[] = [
      [selfplayFiles.pairs, 'preference pairs'],
      [selfplayFiles.refiner, 'conversations to train the refiner on'],
      [selfplayFiles.problems, 'rows and items that came to nothing, with the reasons'],
      [selfplayFiles.heldBack, 'instructions that overlap evaluation prompts'],
    ];
    const there = await Promise.all(offered.map(([name]) => isThere(join(folder, name))));
    const items = offered.flatMap(([label, description], at) =>
      there[at] === true || label === selfplayFiles.pairs ? [{ label, description }] : [],
    );
    const picked = await vscode.window.showQuickPick(items, {
      title: 'SPaR: Open Results of Run',
      placeHolder: 'The file',
    });
    return picked?.label ?? null;
  }
}

function deletionWords(run: ShownRun, pairs: string | null): string {
  const count = figuresOf(run)?.totals.pairs ?? 0;
  const isInside = pairs === null || pairs.startsWith(run.found.folder);
  const what =
    'Its folder goes into .spar/trash, with every reply that was paid for. “Restore Deleted Run…” brings it back, until “Empty Trash” deletes it for good.';
  if (count === 0) return what;
  const its = `Its ${counted(count, 'pair')}`;
  if (!isInside)
    return `${what} ${its} ${count === 1 ? 'stays' : 'stay'} in ${vscode.workspace.asRelativePath(pairs)}.`;
  const there = count === 1 ? 'is in that folder and goes and comes' : 'are in that folder and go and come';
  return `${what} ${its} ${there} with it.`;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
