import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { parseDatasetLine } from '../../../spar/datasets/datasetLine';
import { readLines } from '../../../spar/log/readLines';
import type { AddedStretch } from '../appendStretch';

/** The file's size; 0 where it is not there. */
export async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/**
 * What was added to a file since it had a size, where it is about these records alone; null where others added
 * something, too, so that it can't be told apart.
 */
export async function importedStretch(
  file: string,
  since: number,
  ids: ReadonlySet<string>,
): Promise<AddedStretch | null> {
  const hash = createHash('sha256');
  let [offset, end, lines] = [-1, since, 0];
  for await (const line of readLines(file, { start: since })) {
    if (line.type !== 'text' || !line.terminated) return null;
    const parsed = parseDatasetLine(line.text);
    if (parsed.type !== 'line') return null;
    if (!ids.has(parsed.line.kind === 'record' ? parsed.line.id : parsed.line.record)) return null;
    if (offset < 0) offset = line.offset;
    hash.update(line.text).update('\n');
    end = line.end;
    lines += 1;
  }
  return lines === 0 ? null : { file, offset, length: end - offset, hash: hash.digest('hex'), lines };
}
