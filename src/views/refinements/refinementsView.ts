import * as vscode from 'vscode';
import { commands, views } from '../../contributions';
import { DisposableStore, type Disposable } from '../../editor/emitter';
import type { SessionStore } from '../../editor/sessions';
import { switched } from '../../editor/sessions/choices';
import type { NodeReference, Session } from '../../editor/sessions/session';
import { rootPath } from '../../spar/search/events';
import { afterTick, Throttle } from '../throttle';
import type { ItemDescription } from './describe';
import { RefinementsModel, type RefinementElement } from './model';
import { constraintsTooltip, constraintTooltip, nodeTooltip, partTooltip, sessionTooltip } from './tooltip';
import { tooltip, treeItem } from '../treeItem';

/** Nodes of a tree whose branches open by themselves as they grow. */
const mostOpened = 100;

/** Milliseconds after which the editor has drawn a line that it has asked about; nothing tells when it has. */
const drawn = 300;

/** The Refinements view: searches as live trees. */
export class RefinementsView implements Disposable {
  private readonly disposables = new DisposableStore();
  private readonly model: RefinementsModel;
  private readonly view: vscode.TreeView<RefinementElement>;
  /** Lines that got their first children and wait to be opened. */
  private readonly branches = new Set<RefinementElement>();
  private opening: Disposable | null = null;

  constructor(private readonly store: SessionStore) {
    this.model = this.disposables.add(new RefinementsModel({ store }));
    const provider = this.disposables.add(new RefinementsProvider(this.model));
    this.view = this.disposables.add(
      vscode.window.createTreeView(views.refinements, {
        treeDataProvider: provider,
        canSelectMany: true,
        showCollapseAll: true,
        // The lines say themselves what is on: the box follows the session, not the click.
        manageCheckboxStateManually: true,
      }),
    );
    this.disposables.add(
      this.model.onDidBranch((element) => {
        this.branches.add(element);
        this.opening ??= afterTick(drawn)(() => void this.openBranches());
      }),
    );
    this.disposables.add(this.view.onDidChangeCheckboxState(({ items }) => this.switchConstraints(items)));
    this.disposables.add(store.onDidAdd((session) => this.showProgress(session)));
    this.disposables.add(store.onDidChange(({ session }) => this.showProgress(session)));
    const count = this.disposables.add(new Throttle(() => this.showCount()));
    this.disposables.add(store.onDidAdd(() => count.request()));
    this.disposables.add(store.onDidRemove(() => count.request()));
    this.disposables.add(store.onDidChange(() => count.request()));
    this.disposables.add(this.view.onDidChangeVisibility(({ visible }) => visible && void store.restore()));
  }

  /** Shows a node, or a session, and takes no focus from where the person is. */
  async show(session: Session, path: string | null = null): Promise<void> {
    const element =
      path === null ? this.model.sessionElement(session) : this.model.nodeElement(session, path);
    await this.view.reveal(element, { select: true, focus: false, expand: path === null });
    if (path !== null || !session.tree.nodes.has(rootPath)) return;
    // Not two levels of the search: its constraints stay closed.
    const root = this.model.nodeElement(session, rootPath);
    await this.view.reveal(root, { select: false, focus: false, expand: true });
  }

  /** Shows a constraint of a search, or the line above them all, as `show` does. */
  async showConstraint(session: Session, id: string | null): Promise<void> {
    const line =
      id === null ? this.model.constraintsElement(session) : this.model.constraintElement(session, id);
    await this.view.reveal(line, { select: true, focus: false, expand: true });
  }

  /** What is selected in the view: nodes, and for a search or its constraints the original. */
  get selection(): readonly NodeReference[] {
    return this.view.selection.map((element) => ({
      session: element.session,
      path: element.kind === 'node' ? element.path : rootPath,
    }));
  }

  /** The lines that are selected in the view. */
  get selectedLines(): readonly RefinementElement[] {
    return this.view.selection;
  }

  dispose(): void {
    this.opening?.dispose();
    this.disposables.dispose();
  }

