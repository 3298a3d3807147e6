import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { recordIdOf, type NewRecord } from '../../spar/datasets/newLines';
import { DatasetFile } from '../../spar/datasets/store';
import { toLogError } from '../../spar/log/logError';
import { pairRecord } from '../../spar/search/pairRecord';
import type { SearchTree } from '../../spar/search/tree';

export interface SaveOptions {
  /** Where the response came from: a path, or `-`. */
  readonly file: string;
  /** Accept the pair, by the policy of the gate. */
  readonly accept: boolean;
  /** Gives up the wait for another process that writes the dataset. */
  readonly signal: AbortSignal;
}

export type Saved =
  /** What was done, as a sentence. */
  { readonly ok: true; readonly words: string } | { readonly ok: false; readonly reason: string };

export interface Saving {
  readonly ok: true;
  save(tree: SearchTree, options: SaveOptions): Promise<Saved>;
}

/** Opens a dataset before tokens are spent on what could not be saved. Does not throw. */
export async function prepareSaving(
  path: string,
): Promise<Saving | { readonly ok: false; readonly reason: string }> {
  try {
    const dataset = await DatasetFile.open(path);
    await requireWritable(path);
    const { records, deleted } = dataset.counts();
    if (dataset.problemCount > 0 && records + deleted === 0) {
      return {
        ok: false,
        reason: `“${path}” is another kind of file, not a SPaR dataset. Choose another file for the pair.`,
      };
    }
    return { ok: true, save: (tree, options) => save(dataset, tree, options) };
  } catch (error) {
    return { ok: false, reason: wordsOf(error) };
  }
}

async function save(dataset: DatasetFile, tree: SearchTree, options: SaveOptions): Promise<Saved> {
  const { file, accept, signal } = options;
  const { outcome } = tree;
  if (outcome?.status !== 'accepted' || outcome.best === null) {
    return { ok: false, reason: 'The search found no pair that could be saved.' };
  }
  const record = pairRecord(tree, outcome.best, sourceOf(file));
  const place = `“${dataset.path}”`;
  try {
    await dataset.refresh(signal);
    const known = dataset.state(recordIdOf(record));
    // What a person decided is not for a policy to overrule.
    if (known !== undefined && (known.decision !== null || known.deleted || known.status !== 'pending')) {
      const standing = known.deleted ? 'deleted' : known.status;
      return { ok: true, words: `The pair is in ${place} already, ${standing}; that was left as it is.` };
    }
    const by = {
      kind: 'policy',
      name: `spar refine --accept, value > ${tree.settings?.gate ?? 0.5}`,
    } as const;
    const decision = accept ? ({ status: 'accepted', by } as const) : undefined;
    const { isNew } = await dataset.addRecord(record, decision, signal);
    const standing = accept ? 'accepted' : 'pending';
    return {
      ok: true,
      words: isNew
        ? `Saved the pair to ${place}, ${standing}.`
        : `The pair was in ${place} already; it is ${standing}.`,
    };
  } catch (error) {
    return { ok: false, reason: wordsOf(error) };
  }
}

/** Where the response came from, as a path below this folder; a file elsewhere by its name alone. */
function sourceOf(file: string): NewRecord['source'] {
  if (file === '-') return null;
  const below = relative(process.cwd(), resolve(file));
  const isBelow = below !== '' && !below.startsWith('..') && !isAbsolute(below);
  return { file: isBelow ? below.replaceAll('\\', '/') : basename(file) };
}

/** Throws what an append would meet; a folder that is not there yet will be made in the first one that is. */
async function requireWritable(path: string): Promise<void> {
  for (let place = path; ; place = dirname(place)) {
    try {
      await access(place, constants.W_OK);
      return;
    } catch (error) {
      const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!isMissing || dirname(place) === place) throw toLogError(error, 'write to the dataset', path);
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
