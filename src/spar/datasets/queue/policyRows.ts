import type { AboutLine } from '../schema';
import { foldLines } from '../recordState';

/** What is asked of a table here. */
export interface DecidedTable {
  id(row: number): string;
  linesAboutEach(ids: readonly string[]): Promise<ReadonlyMap<string, readonly AboutLine[]>>;
}

/**
 * Of accepted rows those that a policy accepted, in the order given. Their lines are read from the disk.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function acceptedByPolicy(
  table: DecidedTable,
  rows: Uint32Array,
  signal?: AbortSignal,
): Promise<Uint32Array> {
  const found: number[] = [];
  for (let at = 0; at < rows.length; at += atOnce) {
    signal?.throwIfAborted();
    const some = [...rows.subarray(at, at + atOnce)].map((row) => ({ row, id: table.id(row) }));
    const lines = await table.linesAboutEach(some.map(({ id }) => id));
    for (const { row, id } of some)
      if (foldLines(lines.get(id) ?? []).decision?.by.kind === 'policy') found.push(row);
  }
  return Uint32Array.from(found);
}

/** Records whose lines are held at a time. */
const atOnce = 2000;
