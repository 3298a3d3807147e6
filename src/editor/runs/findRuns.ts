import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileNameProblem } from '../../spar/log/fileName';
import { runFiles } from '../../spar/log/runFolders';

/** A `.spar` folder in which runs are looked for. */
export interface RunPlace {
  readonly sparFolder: string;
  /** What tells it from the others; empty where it is plain. */
  readonly name: string;
}

export interface FoundRun {
  /** Absolute; names the run. */
  readonly folder: string;
  readonly id: string;
  readonly place: string;
  /** ISO 8601 in UTC; null where it is not told. */
  readonly created: string | null;
  /** Path of its input, as its settings tell it; null where they do not. */
  readonly input: string | null;
}

type Told = Pick<FoundRun, 'created' | 'input'>;

/** Settings of a run are some kilobytes; whatever is larger is none. */
const mostSettingsBytes = 1_000_000;

/** The self-play runs below some `.spar` folders; looks into each folder once. */
export class RunFinder {
  /** By folder: what its settings tell; false for what is no self-play run. */
  private readonly known = new Map<string, Told | false>();

  /** The newest first; folders that can't be read have none. */
  async find(places: readonly RunPlace[]): Promise<readonly FoundRun[]> {
    const found: FoundRun[] = [];
    const there = new Set<string>();
    for (const { sparFolder, name } of places) {
      const runs = join(sparFolder, 'runs');
      const entries = await readdir(runs, { withFileTypes: true }).catch(() => []);
      for (const entry of entries) {
        if (!entry.isDirectory() || fileNameProblem(entry.name) !== null) continue;
        const folder = join(runs, entry.name);
        if (there.has(folder)) continue;
        there.add(folder);
        const look = this.known.get(folder) ?? (await lookInto(folder));
        if (look === null) continue;
        this.known.set(folder, look);
        if (look !== false) found.push({ folder, id: entry.name, place: name, ...look });
      }
    }
    for (const folder of this.known.keys()) if (!there.has(folder)) this.known.delete(folder);
    return found.sort((a, b) => compare(b.created ?? '', a.created ?? '') || compare(b.folder, a.folder));
  }
}

/** Null for a folder that may still become a run: its settings are not there yet. */
async function lookInto(folder: string): Promise<Told | false | null> {
  const file = join(folder, runFiles.settings);
  try {
    if ((await stat(file)).size > mostSettingsBytes) return false;
    const kept: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof kept !== 'object' || kept === null || !('settings' in kept)) return false;
    const { settings } = kept;
    const isRun =
      typeof settings === 'object' && settings !== null && 'kind' in settings && settings.kind === 'selfplay';
    if (!isRun) return false;
    return {
      created: 'created' in kept && typeof kept.created === 'string' ? kept.created : null,
      input: inputOf(settings),
    };
  } catch {
    return null;
  }
}

function inputOf(settings: object): string | null {
  const source: unknown = 'source' in settings ? settings.source : null;
  const input: unknown =
    typeof source === 'object' && source !== null && 'input' in source ? source.input : null;
  const isNamed = typeof input === 'object' && input !== null && 'name' in input;
  return isNamed && typeof input.name === 'string' ? input.name : null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
