import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { BatchedLog } from './batchedLog';
import { makeFolder, writeFileDurably } from './durable';
import { acquireLock, type FileLock, type LockOptions } from './fileLock';
import {
  journalLine,
  journalVersion,
  readJournal,
  type JournalEvent,
  type UnreadJournalLine,
} from './journalLines';
import { jsonLine } from './jsonLine';
import { errorCode, LogError, toLogError } from './logError';
import { ReplyLog } from './replyLog';
import { ensureRunsIgnored, readObject, runFiles, runFolder } from './runFolders';
import { refuseSecrets } from './secrets';

export interface RunOptions extends LockOptions {
  readonly now?: () => Date;
}

export interface NewRun {
  /** Names the run's folder; made from the time when absent. */
  readonly id?: string;
  readonly settings: unknown;
}

/**
 * The record of one run or search in `.spar/runs/<id>/`: settings, events in order, replies by key, and a
 * summary. One process at a time has it open; others may read it with `readJournal`. Holds no secrets.
 */
export class RunJournal {
  private readonly events: BatchedLog;

  private constructor(
    readonly id: string,
    /** `.spar/runs/<id>`. */
    readonly folder: string,
    private readonly parts: Parts,
  ) {
    this.events = new BatchedLog(join(folder, runFiles.journal), parts.options);
  }

  /**
   * Begins a run below a `.spar` folder, which is made with a `.gitignore` for runs if need be.
   *
   * @throws LogError, `wrong-type` when a run of that id is there already.
   */
  static async create(sparFolder: string, run: NewRun, options: RunOptions = {}): Promise<RunJournal> {
    const id = run.id ?? newRunId((options.now ?? (() => new Date()))());
    const folder = runFolder(sparFolder, id);
    try {
      await ensureRunsIgnored(sparFolder, options.fileSystem);
    } catch (error) {
      throw toLogError(error, 'begin a run', folder);
    }
    return RunJournal.createIn(folder, run.settings, options);
  }

  /**
   * Begins a run in a folder of any name, which is made; one that is there must not hold a run.
   *
   * @throws LogError, `wrong-type` when a run is there already.
   */
  static async createIn(folder: string, settings: unknown, options: RunOptions = {}): Promise<RunJournal> {
    const now = (options.now ?? (() => new Date()))();
    const file = join(folder, runFiles.settings);
    refuseSecrets(settings, file);
    const text = readableLine({ spar: journalVersion, created: now.toISOString(), settings }, file);
    try {
      await makeFolder(folder, options.fileSystem);
    } catch (error) {
      throw toLogError(error, 'begin a run', folder);
    }
    return holdOpen(folder, options, async (lock) => {
      if (await holdsRun(folder)) throw existsAlready(folder);
      await writeFileDurably(file, `${text}\n`, options);
      return new RunJournal(basename(folder), folder, await openParts(folder, lock, options));
    });
  }

  /**
   * Opens a run to go on with it. A last line that a crash tore is closed by the next append.
   *
   * @throws LogError, `locked` when another process has it open, `not-found` when there is no such run.
   */
  static async open(sparFolder: string, id: string, options: RunOptions = {}): Promise<RunJournal> {
    return RunJournal.openIn(runFolder(sparFolder, id), options);
  }

  /** `open` for a folder of any name. @throws LogError, `wrong-type` for a run of a newer version of SPaR. */
  static async openIn(folder: string, options: RunOptions = {}): Promise<RunJournal> {
    return holdOpen(folder, options, async (lock) => {
      const file = join(folder, runFiles.settings);
      await readFile(file);
      const version = (await readObject(file)).get('spar');
      if (typeof version === 'number' && version > journalVersion) throw ofNewerVersion(folder);
      return new RunJournal(basename(folder), folder, await openParts(folder, lock, options));
    });
  }

  /** Held as long as the run is open; for further files of the run. */
  get lock(): FileLock {
    return this.parts.lock;
  }

  /** Fits the `ReplyStore` of the models layer. */
  get replies(): ReplyLog {
    return this.parts.replies;
  }

