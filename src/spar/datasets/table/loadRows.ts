import { setImmediate as nextTurn } from 'node:timers/promises';
import { eachOnce } from '../eachOnce';
import { foldLines, type RecordState } from '../recordState';
import type { AboutLine } from '../schema';
import { release } from './columns';
import { isMeasuredAnew } from './tableState';
import { aboutIn, LineChecksums, linesAbout, readStretches, recordIn } from './lineReads';
import type { ByteRange } from './scan';
import type { TextMeasures } from './recordFacts';
import { standingMeasures } from './standingMeasures';
import { buffersOf } from './segment';
import type { TableRows } from './tableRows';
import { overRanges } from './threads';

export interface LoadOptions {
  readonly file: string;
  /** Where reading ends. */
  readonly end: number;
  readonly signal?: AbortSignal | undefined;
  /** Called after each stretch. */
  readonly onProgress?: ((readBytes: number, totalBytes: number) => void) | undefined;
  /** Wraps whatever changes the rows. */
  readonly change: (work: () => void) => void;
}

/**
 * Reads on from where `rows` ends, and folds what has to be folded.
 *
 * @throws what reading throws; `signal.reason` when aborted.
 */
export async function readOn(rows: TableRows, options: LoadOptions): Promise<void> {
  const { file, end, signal, onProgress, change } = options;
  const ranges = rangesFrom(rows.position, end);
  let isFirst = true;
  const alike = new LineChecksums(file);
  try {
    for await (const result of overRanges({ file, ranges, wishOf: null, signal })) {
      if (result.type === 'segment') {
        change(() => rows.take(result.segment, (line) => alike.of(line)));
        release(buffersOf(result.segment));
      }
      // Room for all, guessed from the first: growing step by step leaves old columns behind.
      if (isFirst) rows.reserve(Math.ceil((1.1 * rows.size * end) / Math.max(1, rows.position)));
      isFirst = false;
      onProgress?.(rows.position, end);
    }
  } finally {
    alike.close();
  }
  await foldOpenRows(rows, options);
}

/** A small range first, so that there is something to show soon. */
export function rangesFrom(start: number, end: number): readonly ByteRange[] {
  const ranges: ByteRange[] = [];
  for (let at = start; at < end;) {
    const size = ranges.length === 0 ? firstBytes : rangeBytes;
    ranges.push({ start: at, end: Math.min(at + size, end), fileEnd: end });
    at += size;
  }
  return ranges;
}

/** What lines about one record come to, however often each is there. */
export function stateOfLines(lines: readonly AboutLine[]): RecordState {
  return foldLines(eachOnce(lines));
}

const firstBytes = 1 << 20;
const rangeBytes = 1 << 20;
const batchRows = 500;
/** Milliseconds: long texts that were corrected take long to be measured, and an editor must answer meanwhile. */
const longestTurn = 20;

async function foldOpenRows(rows: TableRows, options: LoadOptions): Promise<void> {
  const { file, signal } = options;
  const open = Uint32Array.from(rows.unfolded);
  for (let at = 0; at < open.length; at += batchRows) {
    signal?.throwIfAborted();
    await foldBatch(rows, open.subarray(at, at + batchRows), options);
    await nextTurn();
  }
  rows.deletedOrphans = await countDeletedOrphans(rows, file);
}

/** A compacted file keeps the deletion of a record, and not the record. */
async function countDeletedOrphans(rows: TableRows, file: string): Promise<number> {
  let deleted = 0;
  const orphans = [...rows.orphans];
  for (let at = 0; at < orphans.length; at += batchRows) {
    const batch = orphans.slice(at, at + batchRows);
    const places = batch.flatMap(([, abouts]) => abouts.map((about) => rows.aboutPlace(about)));
    const found = await readStretches(file, places);
    let next = 0;
    for (const [id, abouts] of batch) {
      const lines = abouts.map(() => aboutIn(found[next++], id, file));
      if (stateOfLines(lines).deleted) deleted += 1;
    }
  }
  return deleted;
}

async function foldBatch(rows: TableRows, batch: Uint32Array, options: LoadOptions): Promise<void> {
  const { file, signal } = options;
  const lines = await linesAbout(rows, Array.from(batch), file);
  const states = Array.from(batch, (_, index) => stateOfLines(lines[index] ?? []));
  // What was corrected may be corrected no more.
  const measured: { readonly row: number; readonly state: RecordState }[] = [];
  options.change(() => {
    states.forEach((state, index) => {
      const row = batch[index] ?? 0;
      if (rows.isMeasuredAnew(row) || isMeasuredAnew(state)) measured.push({ row, state });
    });
  });
  const records = await readStretches(
    file,
    measured.map(({ row }) => rows.recordPlace(row)),
  );
  const measures: TextMeasures[] = [];
  let since = performance.now();
  for (const [index, { row, state }] of measured.entries()) {
    measures.push(standingMeasures(recordIn(records[index], rows.index.id(row), file), state));
    if (performance.now() - since < longestTurn) continue;
    signal?.throwIfAborted();
    await nextTurn();
    since = performance.now();
  }
  options.change(() => {
    measures.forEach((each, index) => rows.setMeasures(measured[index]?.row ?? 0, each));
    states.forEach((state, index) => rows.setState(batch[index] ?? 0, state));
  });
}
