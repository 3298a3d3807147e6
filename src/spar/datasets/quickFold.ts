import { readLineBatches, type LogLine } from '../log/readLines';
import { foldUpTo, readDatasetLine, type FoldOptions, type LineProblem } from './datasetReader';
import { DatasetFold } from './fold';

/**
 * `foldUpTo` for readers that look at each record themselves afterwards: of a record as it is written here only the
 * head is read. Its place is in the fold even where the rest is damaged; then it is for the reader to tell. Where one
 * pair stands twice, which line counts hangs on whether each can be read, so everything is.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function quickFoldUpTo(
  file: string,
  end: number,
  options: FoldOptions = {},
): Promise<DatasetFold> {
  const { signal, onProblem, onProgress } = options;
  const fold = new DatasetFold({ file });
  const problems: LineProblem[] = [];
  for await (const batch of readLineBatches(file, { end, ...(signal === undefined ? {} : { signal }) })) {
    for (const line of batch) {
      const found = headOf(line) ?? readDatasetLine(line);
      if (found.kind === 'problem') {
        if (found.record !== null) fold.addUnknown(found.record);
        problems.push(line.terminated ? found.problem : { ...found.problem, type: 'torn' });
      } else if (found.kind === 'about') fold.addAbout(found.line, found.written);
      else if (!fold.addRecord(found.record)) return foldUpTo(file, end, options);
    }
    onProgress?.(batch.at(-1)?.end ?? 0);
  }
  for (const problem of problems) onProblem?.(problem);
  return fold;
}

const usualHead = /^\{"spar":1,"kind":"record","id":"([0-9a-f]{40})","created":"([^"\\]{1,40})","/u;

/** The record of a line as it is written here, by its head alone; null for any other line, and for a last one without its end. */
function headOf(line: LogLine) {
  if (line.type === 'damaged' || !line.terminated) return null;
  const [, id, created] = usualHead.exec(line.text) ?? [];
  if (id === undefined || created === undefined) return null;
  const { offset, length } = line;
  return {
    kind: 'record' as const,
    record: { id, created, offset, length, checksum: 0 },
  };
}
