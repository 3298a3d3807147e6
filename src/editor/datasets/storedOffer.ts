import { stat } from 'node:fs/promises';
import { datasetNameOf } from '../../spar/datasets/datasetNames';

/** What is remembered between windows; the editor's `Memento` is one. */
export interface Notes {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const told = 'spar.offeredDatasets';

/**
 * Datasets that were kept while no folder was open and that nobody was asked about yet, or that have grown since; they
 * count as asked about from then on. Empty ones are passed over.
 */
export async function unofferedDatasets(files: readonly string[], notes: Notes): Promise<readonly string[]> {
  const known = sizesIn(notes.get(told));
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => null))?.size ?? 0));
  const fresh = files.filter((file, index) => (sizes[index] ?? 0) > (known.get(file) ?? 0));
  if (fresh.length === 0) return [];
  await notes.update(told, Object.fromEntries(files.map((file, index) => [file, sizes[index] ?? 0])));
  return fresh;
}

/** What to ask, and the button that does it. */
export function offerWords(files: readonly string[]): { readonly message: string; readonly label: string } {
  const [first, ...others] = files.map((file) => `“${datasetNameOf(file)}”`);
  const what = others.length === 0 ? `The dataset ${first ?? ''} was` : `${files.length} datasets were`;
  const them = others.length === 0 ? 'It' : 'They';
  return {
    message: `${what} kept in the editor’s storage while no folder was open. ${them} can move into this workspace, where Git and others see the pairs.`,
    label: 'Move into Folder',
  };
}

function sizesIn(value: unknown): ReadonlyMap<string, number> {
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).filter(([, size]) => typeof size === 'number')) as ReadonlyMap<
    string,
    number
  >;
}
