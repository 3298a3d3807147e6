import * as path from 'node:path';
import type { ReplyStore } from '../../spar/models/recorded';
import type { RunJournal } from '../../spar/log/runJournal';
import type { Home } from '../homes';
import type { JournalEntry, SessionJournal, SessionJournals, StoredSession } from './ports';
import type { SessionSource } from './session';

export interface FileJournalsOptions {
  readonly homeOf: (document: string | null) => Home;
  /** Every place to look for earlier sessions. */
  readonly homes: () => readonly Home[];
  /** Into the log: what could not be read back. */
  readonly note: (message: string, cause?: unknown) => void;
}

/** Sessions that come back after a reload. */
const mostRestored = 30;

/** Journals of sessions as runs in `.spar/runs/<id>/`. */
export class FileJournals implements SessionJournals {
  /** The `.spar` folder of each session that was made or found here. */
  private readonly folders = new Map<string, string>();

  constructor(private readonly options: FileJournalsOptions) {}

  async create(id: string, source: SessionSource): Promise<SessionJournal> {
    const { RunJournal } = await import('../../spar/log/runJournal');
    const { sparFolder } = this.options.homeOf(source.uri);
    this.folders.set(id, sparFolder);
    const run = await RunJournal.create(sparFolder, { id, settings: { kind: sessionKind } });
    return new FileJournal(() => Promise.resolve(run));
  }

  async *restore(): AsyncIterable<StoredSession> {
    const { listRuns } = await import('../../spar/log/runFolders');
    for (const { sparFolder } of this.options.homes()) {
      try {
        const runs = (await listRuns(sparFolder)).filter(({ settings }) => isSession(settings));
        for (const run of runs.slice(0, mostRestored).reverse()) {
          const entries = await this.read(run.folder);
          if (entries === null) continue;
          this.folders.set(run.id, sparFolder);
          const journal = new FileJournal(() => openRun(sparFolder, run.id));
          yield { id: run.id, entries, journal };
        }
      } catch (cause) {
        this.options.note(`Earlier searches in ${sparFolder} could not be read.`, cause);
      }
    }
  }

  async forget(id: string): Promise<void> {
    const sparFolder = this.folders.get(id);
    if (sparFolder === undefined) return;
    const { forgottenKind } = await import('./journalSchema');
    const run = await openRun(sparFolder, id);
    try {
      await run.append(forgottenKind, {});
    } finally {
      await run.close();
    }
  }

  /** Null where the session was taken off the list. */
  private async read(folder: string): Promise<readonly JournalEntry[] | null> {
    const [{ readJournal }, { parseEntry, forgottenKind }] = await Promise.all([
      import('../../spar/log/journalLines'),
      import('./journalSchema'),
    ]);
    const entries: JournalEntry[] = [];
    let unread = 0;
    for await (const line of readJournal(path.join(folder, 'journal.jsonl'))) {
      if (!('kind' in line)) {
        unread += 1;
        continue;
      }
      if (line.kind === forgottenKind) return null;
      const entry = parseEntry(line.kind, line.payload);
      if (entry === null) unread += 1;
      else entries.push(entry);
    }
    if (unread > 0)
      this.options.note(`${unread} lines of the search in ${folder} could not be read and are left out.`);
    return entries;
  }
}

const sessionKind = 'session';

function isSession(settings: unknown): boolean {
  return (
    typeof settings === 'object' && settings !== null && 'kind' in settings && settings.kind === sessionKind
  );
}

async function openRun(sparFolder: string, id: string): Promise<RunJournal> {
  const { RunJournal } = await import('../../spar/log/runJournal');
  return RunJournal.open(sparFolder, id);
}

/** Opens its run when it is first written to, so that looking at old sessions locks nothing. */
class FileJournal implements SessionJournal {
  private opened: Promise<RunJournal> | null = null;

  constructor(private readonly open: () => Promise<RunJournal>) {}

  async append(entry: JournalEntry): Promise<void> {
    const { kind, ...rest } = entry;
    const run = await this.run();
    await run.append(kind, 'event' in rest ? rest.event : rest);
  }

  async replies(): Promise<ReplyStore> {
    return (await this.run()).replies;
  }

  async close(): Promise<void> {
    const opened = this.opened;
    this.opened = null;
    await (await opened?.catch(() => undefined))?.close();
  }

  private run(): Promise<RunJournal> {
    this.opened ??= this.open().catch((cause: unknown) => {
      // The next append tries again: the disk may have room by then, the other window be closed.
      this.opened = null;
      throw cause;
    });
    return this.opened;
  }
}
