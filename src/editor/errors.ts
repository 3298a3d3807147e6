import * as vscode from 'vscode';
import { commands, settingsSection } from '../contributions';
import { errorWords, type ErrorAction } from './errorWords';
import type { Log } from './log';
import { messageText } from './messageText';

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
    await this.act(await this.ask(message, offered), options);
  }

  /** A sentence that says itself what to do, with the buttons that do it. */
  async showProblem(
    message: string,
    actions: readonly ErrorAction[],
    options: { readonly retry?: () => unknown } = {},
  ): Promise<void> {
    this.log.warn(message);
    const offered = actions.filter((action) => action !== 'retry' || options.retry !== undefined);
    await this.act(await this.ask(message, offered), options);
  }

  /** An error whose own words need a beginning: what it means for the person. */
  async showWith(beginning: string, error: unknown): Promise<void> {
    const { message, actions } = errorWords(error);
    this.log.error(message, error);
    await this.act(
      await this.ask(
        `${beginning} ${message}`,
        actions.filter((action) => action !== 'retry'),
      ),
      {},
    );
  }

  /** What is no error but needs the person, with a button or none; true when it was pressed. */
  async showNotice(message: string, label?: string): Promise<boolean> {
    this.log.info(message);
    const labels = label === undefined ? [] : [label];
    return (await vscode.window.showInformationMessage(messageText(message), ...labels)) !== undefined;
  }

  /** For what hinders nothing: into the log alone. */
  note(message: string, cause?: unknown): void {
    this.log.warn(message);
    if (cause !== undefined) this.log.error(message, cause);
  }

  private async act(
    chosen: ErrorAction | undefined,
    { retry }: { readonly retry?: () => unknown },
  ): Promise<void> {
    if (chosen === 'retry') await retry?.();
    else if (chosen === 'open-settings') await vscode.commands.executeCommand(openSettings, settingsSection);
    else if (chosen !== undefined) await vscode.commands.executeCommand(actionCommands[chosen]);
  }

  private async ask(message: string, actions: readonly ErrorAction[]): Promise<ErrorAction | undefined> {
    if (this.showing.has(message)) return undefined;
    this.showing.add(message);
    try {
      const labels = actions.map((action) => actionLabels[action]);
      const label = await vscode.window.showErrorMessage(messageText(message), ...labels);
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
  'open-settings': 'Open Settings',
};

const openSettings = 'workbench.action.openSettings';

const actionCommands: Readonly<Record<Exclude<ErrorAction, 'retry' | 'open-settings'>, string>> = {
  'set-api-key': commands.setApiKey,
  'select-model': commands.selectModel,
  'open-log': commands.openLog,
};
