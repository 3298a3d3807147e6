import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ignore, writeWhole } from './durable';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { errorCode, LogError, toLogError } from './logError';
import { describeOwner, isSameMachine, parseOwner, isProcessAlive, thisOwner } from './lockOwner';

export interface LockOptions {
  /**
   * How long to wait for another process; 30 s by default, 0 to try once. A lock that its owner does not
   * touch meanwhile is waited for until it is stale.
   */
  readonly waitMs?: number;
  /** A lock whose file nobody touched for this long is given up by its owner; 10 s by default. */
  readonly staleMs?: number;
  readonly signal?: AbortSignal;
  readonly fileSystem?: LogFileSystem;
}

export interface FileLock {
  /** Of the lock file itself. */
  readonly path: string;
  /** @throws LogError `locked` when another process has taken the lock over, as after a long sleep. */
  assertHeld(): Promise<void>;
  /** Never throws: what can't be removed goes stale. */
  release(): Promise<void>;
}

/**
 * Takes the lock of a file: `<file>.lock`, created exclusively, which is atomic on local disks, on NFS from
 * version 3 and on Windows shares, where appends by two machines are not. The owner touches it while it
 * holds it. A waiter takes it over when its owner's process is dead on this machine, or when the waiter
 * itself, by its own clock, saw it untouched for `staleMs`; clocks of machines are never compared.
 *
 * @throws LogError `locked` when it is still held after `waitMs`, or another kind when the folder can't be
 * written; `signal.reason` when aborted.
 */
