import { dirname } from 'node:path';
import * as vscode from 'vscode';

/** Something that was deleted, is kept below a `.spar` folder, and can come back. */
export interface Trashed {
  /** Where it goes back to. */
  readonly from: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What is to come back, the latest first; null where the person turned back. */
export async function pickTrashed<Kept extends Trashed>(
  trashed: readonly Kept[],
  { title, label, about }: TrashedWords<Kept>,
): Promise<Kept | null> {
  const items = trashed
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .map((one) => ({
      label: label(one),
      description: [deletedWords(one), about?.(one) ?? ''].filter((part) => part !== '').join(' · '),
      detail: vscode.workspace.asRelativePath(vscode.Uri.file(dirname(one.from))),
      trashed: one,
    }));
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: 'Which one to put back where it was',
  });
  return picked?.trashed ?? null;
}

interface TrashedWords<Kept> {
  readonly title: string;
  /** With its icon. */
  readonly label: (one: Kept) => string;
  /** What else tells it from the others. */
  readonly about?: (one: Kept) => string;
}

function deletedWords({ at }: Trashed): string {
  const time = Date.parse(at);
  return Number.isNaN(time) ? '' : `deleted ${new Date(time).toLocaleString()}`;
}
