import { DatasetFile } from '../../spar/datasets/store';
import { passes, type DatasetFilter } from './filter';

/**
 * The ids of the records that a filter means, in no order that means anything.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function recordsThatPass(
  file: string,
  filter: DatasetFilter,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const dataset = await DatasetFile.open(file, signal === undefined ? {} : { signal });
  return [...dataset.records()].filter((id) => {
    const state = dataset.state(id);
    return state !== undefined && passes(filter, state);
  });
}