export async function acquireLock(file: string, options: LockOptions = {}): Promise<FileLock> {
  const place: LockPlace = {
    path: `${file}.lock`,
    staleMs: options.staleMs ?? 10_000,
    fileSystem: options.fileSystem ?? nodeFileSystem,
  };
  try {
    return await waitForLock(file, place, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    throw toLogError(error, 'lock the file', file);
  }
}

interface LockPlace {
  readonly path: string;
  readonly staleMs: number;
  readonly fileSystem: LogFileSystem;
}

/** Milliseconds between two touches by the owner. */
function beat(place: LockPlace): number {
  return place.staleMs / 5;
}

/** The lock file as it was last seen. */
interface Sighting {
  readonly text: string;
  readonly touched: number;
}

async function waitForLock(file: string, place: LockPlace, options: LockOptions): Promise<FileLock> {
  const waitMs = options.waitMs ?? 30_000;
  const began = performance.now();
  let seen: (Sighting & { readonly since: number }) | null = null;
  let guardedSince: number | null = null;
  for (let attempt = 0; ; attempt += 1) {
    options.signal?.throwIfAborted();
    const lock = await tryCreate(place, performance.now() - began);
    if (lock !== null) return lock;
    const found = await look(place);
    const now = performance.now();
    if (found !== null) {
      if (seen?.text !== found.text || seen.touched !== found.touched) seen = { ...found, since: now };
      if (isAbandoned(found, now - seen.since, place.staleMs)) {
        if (await removeUnderGuard(place, found, (current) => current.touched === found.touched)) continue;
        guardedSince ??= now;
        if (now - guardedSince > place.staleMs)
          await place.fileSystem.unlink(guardPath(place, found)).catch(ignore);
      }
    }
    // A living owner would have touched it by now: better to wait until it is stale than to give up.
    const isSuspect = waitMs > 0 && seen !== null && now - seen.since > 1.25 * beat(place);
    if (now - began >= waitMs && !isSuspect) throw stillHeld(file, place, found);
    await delay(1 + Math.random() * Math.min(50, 4 + attempt * 2), undefined, signalOf(options));
  }
}

/** Null while another holds it. */
async function tryCreate(place: LockPlace, waitedMs: number): Promise<FileLock | null> {
  const text = JSON.stringify({ token: randomUUID(), ...thisOwner() });
  const begun = { wall: Date.now(), steady: performance.now() };
  try {
    const handle = await place.fileSystem.open(place.path, 'wx');
    try {
      await writeWhole(handle, Buffer.from(text, 'utf8'));
    } catch (error) {
      await place.fileSystem.unlink(place.path).catch(ignore);
      throw error;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return null;
    // Windows answers so while a removed lock file is still open in another process.
    const leaving = process.platform === 'win32' && ['EACCES', 'EBUSY', 'EPERM'].includes(code ?? '');
    if (leaving && waitedMs < 2000) return null;
    throw error;
  }
  return new HeldLock(place, text, begun);
}

async function look(place: LockPlace): Promise<Sighting | null> {
  try {
    // Opening, unlike asking for a path's attributes, makes a network folder fetch them anew.
    const handle = await place.fileSystem.open(place.path, 'r');
    try {
      const { mtimeMs } = await handle.stat();
      return { text: await handle.readFile('utf8'), touched: mtimeMs };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    if (process.platform === 'win32' && ['EACCES', 'EBUSY', 'EPERM'].includes(errorCode(error) ?? ''))
      return null;
    throw error;
  }
}

function isAbandoned(found: Sighting, untouchedMs: number, staleMs: number): boolean {
  const owner = parseOwner(found.text);
  if (owner === null || !isSameMachine(owner)) return untouchedMs > staleMs;
  // A living process that is stopped in a debugger gets longer; its number may also be a stranger's by now.
  return isProcessAlive(owner.pid) ? untouchedMs > 2 * staleMs : true;
}

/**
 * Removes the lock file if it is still the one that was seen. Whoever removes the lock of an owner that may
 * be gone must hold that owner's guard file, so that two waiters can't remove each other's new locks.
 * False when another holds the guard.
 */
async function removeUnderGuard(
  place: LockPlace,
  seen: Sighting,
  isSame: (current: Sighting) => boolean,
): Promise<boolean> {
  const guard = guardPath(place, seen);
  try {
    await (await place.fileSystem.open(guard, 'wx')).close();
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    const current = await look(place);
    if (current?.text === seen.text && isSame(current)) await place.fileSystem.unlink(place.path);
  } finally {
    await place.fileSystem.unlink(guard).catch(ignore);
  }
  return true;
}

function guardPath(place: LockPlace, seen: Sighting): string {
  return `${place.path}.${parseOwner(seen.text)?.token ?? 'unnamed'}`;
}

function stillHeld(file: string, place: LockPlace, found: Sighting | null): LogError {
  const owner = found === null ? null : parseOwner(found.text);
  return new LogError({
    kind: 'locked',
    path: file,
    message:
      `Another process (${describeOwner(owner)}) is writing ${file} and did not finish in time. ` +
      `Try again; if no such process runs, delete ${place.path}.`,
  });
}

function signalOf(options: LockOptions): { signal?: AbortSignal } {
  return options.signal === undefined ? {} : { signal: options.signal };
}

interface Moment {
  readonly wall: number;
  readonly steady: number;
}

class HeldLock implements FileLock {
  readonly path: string;
  private lost = false;
  private readonly heartbeat: NodeJS.Timeout;

  constructor(
    private readonly place: LockPlace,
    private readonly text: string,
    private touched: Moment,
  ) {
    this.path = place.path;
    this.heartbeat = setInterval(() => void this.touch(), beat(place));
    this.heartbeat.unref();
  }

  async assertHeld(): Promise<void> {
    if (this.isDoubtful()) this.lost ||= (await look(this.place))?.text !== this.text;
    if (!this.lost) return;
    throw new LogError({
      kind: 'locked',
      path: this.path,
      message: `Another process took over the lock ${this.path} while this one slept. Nothing was written; try again.`,
    });
  }

  async release(): Promise<void> {
    clearInterval(this.heartbeat);
    if (this.lost) return;
    try {
      if (this.isDoubtful()) await removeUnderGuard(this.place, { text: this.text, touched: 0 }, () => true);
      else await this.place.fileSystem.unlink(this.path);
    } catch {
      // The heartbeat has ended, so the lock goes stale by itself.
    }
  }

  /** True when a waiter may by now have seen the lock untouched for too long. */
  private isDoubtful(): boolean {
    // A steady clock may stand still while the machine sleeps, and the wall clock may be set back.
    const gap = Math.max(Date.now() - this.touched.wall, performance.now() - this.touched.steady);
    return gap > this.place.staleMs / 2;
  }

  private async touch(): Promise<void> {
    const begun = { wall: Date.now(), steady: performance.now() };
    try {
      if (this.isDoubtful()) await this.assertHeld();
      await this.place.fileSystem.utimes(this.path, new Date(), new Date());
      this.touched = begun;
    } catch {
      // Looked at again at the next beat, and before anything is written.
    }
  }
}
