import { commands } from '../contributions';
import type { Errors } from '../editor/errors';
import type { Homes } from '../editor/homes';
import type { Checking } from '../views/checking/checking';
import type { LateChecking } from '../views/checking/lateChecking';
import type { CommandTable } from './register';

export interface CheckCommandsOptions {
  readonly checking: LateChecking;
  readonly errors: Errors;
  readonly homes: Homes;
}

export function checkCommands({ checking, errors, homes }: CheckCommandsOptions): CommandTable {
  const told = (how: (loaded: Checking) => Promise<string | null>) => async (): Promise<void> => {
    const message = await how(await checking.load());
    if (message !== null) void errors.showNotice(message);
  };
  return {
    [commands.checkResponse]: told(async (loaded) =>
      (await import('../views/checking/checkResponse')).checkResponse(loaded),
    ),
    [commands.showConstraints]: told(async (loaded) =>
      (await import('../views/checking/checkResponse')).showConstraints(loaded),
    ),
    [commands.openOwnVerifiers]: async () =>
      (await import('../editor/checking/openOwnVerifiers')).openOwnVerifiers(homes),
  };
}