  private switchConstraints(
    items: readonly (readonly [RefinementElement, vscode.TreeItemCheckboxState])[],
  ): void {
    for (const [element, state] of items) {
      const { session } = element;
      if (element.kind !== 'constraint' || !this.store.sessions.includes(session)) continue;
      const isActive = state === vscode.TreeItemCheckboxState.Checked;
      void this.store.choose(session, switched(session.choices, element.id, isActive));
    }
  }

  private async openBranches(): Promise<void> {
    this.opening = null;
    const elements = [...this.branches];
    this.branches.clear();
    for (const element of elements) {
      // Revealing may scroll, which is no help in a tree that is larger than the view.
      if (!this.view.visible || element.session.tree.nodes.size > mostOpened) return;
      await this.view.reveal(element, { select: false, focus: false, expand: true });
    }
  }

  private showCount(): void {
    const value = this.store.pending().length;
    const tooltip = value === 1 ? '1 refinement waits for you' : `${value} refinements wait for you`;
    this.view.badge = value === 0 ? undefined : { value, tooltip };
  }

  private readonly shown = new Set<Session>();

  /** A bar above the tree while a search runs; the title's Stop ends it. */
  private showProgress(session: Session): void {
    if (!session.isRunning || this.shown.has(session)) return;
    this.shown.add(session);
    void vscode.window.withProgress({ location: { viewId: views.refinements } }, async () => {
      await untilIdle(this.store, session);
      this.shown.delete(session);
    });
  }
}

class RefinementsProvider implements vscode.TreeDataProvider<RefinementElement>, Disposable {
  private readonly changed = new vscode.EventEmitter<RefinementElement[] | undefined>();
  private readonly subscription: Disposable;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly model: RefinementsModel) {
    this.subscription = model.onDidChange((elements) =>
      this.changed.fire(elements === null ? undefined : [...elements]),
    );
  }

  getChildren(element?: RefinementElement): RefinementElement[] {
    return [...(element === undefined ? this.model.roots() : this.model.childrenOf(element))];
  }

  getParent(element: RefinementElement): RefinementElement | undefined {
    return this.model.parentOf(element) ?? undefined;
  }

  getTreeItem(element: RefinementElement): vscode.TreeItem {
    const line = this.model.describe(element);
    const item = treeItem(line);
    if (line.checkbox !== undefined) item.checkboxState = checkboxOf(line.checkbox, line.spoken);
    if (line.capabilities.includes('candidate')) {
      item.command = { command: commands.openReview, title: 'Open Review', arguments: [element] };
    }
    return item;
  }

  resolveTreeItem(item: vscode.TreeItem, element: RefinementElement): vscode.TreeItem {
    item.tooltip = tooltip(tooltipOf(element));
    return item;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }
}

function tooltipOf(element: RefinementElement): string {
  const { session } = element;
  switch (element.kind) {
    case 'session':
      return sessionTooltip(session);
    case 'node':
      return nodeTooltip(session, element.path);
    case 'constraints':
      return constraintsTooltip(session);
    case 'constraint':
      return constraintTooltip(session, element.id);
    case 'part':
      return partTooltip(session, element.index);
  }
}

function checkboxOf(
  { isChecked, tooltip }: NonNullable<ItemDescription['checkbox']>,
  spoken: string,
): NonNullable<vscode.TreeItem['checkboxState']> {
  const { Checked, Unchecked } = vscode.TreeItemCheckboxState;
  return {
    state: isChecked ? Checked : Unchecked,
    tooltip,
    accessibilityInformation: { label: spoken, role: 'checkbox' },
  };
}

function untilIdle(store: SessionStore, session: Session): Promise<void> {
  return new Promise((resolve) => {
    const ended = new DisposableStore();
    const check = (): void => {
      if (session.isRunning && store.sessions.includes(session)) return;
      ended.dispose();
      resolve();
    };
    ended.add(store.onDidChange(check));
    ended.add(store.onDidRemove(check));
    check();
  });
}
