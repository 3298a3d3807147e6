import { harmless } from '../spar/text/harmless';
import { exitCodes } from './exitCodes';
import type { Terminal } from './terminal';

/** Tells a person why `spar run`, say, goes no further; the exit code. A reason may hold what files and servers say. */
export function fail(command: string, reason: string, { stderr }: Pick<Terminal, 'stderr'>): number {
  stderr.write(`${command}: ${harmless(reason)}\n`);
  return exitCodes.failed;
}
