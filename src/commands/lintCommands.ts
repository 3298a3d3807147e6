import * as vscode from 'vscode';
import { commands } from '../contributions';
import { activeDataset } from '../editor/datasets/openDatasets';
import { messageText } from '../editor/messageText';
import type { LateLint } from '../views/lint/lateLint';
import { askDataset, type DatasetCommandsOptions } from './datasetCommands';
import { datasetIn } from './datasetTargets';
import type { CommandTable } from './register';

export interface LintCommandsOptions extends Pick<DatasetCommandsOptions, 'files' | 'homes' | 'errors'> {
  readonly lint: LateLint;
}

/** Looking for what will hurt training, and mending it. */
export function lintCommands(options: LintCommandsOptions): CommandTable {
  const { lint, errors } = options;
  const asked = async (argument: unknown, title: string): Promise<string | null> =>
    datasetIn(argument) ?? activeDataset() ?? (await askDataset(title, options));
  return {
    /** Argument: the dataset's URI, or a line of the Datasets view. Answers with the number of findings. */
    [commands.lintDataset]: async (argument?: unknown) => {
      const file = await asked(argument, 'SPaR: Lint Dataset');
      if (file === null) return undefined;
      lint.keepLooking(file);
      const report = await look(lint, file);
      if (report === null) return undefined;
      const found = [...report.counts.values()].reduce((sum, count) => sum + count, 0);
      const words =
        found === 0
          ? 'Nothing was found'
          : `${found.toLocaleString('en')} ${found === 1 ? 'finding' : 'findings'}`;
      const message = `${words} in ${report.records.toLocaleString('en')} records of ${vscode.workspace.asRelativePath(file)}.`;
      // Not awaited: the command is done when the problems are there.
      void errors
        .showNotice(message, ...(found === 0 ? [] : (['Show Problems'] as const)))
        .then(async (isWanted) => {
          if (isWanted) await vscode.commands.executeCommand('workbench.actions.view.problems');
        });
      return found;
    },
    /** Argument: the dataset's URI. Asks which findings to mend. */
    [commands.fixFindings]: async (argument?: unknown) => {
      const file = await asked(argument, 'SPaR: Fix Lint Findings');
      if (file === null) return;
      const loaded = await lint.load();
      const report = loaded.report(file) ?? (await look(lint, file));
      if (report === null) return;
      const { pickFixes } = await import('../views/lint/pickFixes');
      const findings = await pickFixes(report);
      if (findings === null) return;
      const edits = await loaded.fixAll(file, findings);
      void errors.showNotice(
        `${edits} ${edits === 1 ? 'fix was' : 'fixes were'} made; each is a line of its own and can be undone.`,
      );
    },
    /** Arguments: the dataset's URI and the finding's key; from quick fixes. */
    [commands.fixFinding]: async (argument?: unknown, key?: unknown) => {
      const file = datasetIn(argument);
      if (file === null || typeof key !== 'string') return;
      const loaded = await lint.load();
      const finding = loaded.finding(file, key);
      if (finding !== null) await loaded.fix(file, finding);
      else void errors.showNotice('That finding is gone: the dataset has changed since.');
    },
  };
}

function look(lint: LateLint, file: string) {
  const title = messageText(`Linting ${vscode.workspace.asRelativePath(file)}`);
  return vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title, cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      let told = 0;
      return (await lint.load()).lint(file, {
        signal: stop.signal,
        onProgress: (share) => {
          const percent = Math.floor(share * 100);
          if (percent > told) progress.report({ increment: percent - told, message: `${percent} %` });
          told = Math.max(told, percent);
        },
      });
    },
  );
}
