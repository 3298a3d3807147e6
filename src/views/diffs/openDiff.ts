import * as vscode from 'vscode';

/** The only file that opens diffs. */
export interface Diff {
  readonly left: vscode.Uri;
  readonly right: vscode.Uri;
  readonly title: string;
  readonly preserveFocus: boolean;
}

export async function openDiff({ left, right, title, preserveFocus }: Diff): Promise<void> {
  await vscode.commands.executeCommand('vscode.diff', left, right, title, { preview: true, preserveFocus });
}

export interface DiffGroup {
  readonly title: string;
  readonly diffs: readonly Omit<Diff, 'preserveFocus'>[];
}

/** All diffs in one editor; where this editor has no such thing, the first one alone. */
export async function openDiffs({ title, diffs }: DiffGroup): Promise<void> {
  const [first] = diffs;
  if (first === undefined) return;
  try {
    const resources = diffs.map(({ left, right }) => [right, left, right]);
    await vscode.commands.executeCommand('vscode.changes', title, resources);
  } catch {
    await openDiff({ ...first, preserveFocus: false });
  }
}
