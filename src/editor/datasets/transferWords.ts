import { datasetNameOf } from '../../spar/datasets/datasetNames';
import type { Transferred } from './transfer';

/** What came of a merge, copy or move, for a person. */
export function transferWords(done: 'merged' | 'copied' | 'moved', transferred: Transferred): string {
  const { from, to, added, newRecords, left } = transferred;
  const [source, target] = [from, to].map((file) => `“${datasetNameOf(file)}”`);
  const what = newRecords === 1 ? '1 new pair' : `${newRecords} new pairs`;
  const lines = added.lines === 1 ? '1 line' : `${added.lines} lines`;
  const start =
    done === 'merged'
      ? `${source} was merged into ${target}`
      : `Records of ${source} were ${done} to ${target}`;
  const result =
    added.lines === 0 ? `${start}, which had every line already.` : `${start}: ${what}, ${lines} added.`;
  if (left.length === 0) return result;
  const numbers = left.slice(0, 5).join(', ') + (left.length > 5 ? ', …' : '');
  const which = left.length === 1 ? `Line ${numbers} is` : `Lines ${numbers} are`;
  return `${result} ${which} no text and stayed in ${source}.`;
}
