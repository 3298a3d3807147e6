import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { parseJson } from './jsonLine';
import { errorCode } from './logError';

export interface LockOwner {
  /** Unique for each time a lock is taken; letters, digits and hyphens only. */
  readonly token: string;
  readonly pid: number;
  /** Where `pid` means something: host, boot and process namespace. */
  readonly machine: string;
}

export function thisOwner(): Omit<LockOwner, 'token'> {
  return { pid: process.pid, machine: machineName() };
}

/** What a lock file says; null for an empty or foreign one. Its text is not trusted: it names a file. */
export function parseOwner(text: string): LockOwner | null {
  const parsed = parseJson(text);
  const value = parsed.ok ? parsed.value : null;
  if (typeof value !== 'object' || value === null) return null;
  if (!('token' in value && 'pid' in value && 'machine' in value)) return null;
  const { token, pid, machine } = value;
  if (typeof token !== 'string' || !/^[\da-z-]{1,64}$/iu.test(token)) return null;
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid <= 0) return null;
  return typeof machine === 'string' ? { token, pid, machine } : null;
}

export function isSameMachine(owner: LockOwner): boolean {
  return owner.machine === machineName();
}

export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== 'ESRCH';
  }
}

export function describeOwner(owner: LockOwner | null): string {
  return owner === null
    ? 'unknown'
    : `process ${owner.pid} on ${owner.machine.split(' ')[0] ?? 'another machine'}`;
}

/** Two containers may share a host name but count their processes apart, so Linux's own marks are added. */
function machineName(): string {
  const marks = [hostname()];
  try {
    marks.push(
      readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
      readlinkSync('/proc/self/ns/pid'),
    );
  } catch {
    // Not Linux: the host name must do.
  }
  return marks.join(' ');
}
