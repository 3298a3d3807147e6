import { basename } from 'node:path';
import * as vscode from 'vscode';
import { commitsOf, revisionProblem, type GitOptions } from './olderVersion';

export interface Revision {
  readonly revision: string;
  readonly label: string;
}

/** With what to compare: the last commit, one that touched the file, or any other; null when the person turns back. */
export async function askRevision(file: string, options: GitOptions): Promise<Revision | null> {
  const commits = await commitsOf(file, options);
  const title = `SPaR: Compare ${basename(file)} With`;
  const other = { label: 'Another revision…', revision: null };
  const items: (vscode.QuickPickItem & { readonly revision: string | null })[] = [
    { label: 'HEAD', description: 'as it was committed last', revision: 'HEAD' },
    ...commits.map(({ hash, date, subject }) => ({
      label: plain(subject),
      description: `${hash.slice(0, 8)} · ${date}`,
      revision: hash,
    })),
    other,
  ];
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (picked === undefined) return null;
  if (picked.revision !== null) {
    const { revision } = picked;
    return { revision, label: revision === 'HEAD' ? 'HEAD' : revision.slice(0, 8) };
  }
  const named = await vscode.window.showInputBox({
    title,
    prompt: 'A commit, a branch or a tag, for example HEAD~1',
    validateInput: revisionProblem,
  });
  return named === undefined ? null : { revision: named, label: named };
}

/** A subject comes from elsewhere and must hide no icons. */
function plain(text: string): string {
  return text.replace(/\$\(/gu, '$ (');
}
