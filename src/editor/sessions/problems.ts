import * as vscode from 'vscode';
import { commands } from '../../contributions';
import { rootPath } from '../../spar/search/events';
import type { Errors } from '../errors';
import type { SessionProblems } from './ports';
import type { Session } from './session';

/** Tells a person what went wrong with a session; of a journal that fails only once, for it fails often. */
export function createProblems(errors: Errors): SessionProblems {
  const told = new WeakSet<Session>();
  return {
    journalFailed: (session, cause) => {
      if (told.has(session)) {
        errors.note('A search could not be saved.', cause);
        return;
      }
      told.add(session);
      void errors.showWith(
        `This search goes on, but it can't be saved, so it will not come back after the window is closed.`,
        cause,
      );
    },
    searchFailed: (session, cause) => {
      const reference = { sessionId: session.id, path: rootPath };
      void errors.show(cause, { retry: () => vscode.commands.executeCommand(commands.resume, reference) });
    },
  };
}
