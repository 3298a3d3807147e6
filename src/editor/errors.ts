import * as vscode from 'vscode';
import { commands } from '../contributions';
import { errorWords, type ErrorAction } from './errorWords';
import type { Log } from './log';

/** The one place that shows errors to people: what happened, what to do next, and a button that does it. */
export class Errors {
  /** Messages on the screen, so that one trouble does not pile up. */
  private readonly showing = new Set<string>();

  constructor(private readonly log: Log) {}

  /** Resolves when the person has answered or dismissed it; never rejects. */
  async show(error: unknown, options: { readonly retry?: () => unknown } = {}): Promise<void> {
    const { message, actions } = errorWords(error);
    this.log.error(message, error);
    const offered = actions.filter((action) => action !== 'retry' || options.retry !== undefined);
    const chosen = await this.ask('error', message, offered);
    if (chosen === 'retry') await options.retry?.();
    else if (chosen !== undefined) await vscode.commands.executeCommand(actionCommands[chosen]);
  }

  /** A message that is no error but needs the person: one sentence, one or two ways on. */
  async showNotice(message: string, actions: readonly Exclude<ErrorAction, 'retry'>[]): Promise<void> {
    this.log.info(message);
    const chosen = await this.ask('notice', message, actions);
    if (chosen !== undefined && chosen !== 'retry')
      await vscode.commands.executeCommand(actionCommands[chosen]);
  }

  /** For what hinders nothing: into the log alone. */
  note(message: string, cause?: unknown): void {
    this.log.warn(message);
    if (cause !== undefined) this.log.error(message, cause);
  }

  private async ask(
    kind: 'error' | 'notice',
    message: string,
    actions: readonly ErrorAction[],
  ): Promise<ErrorAction | undefined> {
    if (this.showing.has(message)) return undefined;
    this.showing.add(message);
    try {
      const labels = actions.map((action) => actionLabels[action]);
      const shown =
        kind === 'error'
          ? vscode.window.showErrorMessage(message, ...labels)
          : vscode.window.showInformationMessage(message, ...labels);
      const label = await shown;
      return actions.find((action) => actionLabels[action] === label);
    } finally {
      this.showing.delete(message);
    }
  }
}

const actionLabels: Readonly<Record<ErrorAction, string>> = {
  retry: 'Retry',
  'set-api-key': 'Set API Key',
  'select-model': 'Select Model',
  'open-log': 'Open Log',
};

const actionCommands: Readonly<Record<Exclude<ErrorAction, 'retry'>, string>> = {
  'set-api-key': commands.setApiKey,
  'select-model': commands.selectModel,
  'open-log': commands.openLog,
};
