import * as vscode from 'vscode';
import type { Wish } from './datasetActions';
import type { RecordTable } from './recordTable';

interface About {
  /** Tags that at least one of the records has. */
  readonly tags: readonly string[];
  readonly count: number;
}

/** Tags to add and to remove: those that the records have are ticked, and a new one can be typed. */
export async function askTags(table: RecordTable, { tags, count }: About): Promise<Wish | null> {
  const known = [...new Set([...tags, ...table.facets().tags.keys()])].sort();
  const chosen = await pickOrType({
    title: `Tags of ${records(count)}`,
    placeholder: 'Tick the tags, or type a new one and press Enter',
    values: known,
    picked: tags,
  });
  if (chosen === null) return null;
  return {
    do: 'tag',
    // With several records a ticked tag that only some have goes to all of them.
    add: chosen,
    remove: tags.filter((tag) => !chosen.includes(tag)),
  };
}

/** The split to put records into; none is one of the answers. */
export async function askSplit(table: RecordTable, { count }: About): Promise<Wish | null> {
  const known = [...new Set(['train', 'test', ...table.facets().splits.keys()])].sort();
  const quickPick = vscode.window.createQuickPick<vscode.QuickPickItem & { split?: string | null }>();
  const none = { label: 'No split', split: null };
  quickPick.title = `Split of ${records(count)}`;
  quickPick.placeholder = 'Choose a split, or type a new one';
  const show = (): void => {
    const typed = quickPick.value.trim();
    const isNew = typed !== '' && !known.includes(typed);
    quickPick.items = [
      ...(isNew ? [{ label: typed, description: 'new', split: typed }] : []),
      ...known.map((split) => ({ label: split, split })),
      none,
    ];
  };
  quickPick.onDidChangeValue(show);
  show();
  const item = await answerOf(quickPick, () => quickPick.activeItems[0]);
  return item?.split === undefined ? null : { do: 'split', split: item.split };
}

interface Question {
  readonly title: string;
  readonly placeholder: string;
  readonly values: readonly string[];
  readonly picked: readonly string[];
}

async function pickOrType(question: Question): Promise<readonly string[] | null> {
  const quickPick = vscode.window.createQuickPick();
  quickPick.title = question.title;
  quickPick.placeholder = question.placeholder;
  quickPick.canSelectMany = true;
  const item = (label: string): vscode.QuickPickItem => ({ label });
  const known = question.values.map(item);
  quickPick.items = known;
  quickPick.selectedItems = known.filter(({ label }) => question.picked.includes(label));
  quickPick.onDidChangeValue((value) => {
    const typed = value.trim();
    const selected = quickPick.selectedItems;
    const isNew = typed !== '' && !question.values.includes(typed);
    const added: vscode.QuickPickItem = { label: typed, description: 'new', alwaysShow: true };
    const kept = selected.filter(({ description }) => description !== 'new');
    quickPick.items = isNew ? [added, ...known] : known;
    quickPick.selectedItems = isNew ? [added, ...kept] : kept;
  });
  return answerOf(quickPick, () => quickPick.selectedItems.map(({ label }) => label));
}

/** What was chosen when the person pressed Enter; null when they went away. */
function answerOf<Answer>(
  quickPick: vscode.QuickPick<vscode.QuickPickItem>,
  read: () => Answer,
): Promise<Answer | null> {
  return new Promise((resolve) => {
    quickPick.onDidAccept(() => {
      resolve(read());
      quickPick.hide();
    });
    quickPick.onDidHide(() => {
      resolve(null);
      quickPick.dispose();
    });
    quickPick.show();
  });
}

function records(count: number): string {
  return count === 1 ? 'the record' : `${count.toLocaleString('en')} records`;
}
