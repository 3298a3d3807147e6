import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { isProcessAlive, isSameMachine, parseOwner } from '../log/lockOwner';
import { runFiles } from '../log/runFolders';

/**
 * Whether a process has the run open, as far as its lock tells. Never fails. Where the clocks of two machines differ much,
 * a run that the other one works on seems broken off; its lock holds all the same.
 */
export async function isRunOpen(folder: string): Promise<boolean> {
  const lock = await look(join(folder, `${runFiles.lock}.lock`)).catch(() => null);
  const owner = lock === null ? null : parseOwner(lock.text);
  if (lock === null || owner === null) return false;
  if (isSameMachine(owner) && !isProcessAlive(owner.pid)) return false;
  // After a power cut the machine counts as another one, and a process's number may be a stranger's.
  return Math.abs(Date.now() - lock.touched) < leftAloneMs;
}

/** A lock is touched every other second as long as it is held. */
const leftAloneMs = 30_000;

async function look(file: string): Promise<{ readonly text: string; readonly touched: number }> {
  // Opening makes a network folder tell when it was touched last, not when it was looked at last.
  const handle = await open(file, 'r');
  try {
    const { mtimeMs } = await handle.stat();
    return { text: await handle.readFile('utf8'), touched: mtimeMs };
  } finally {
    await handle.close();
  }
}
