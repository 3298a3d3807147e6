import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive, isSameMachine, parseOwner } from '../log/lockOwner';
import { runFiles } from '../log/runFolders';

/**
 * Whether a process has the run open, as far as its lock tells. Never fails. Where the clocks of two machines differ much,
 * a run that the other one works on seems broken off; its lock holds all the same.
 */
export async function isRunOpen(folder: string): Promise<boolean> {
  const file = join(folder, `${runFiles.lock}.lock`);
  const [text, found] = await Promise.all([readFile(file, 'utf8'), stat(file)]).catch(() => [null, null]);
  const owner = text === null ? null : parseOwner(text);
  if (owner === null || found === null) return false;
  if (isSameMachine(owner) && !isProcessAlive(owner.pid)) return false;
  // After a power cut the machine counts as another one, and a process's number may be a stranger's.
  return Math.abs(Date.now() - found.mtimeMs) < leftAloneMs;
}

/** A lock is touched every other second as long as it is held. */
const leftAloneMs = 30_000;
