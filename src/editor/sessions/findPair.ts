import { dirname } from 'node:path';
import { holdsRecord } from '../../spar/datasets/holdsRecord';
import { LogError } from '../../spar/log/logError';

/**
 * The dataset that a pair went to from the one that it was saved in, by a new name, a move or a merge.
 *
 * @throws LogError `not-found`, with what to do, where no other dataset has it.
 */
export async function findPair(record: string, dataset: string, others: readonly string[]): Promise<string> {
  // A renamed dataset stays in its folder.
  const near = others.filter((file) => dirname(file) === dirname(dataset));
  for (const file of new Set([...near, ...others])) {
    if (file !== dataset && (await holdsRecord(file, record).catch(() => false))) return file;
  }
  const message = `The decision was not taken back: its pair ${record.slice(0, 8)}… is neither in ${dataset} nor in another dataset of this window. Where the dataset was deleted, run “Restore Deleted Dataset”; where it lies in another folder, open that folder. Then undo the decision again.`;
  throw new LogError({ kind: 'not-found', path: dataset, message });
}
