import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, writeFileDurably } from './durable';
import { acquireLock } from './fileLock';
import { nodeFileSystem, type LogFileSystem } from './fileSystem';
import { fileNameProblem } from './fileName';
import { parseJson } from './jsonLine';
import { errorCode, LogError, toLogError } from './logError';

export const runFiles = {
  settings: 'settings.json',
  journal: 'journal.jsonl',
  replies: 'replies.jsonl',
  summary: 'summary.json',
  /** Becomes `run.lock`. */
  lock: 'run',
} as const;

export interface RunEntry {
  readonly id: string;
  readonly folder: string;
  /** ISO 8601 in UTC; null when the settings file is missing or damaged. */
  readonly created: string | null;
  readonly settings: unknown;
  /** As last written; undefined when there is none. */
  readonly summary: unknown;
}

/**
 * The runs kept below a `.spar` folder, newest first; none when the folder does not exist.
 *
 * @throws LogError
 */
export async function listRuns(sparFolder: string): Promise<readonly RunEntry[]> {
  const runs = join(sparFolder, 'runs');
  const names = await readdir(runs, { withFileTypes: true }).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return [];
    throw toLogError(error, 'list the runs', runs);
  });
  const folders = names.filter((entry) => entry.isDirectory() && fileNameProblem(entry.name) === null);
  const entries = await Promise.all(folders.map(({ name }) => readRun(join(runs, name), name)));
  return entries.sort((a, b) => compare(b.created ?? '', a.created ?? '') || compare(b.id, a.id));
}

/**
 * Deletes the oldest runs beyond `keep`, for good; runs that are open in any process are left.
 *
 * @returns ids of the deleted runs.
 * @throws LogError
 */
export async function pruneRuns(sparFolder: string, keep: number): Promise<readonly string[]> {
  const pruned: string[] = [];
  for (const { id, folder } of (await listRuns(sparFolder)).slice(Math.max(0, keep))) {
    if (await deleteUnlessOpen(folder)) pruned.push(id);
  }
  return pruned;
}

/**
 * `<sparFolder>/runs/<id>`.
 *
 * @throws LogError `wrong-type` when the id can't name a folder.
 */
export function runFolder(sparFolder: string, id: string): string {
  const problem = fileNameProblem(id);
  if (problem === null) return join(sparFolder, 'runs', id);
  const message = `“${id}” can't name a run: ${problem}. Choose another id.`;
  throw new LogError({ kind: 'wrong-type', path: join(sparFolder, 'runs'), message });
}

/** Keeps runs, but not prompts, out of Git; a `.gitignore` that is there already is the user's. */
export async function ensureRunsIgnored(sparFolder: string, fileSystem?: LogFileSystem): Promise<void> {
  await makeFolder(sparFolder, fileSystem);
  const file = join(sparFolder, '.gitignore');
  try {
    await (fileSystem ?? nodeFileSystem).stat(file);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
    const text = '# Journals of searches and runs: large, and rebuilt by running again.\n/runs/*\n';
    await writeFileDurably(file, text, fileSystem === undefined ? {} : { fileSystem });
  }
}

async function readRun(folder: string, id: string): Promise<RunEntry> {
  const settings = await readObject(join(folder, runFiles.settings));
  const summary = await readObject(join(folder, runFiles.summary));
  const created = settings.get('created');
  return {
    id,
    folder,
    created: typeof created === 'string' ? created : null,
    settings: settings.get('settings'),
    summary: summary.get('summary'),
  };
}

/** Empty when the file is missing or is no JSON object. */
export async function readObject(file: string): Promise<ReadonlyMap<string, unknown>> {
  const parsed = parseJson(await readFile(file, 'utf8').catch(() => ''));
  const value = parsed.ok ? parsed.value : null;
  return new Map(typeof value === 'object' && value !== null ? Object.entries(value) : []);
}

async function deleteUnlessOpen(folder: string): Promise<boolean> {
  try {
    const lock = await acquireLock(join(folder, runFiles.lock), { waitMs: 0 });
    try {
      await rm(folder, { recursive: true, force: true });
    } finally {
      await lock.release();
    }
    return true;
  } catch (error) {
    if (error instanceof LogError && error.kind === 'locked') return false;
    throw toLogError(error, 'delete the run', folder);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
