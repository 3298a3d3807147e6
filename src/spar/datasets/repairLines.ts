import { open } from 'node:fs/promises';
import { LogError, toLogError } from '../log/logError';
import { changedMeanwhile } from '../log/lineWriter';
import { replaceAtomically, type NewLine, type Replaced } from '../log/replaceAtomically';
import { parseDatasetLine } from './datasetLine';
import type { LineProblem } from './datasetReader';

/** What is to become of a damaged line. */
export interface LineRepair {
  readonly problem: Pick<LineProblem, 'number' | 'offset' | 'length'>;
  /** The line as it should be, without its line end; null cuts it out. */
  readonly text: string | null;
}

/**
 * Replaces or cuts out lines that can't be read, in one step: all of them, or none. All other bytes stay as they are,
 * and what others append meanwhile is kept.
 *
 * @throws LogError: `changed` where a line is no longer there or can be read by now, `unwritable` for a text that is
 * no line of a dataset; `signal.reason` when aborted. The file is left as it was then.
 */
export async function repairLines(
  file: string,
  repairs: readonly LineRepair[],
  signal?: AbortSignal,
): Promise<Replaced> {
  for (const repair of repairs) requireLine(repair, file);
  const inOrder = repairs.toSorted((a, b) => a.problem.offset - b.problem.offset);
  const options = signal === undefined ? {} : { signal };
  return replaceAtomically(file, (size) => repairedLines(file, inOrder, size), options);
}

async function* repairedLines(
  file: string,
  repairs: readonly LineRepair[],
  size: number,
): AsyncGenerator<NewLine, void, void> {
  let position = 0;
  for (const { problem, text } of repairs) {
    const end = await endOfDamaged(file, problem, size);
    if (problem.offset < position) throw changedMeanwhile(file, 'repaired');
    if (problem.offset > position) yield { offset: position, length: problem.offset - position };
    if (text !== null) yield text;
    position = end;
  }
  if (position < size) yield { offset: position, length: size - position };
}

/** Of the byte after the line and its end. */
async function endOfDamaged(file: string, problem: LineRepair['problem'], size: number): Promise<number> {
  const before = Math.min(1, problem.offset);
  const bytes = Buffer.alloc(before + problem.length + 2);
  try {
    const handle = await open(file, 'r');
    try {
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, problem.offset - before);
      const found = bytes.subarray(0, Math.min(bytesRead, size - problem.offset + before));
      const line = found.subarray(before, before + problem.length);
      const rest = found.subarray(before + problem.length).toString('latin1');
      const lineEnd = /^(?:\r?\n|\r?$)/u.exec(rest)?.[0];
      const isWhole = line.length === problem.length && (before === 0 || found[0] === 10);
      const isDamaged = parseDatasetLine(line.toString('utf8').replace(/^\ufeff/u, '')).type === 'damaged';
      if (!isWhole || !isDamaged || lineEnd === undefined || line.includes(10))
        throw changedMeanwhile(file, 'repaired');
      return problem.offset + problem.length + lineEnd.length;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toLogError(error, 'repair the dataset', file);
  }
}

function requireLine({ problem, text }: LineRepair, file: string): void {
  if (text === null) return;
  const parsed = /[\n\r]/u.test(text) ? null : parseDatasetLine(text);
  if (parsed?.type === 'line') return;
  const reason = parsed === null ? 'it holds a line end' : parsed.reason;
  const message = `Line ${problem.number} of ${file} was not replaced: the new text is no line of a dataset (${reason}). Correct it, then try again.`;
  throw new LogError({ kind: 'unwritable', path: file, message });
}
