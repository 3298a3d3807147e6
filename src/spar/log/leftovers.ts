import { createHash, randomUUID } from 'node:crypto';
import { readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ignore } from './durable';
import { isProcessAlive, thisOwner } from './lockOwner';

/** A name beside the file for what is to replace it, from which others see whose it is. */
export function replacementBeside(file: string): string {
  return join(dirname(file), `.${basename(file)}.${machineMark()}.${process.pid}.${randomUUID()}.tmp`);
}

/**
 * Removes what killed processes were to replace the file by: those of dead processes of this machine, and those
 * that nobody touched for a day. Never throws: what can't be removed is in nobody's way.
 */
export async function removeLeftovers(file: string): Promise<void> {
  const begin = `.${basename(file)}.`;
  const folder = dirname(file);
  for (const name of await readdir(folder).catch(() => [])) {
    const found = name.startsWith(begin) ? ending.exec(name.slice(begin.length)) : null;
    if (found === null) continue;
    const [, machine, pid] = found;
    const path = join(folder, name);
    const isOver =
      machine === machineMark() ? !isProcessAlive(Number(pid)) : await isUntouched(path).catch(() => false);
    if (isOver) await unlink(path).catch(ignore);
  }
}

const ending = /^([\da-f]{8})\.(\d{1,10})\.[\da-f-]{36}\.tmp$/u;

const day = 24 * 3_600_000;

async function isUntouched(path: string): Promise<boolean> {
  return Date.now() - (await stat(path)).mtimeMs > day;
}

function machineMark(): string {
  return createHash('sha256').update(thisOwner().machine).digest('hex').slice(0, 8);
}
