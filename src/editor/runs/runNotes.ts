import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runFiles } from '../../spar/log/runFolders';
import { runNotesKey, type NoteStore } from './workingNotes';

/** Most runs of which is remembered that they were begun here. */
const mostKnown = 500;

/**
 * What the editor remembers of runs in this workspace, outside of it: which of them worked when the window went, and
 * which were begun or agreed to here, by the hash of their settings. A folder comes from anywhere, so what its plan
 * says is not what a person here has said.
 */
export class RunNotes {
  constructor(private readonly store: NoteStore) {}

  /** Folders of runs that this window works on, or worked on when it went. */
  working(): readonly string[] {
    return texts(this.notes()['working']);
  }

  async begin(folder: string): Promise<void> {
    await this.update({ working: [...new Set([...this.working(), folder])] });
  }

  async end(folder: string): Promise<void> {
    await this.update({ working: this.working().filter((other) => other !== folder) });
  }

  /** Whether a person here began the run or agreed to it, and its settings are still the same. */
  async isAgreed(folder: string): Promise<boolean> {
    const hash = await hashOf(folder);
    return hash !== null && this.agreed().includes(hash);
  }

  async agree(folder: string): Promise<void> {
    const hash = await hashOf(folder);
    if (hash === null || this.agreed().includes(hash)) return;
    await this.update({ agreed: [...this.agreed(), hash].slice(-mostKnown) });
  }

  private agreed(): readonly string[] {
    return texts(this.notes()['agreed']);
  }

  private notes(): Readonly<Record<string, unknown>> {
    const kept = this.store.get(runNotesKey);
    return typeof kept === 'object' && kept !== null ? { ...kept } : {};
  }

  private async update(notes: Readonly<Record<string, readonly string[]>>): Promise<void> {
    await this.store.update(runNotesKey, { ...this.notes(), ...notes });
  }
}

/** Of a run's place and settings; null where they can't be read. */
async function hashOf(folder: string): Promise<string | null> {
  try {
    const settings = await readFile(join(folder, runFiles.settings));
    return createHash('sha256').update(folder).update('\n').update(settings).digest('hex');
  } catch {
    return null;
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
