import * as vscode from 'vscode';
import { views } from '../../contributions';
import { DisposableStore } from '../../editor/emitter';
import type { Errors } from '../../editor/errors';
import type { Homes } from '../../editor/homes';
import type { KeyNotes, Keys } from '../../editor/models/keys';
import { hasWorkingRuns, type NoteStore } from '../../editor/runs/workingNotes';
import type { RunElement } from './model';
import type { RunsParts } from './runsParts';

export interface LateRunsOptions {
  readonly homes: Homes;
  readonly errors: Errors;
  readonly keys: Keys;
  /** Of this workspace. */
  readonly notes: NoteStore;
  /** Of the person, in every workspace: endpoints that were chosen before. */
  readonly everywhere: KeyNotes;
}

/**
 * What there is of runs before anyone looks at them: an empty view. Finding them, reading them and working on them is
 * loaded when the view is seen, when a command asks, or when runs worked as the window went.
 */
export class LateRuns implements vscode.Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new vscode.EventEmitter<RunElement | undefined>());
  private readonly view: vscode.TreeView<RunElement>;
  private loading: Promise<RunsParts> | null = null;

  constructor(private readonly options: LateRunsOptions) {
    this.view = this.store.add(
      vscode.window.createTreeView<RunElement>(views.runs, {
        showCollapseAll: true,
        treeDataProvider: {
          onDidChangeTreeData: this.changed.event,
          getChildren: async (element) => (await this.load()).provider.getChildren(element),
          getParent: async (element) => (await this.load()).provider.getParent(element),
          getTreeItem: async (element) => (await this.load()).provider.getTreeItem(element),
          resolveTreeItem: async (item, element) =>
            (await this.load()).provider.resolveTreeItem(item, element),
        },
      }),
    );
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(() => this.offer()));
    this.offer();
  }

  /** The line that is selected in the view. */
  get selected(): RunElement | null {
    return this.view.selection[0] ?? null;
  }

  dispose(): void {
    this.store.dispose();
  }

  load(): Promise<RunsParts> {
    this.loading ??= import('./runsParts').then(({ RunsParts }) =>
      this.store.add(
        new RunsParts({ ...this.options, view: this.view, changed: (element) => this.changed.fire(element) }),
      ),
    );
    return this.loading;
  }

  /** Runs that worked when the window went can go on. */
  private offer(): void {
    const { notes, errors } = this.options;
    if (!vscode.workspace.isTrusted || !hasWorkingRuns(notes)) return;
    void this.load()
      .then((parts) => parts.offer())
      .catch((error: unknown) => errors.note('Interrupted runs could not be looked at.', error));
  }
}
