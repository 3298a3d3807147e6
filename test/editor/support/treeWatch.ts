import type * as vscode from 'vscode';

/** When a tree view's provider gave the editor its first lines. Changes nothing of what it gives. */
export class TreeWatch {
  private view: Pick<vscode.TreeView<unknown>, 'visible'> | null = null;
  private readonly roots = new Set<unknown>();
  private readonly children = new Set<unknown>();
  private rootAt: number | null = null;
  private childAt: number | null = null;

  constructor(private readonly viewId: string) {}

  /** Before the view is made with this `vscode`. */
  watch({ window }: typeof vscode): void {
    const create = window.createTreeView.bind(window);
    Object.defineProperty(window, 'createTreeView', {
      configurable: true,
      writable: true,
      value: <Line>(id: string, options: vscode.TreeViewOptions<Line>): vscode.TreeView<Line> => {
        if (id !== this.viewId) return create(id, options);
        const view = create(id, { ...options, treeDataProvider: this.watched(options.treeDataProvider) });
        this.view = view;
        return view;
      },
    });
  }

  get isVisible(): boolean {
    return this.view?.visible === true;
  }

  /** In milliseconds of `performance.now()`; null until the first line and one below it have been given. */
  given(): { readonly rootAt: number; readonly childAt: number } | null {
    const { rootAt, childAt } = this;
    return rootAt === null || childAt === null ? null : { rootAt, childAt };
  }

  private watched<Line>(provider: vscode.TreeDataProvider<Line>): vscode.TreeDataProvider<Line> {
    const getChildren = async (line?: Line): Promise<Line[]> => {
      const lines = (await provider.getChildren(line)) ?? [];
      for (const given of lines) (line === undefined ? this.roots : this.children).add(given);
      return lines;
    };
    const getTreeItem = async (line: Line): Promise<vscode.TreeItem> => {
      const item = await provider.getTreeItem(line);
      if (this.roots.has(line)) this.rootAt ??= performance.now();
      if (this.children.has(line)) this.childAt ??= performance.now();
      return item;
    };
    const watched = Object.create(provider) as vscode.TreeDataProvider<Line>;
    return Object.assign(watched, { getChildren, getTreeItem });
  }
}
