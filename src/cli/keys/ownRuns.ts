import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { parseJson } from '../../spar/log/jsonLine';
import { runFiles } from '../../spar/log/runFolders';
import type { Terminal } from '../terminal';

type Surroundings = Pick<Terminal, 'environment'>;

/**
 * Whether a person began the run at a terminal of this machine or trusted it there, and its settings are still the
 * same. A folder comes from anywhere, so what its settings say is not what a person here has said. Never throws.
 */
export async function isOwnRun(folder: string, terminal: Surroundings): Promise<boolean> {
  const file = listOf(terminal);
  const digest = await digestOf(folder);
  if (file === null || digest === null) return false;
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  return lines.some((line) => line.includes(digest) && settingsIn(line) === digest);
}

/** Remembers a run as one's own; where nothing can be kept it is asked about again. Never throws. */
export async function noteOwnRun(folder: string, terminal: Surroundings): Promise<void> {
  const file = listOf(terminal);
  const settings = await digestOf(folder);
  if (file === null || settings === null || (await isOwnRun(folder, terminal))) return;
  // The folder is for a person who reads the list: a run may be moved.
  const line = `${JSON.stringify({ settings, folder: resolve(folder) })}\n`;
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    // Short and in one piece, so that commands that begin runs at the same time do not mix theirs.
    await appendFile(file, line, { mode: 0o600 });
  } catch {
    // Without it a key that is meant for the run is asked about, and `--trust` says so each time.
  }
}

/** Below the folder for a user's state (XDG base directories; Windows' own); null where the environment names none. */
function listOf({ environment }: Surroundings): string | null {
  const { XDG_STATE_HOME: state = '', LOCALAPPDATA: windows = '', HOME: home = '' } = environment;
  const below = [state, windows, home === '' ? '' : join(home, '.local', 'state')];
  const folder = below.find((candidate) => isAbsolute(candidate));
  return folder === undefined ? null : join(folder, 'spar', 'own-runs.jsonl');
}

/** Of a run's settings, which name its beginning to the millisecond; null where they can't be read. */
async function digestOf(folder: string): Promise<string | null> {
  try {
    return createHash('sha256')
      .update(await readFile(join(folder, runFiles.settings)))
      .digest('hex');
  } catch {
    return null;
  }
}

function settingsIn(line: string): unknown {
  const parsed = parseJson(line);
  const value = parsed.ok ? parsed.value : null;
  return typeof value === 'object' && value !== null && 'settings' in value ? value.settings : null;
}
