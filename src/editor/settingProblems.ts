import * as vscode from 'vscode';
import { settingsSection } from '../contributions';
import { readConfiguration } from './configuration';
import type { Disposable } from './emitter';
import type { Errors } from './errors';

/** Says once which settings can't be used, and again when others can't. */
export function watchSettings(errors: Errors): Disposable {
  let told = '';
  const check = (): void => {
    const { problems } = readConfiguration();
    const message = problems.join(' ');
    if (message === told) return;
    told = message;
    if (message !== '') void errors.showProblem(`${message} The default holds instead.`, ['open-settings']);
  };
  const timer = setTimeout(check);
  const subscription = vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(settingsSection)) check();
  });
  return {
    dispose: () => {
      clearTimeout(timer);
      subscription.dispose();
    },
  };
}
