import * as vscode from 'vscode';

/** A line of a tree as plain data. */
export interface TreeLine {
  /** Stable, and its own in the tree. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly icon: string;
  /** A theme colour of the icon; null for the icon's own. */
  readonly color: string | null;
  readonly children: 'none' | 'expanded' | 'collapsed';
  /** What a screen reader says. */
  readonly spoken: string;
  /** What menus ask about. */
  readonly capabilities: readonly string[];
}

export function treeItem(line: TreeLine): vscode.TreeItem {
  const item = new vscode.TreeItem(line.label, collapsible[line.children]);
  item.id = line.id;
  item.description = line.description;
  item.iconPath = new vscode.ThemeIcon(
    line.icon,
    line.color === null ? undefined : new vscode.ThemeColor(line.color),
  );
  item.contextValue = line.capabilities.join(' ');
  item.accessibilityInformation = { label: line.spoken };
  return item;
}

/** A tooltip of Markdown that can run no command and holds no HTML. */
export function tooltip(markdown: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown, false);
  text.isTrusted = false;
  text.supportHtml = false;
  return text;
}

const collapsible = {
  none: vscode.TreeItemCollapsibleState.None,
  expanded: vscode.TreeItemCollapsibleState.Expanded,
  collapsed: vscode.TreeItemCollapsibleState.Collapsed,
} as const;
