import { readLineBatches } from '../log/readLines';
import { parseDatasetLine } from './datasetLine';

/**
 * Whether a file has that record's own line, found without taking in the rest. False for a file that is not there.
 *
 * @throws what reading throws; `signal.reason` when aborted.
 */
export async function holdsRecord(
  file: string,
  id: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<boolean> {
  for await (const batch of readLineBatches(file, options)) {
    for (const line of batch) {
      if (line.type === 'damaged' || !line.text.includes(id)) continue;
      const parsed = parseDatasetLine(line.text);
      if (parsed.type === 'line' && parsed.line.kind === 'record' && parsed.line.id === id) return true;
    }
  }
  return false;
}
