import * as vscode from 'vscode';
import { commands } from '../contributions';
import type { SessionStore } from '../editor/sessions';
import type { NodeReference } from '../editor/sessions/session';
import { conflictsOf } from '../spar/search/conflicts';
import { conflictSentence } from '../views/refinements/conflictWords';
import { describeNode } from '../views/refinements/describe';
import type { CommandTable } from './register';

export interface ConflictCommandsOptions {
  readonly store: SessionStore;
  /** Shows a node in the view without taking focus. */
  readonly show: (node: NodeReference) => Promise<void>;
}

export function conflictCommands({ store, show }: ConflictCommandsOptions): CommandTable {
  return {
    [commands.showConflicts]: async () => {
      await store.restore();
      const items = store.sessions.flatMap((session) =>
        conflictsOf(session.tree).map((conflict) => ({
          session,
          path: conflict.path,
          label: describeNode(session, conflict.path).label,
          description: session.title,
          detail: conflictSentence(conflict),
        })),
      );
      if (items.length === 0) {
        void vscode.window.showInformationMessage(
          'In no search of the list do votes or a critique disagree with the rules.',
        );
        return;
      }
      const picked = await vscode.window.showQuickPick(items, {
        title: 'Conflicts: Votes and Critiques Against Rules',
        placeHolder: 'Which text to show in its tree',
        matchOnDescription: true,
        matchOnDetail: true,
      });
      if (picked !== undefined) await show(picked);
    },
  };
}
