import * as vscode from 'vscode';
import { contextKeys, settings, settingsSection } from '../contributions';
import { Throttle } from '../views/throttle';
import { modelKind } from './configuration';
import { DisposableStore, type Disposable } from './emitter';
import type { DatasetFiles } from './datasets/datasetFiles';
import type { SessionStore } from './sessions';
import { canResume, canSearchAgain } from './sessions/standing';

/** Keeps the context keys of searches, datasets and models in step, for menus, keys and welcome texts. */
export class ContextKeys implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly known = new Map<string, boolean>();

  constructor(
    private readonly store: SessionStore,
    files: DatasetFiles,
  ) {
    const throttle = this.disposables.add(new Throttle(() => this.update()));
    for (const event of [store.onDidAdd, store.onDidRemove, store.onDidChange]) {
      this.disposables.add(event(() => throttle.request()));
    }
    this.disposables.add(
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${settingsSection}.${settings.modelKind}`)) throttle.request();
      }),
    );
    this.disposables.add(files.onDidList((found) => this.set(contextKeys.hasDatasets, found.length > 0)));
    throttle.request();
    // The Source Control view asks before anyone has opened the list of datasets.
    void files.look();
  }

  dispose(): void {
    this.disposables.dispose();
  }

  private update(): void {
    const { sessions } = this.store;
    this.set(
      contextKeys.searching,
      sessions.some((session) => session.isRunning),
    );
    this.set(contextKeys.hasPending, this.store.pending().length > 0);
    this.set(contextKeys.hasModel, modelKind() !== 'offline');
    this.set(contextKeys.canResume, sessions.some(canResume));
    this.set(contextKeys.constraintsChanged, sessions.some(canSearchAgain));
  }

  private set(key: string, value: boolean): void {
    if (this.known.get(key) === value) return;
    this.known.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
