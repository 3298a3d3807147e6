import * as vscode from 'vscode';
import { commands } from '../../contributions';
import type { Disposable } from '../../editor/emitter';
import type { Runs } from '../../editor/runs/runs';
import { selfplayFiles } from '../../spar/selfplay/files';
import { tooltip, treeItem } from '../treeItem';
import type { RunElement, RunsModel } from './model';
import { runTooltip } from './tooltip';

/** Lines of the Runs view. */
export class RunsProvider implements vscode.TreeDataProvider<RunElement>, Disposable {
  private readonly changed = new vscode.EventEmitter<RunElement | undefined>();
  private readonly subscription: Disposable;
  private firstLook: Promise<unknown> | null = null;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly model: RunsModel,
    private readonly runs: Runs,
  ) {
    this.subscription = model.onDidChange((element) => this.changed.fire(element ?? undefined));
  }

  async getChildren(element?: RunElement): Promise<RunElement[]> {
    if (element !== undefined) return [...this.model.childrenOf(element)];
    await (this.firstLook ??= this.runs.look());
    return [...this.model.roots()];
  }

  getParent(element: RunElement): RunElement | undefined {
    return this.model.parentOf(element) ?? undefined;
  }

  getTreeItem(element: RunElement): vscode.TreeItem {
    const item = treeItem(this.model.describe(element));
    const command = commandOf(element);
    if (command !== null) item.command = command;
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, element: RunElement): vscode.TreeItem {
    const run = this.runs.shown(element.folder);
    if (run === null) return item;
    // Lines are longer than the view is wide.
    item.tooltip = element.kind === 'run' ? tooltip(runTooltip(run)) : this.model.tooltip(element);
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

/** What a click on a line opens. */
function commandOf(element: RunElement): vscode.Command | null {
  if (element.kind === 'run') return null;
  const open = (name: string): vscode.Command => ({
    command: commands.openRunResults,
    title: 'Open',
    arguments: [element, name],
  });
  switch (element.part.kind) {
    case 'pairs':
      return { command: commands.openRunPairs, title: 'Open Pairs', arguments: [element] };
    case 'failed':
    case 'reason':
    case 'rows':
      return open(selfplayFiles.problems);
    case 'outcome':
      return element.part.status === 'held-back' ? open(selfplayFiles.heldBack) : null;
    case 'standstill':
    case 'unread':
    case 'stages':
    case 'pace':
    case 'spent':
      return null;
  }
}
