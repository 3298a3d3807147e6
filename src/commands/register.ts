import * as vscode from 'vscode';
import { DisposableStore, type Disposable } from '../editor/emitter';
import type { Errors } from '../editor/errors';

export type CommandHandler = (...args: readonly unknown[]) => unknown;

/** Command ids with what they do. */
export type CommandTable = Readonly<Record<string, CommandHandler>>;

/** Registers a table; what a handler throws is shown to the person, with Retry. */
export function registerCommands(table: CommandTable, errors: Errors): Disposable {
  const registered = new DisposableStore();
  for (const [id, handler] of Object.entries(table)) {
    const run = async (...args: readonly unknown[]): Promise<unknown> => {
      try {
        return await handler(...args);
      } catch (error) {
        // Not awaited: whoever ran the command must not wait until the message is dismissed.
        void errors.show(error, { retry: () => run(...args) });
        return undefined;
      }
    };
    registered.add(vscode.commands.registerCommand(id, run));
  }
  return registered;
}
