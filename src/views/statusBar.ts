import * as vscode from 'vscode';
import { commands, settingsSection, views } from '../contributions';
import { modelInUse } from '../editor/configuration';
import { DisposableStore, type Disposable } from '../editor/emitter';
import type { SessionStore } from '../editor/sessions';
import { statusText } from './statusText';
import { Throttle } from './throttle';

/** One item: the model in use and, while searches run, what they spend. */
export class StatusBar implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly item: vscode.StatusBarItem;

  constructor(private readonly store: SessionStore) {
    this.item = this.disposables.add(
      vscode.window.createStatusBarItem('spar.status', vscode.StatusBarAlignment.Left, 10),
    );
    this.item.name = 'SPaR';
    const throttle = this.disposables.add(new Throttle(() => this.show()));
    this.disposables.add(store.onDidChange(() => throttle.request()));
    this.disposables.add(store.onDidAdd(() => throttle.request()));
    this.disposables.add(store.onDidRemove(() => throttle.request()));
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(settingsSection)) throttle.request();
      }),
    );
    this.show();
    this.item.show();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private show(): void {
    const running = this.store.sessions.filter((session) => session.isRunning);
    const { name, currency } = modelInUse();
    const { text, tooltip } = statusText({ model: name, running, currency });
    this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: tooltip };
    this.item.command = running.length > 0 ? `${views.refinements}.focus` : commands.selectModel;
  }
}