  /**
   * Adds an event and resolves when it is on the disk; events of one tick share one sync. The payload is
   * taken as it is now, later changes to it don't count.
   *
   * @throws LogError
   */
  async append(kind: string, payload: unknown): Promise<void> {
    const file = join(this.folder, runFiles.journal);
    refuseSecrets(payload, file);
    const time = this.parts.now().toISOString();
    await this.events.add(lineOrError(() => journalLine({ kind, time, payload }), file));
  }

  /** What is written so far; see `readJournal`. */
  async *read(): AsyncGenerator<JournalEvent | UnreadJournalLine, void, void> {
    await this.events.settle();
    yield* readJournal(join(this.folder, runFiles.journal));
  }

  /** The run's settings as they were given. */
  async settings(): Promise<unknown> {
    return (await readObject(join(this.folder, runFiles.settings))).get('settings');
  }

  /**
   * Replaces the summary in one step.
   *
   * @throws LogError
   */
  async writeSummary(summary: unknown): Promise<void> {
    const file = join(this.folder, runFiles.summary);
    refuseSecrets(summary, file);
    const text = readableLine({ spar: journalVersion, time: this.parts.now().toISOString(), summary }, file);
    await writeFileDurably(file, `${text}\n`, this.parts.options);
  }

  /** Waits for what is being written and lets other processes have the run. Never rejects. */
  async close(): Promise<void> {
    await this.events.settle();
    await this.parts.replies.close();
    await this.parts.lock.release();
  }
}

interface Parts {
  readonly replies: ReplyLog;
  readonly lock: FileLock;
  readonly now: () => Date;
  readonly options: RunOptions & { readonly lock: FileLock };
}

async function openParts(folder: string, lock: FileLock, options: RunOptions): Promise<Parts> {
  const held = { ...options, lock };
  const replies = await ReplyLog.open(join(folder, runFiles.replies), held);
  return { replies, lock, now: options.now ?? (() => new Date()), options: held };
}

async function holdOpen(
  folder: string,
  options: RunOptions,
  open: (lock: FileLock) => Promise<RunJournal>,
): Promise<RunJournal> {
  const lock = await acquireLock(join(folder, runFiles.lock), { waitMs: 3000, ...options }).catch(
    (error: unknown) => {
      throw error instanceof LogError && error.kind === 'locked' ? openElsewhere(folder, error) : error;
    },
  );
  try {
    return await open(lock);
  } catch (error) {
    await lock.release();
    throw toLogError(error, 'open the run', folder);
  }
}

/** Sorts by time, and is unique among processes that begin in the same second. */
export function newRunId(now: Date): string {
  const time = now.toISOString().slice(0, 19).replace(/[-:]/gu, '').replace('T', '-');
  return `${time}-${randomBytes(4).toString('hex')}`;
}

function readableLine(value: unknown, file: string): string {
  return lineOrError(() => jsonLine(value, ['spar', 'created', 'time']), file);
}

function lineOrError(write: () => string, file: string): string {
  try {
    return write();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LogError({
      kind: 'unwritable',
      path: file,
      cause,
      message: `Nothing was added to ${file}: ${reason}`,
    });
  }
}

async function holdsRun(folder: string): Promise<boolean> {
  try {
    await stat(join(folder, runFiles.settings));
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function existsAlready(folder: string): LogError {
  const message = `A run is already kept in ${folder}. Choose another id, or open that run.`;
  return new LogError({ kind: 'wrong-type', path: folder, message });
}

/** What it holds may mean something else than here, so nothing is added to it. */
function ofNewerVersion(folder: string): LogError {
  const message = `The run in ${folder} was begun by a newer version of SPaR. Update SPaR to go on with it.`;
  return new LogError({ kind: 'wrong-type', path: folder, message });
}

function openElsewhere(folder: string, cause: LogError): LogError {
  const message = `The run in ${folder} is open in another window or terminal. Close it there, then try again.`;
  return new LogError({ kind: 'locked', path: folder, cause, message });
}
