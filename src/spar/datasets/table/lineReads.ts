import { closeSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';
import { LogError, toLogError } from '../../log/logError';
import type { Stretch } from '../../log/lineWriter';
import { parseDatasetLine } from '../datasetLine';
import type { AboutLine, DatasetRecord } from '../schema';
import { bodyOf, textOfLine } from './scan';
import { release } from './columns';
import type { TableRows } from './tableRows';

/** Stretches of a file that are nearer than this are read at once, with what lies between. */
const nearBytes = 1 << 15;
const mostBytes = 1 << 20;
const readsAtOnce = 8;

/**
 * The bytes of stretches of a file, in the order asked for, in as few reads as makes sense.
 *
 * @throws LogError, `changed` where the file is shorter by now.
 */
export async function readStretches(file: string, stretches: readonly Stretch[]): Promise<readonly Buffer[]> {
  if (stretches.length === 0) return [];
  try {
    const handle = await open(file, 'r');
    try {
      const found: Buffer[] = [];
      const runs = runsOf(stretches);
      for (let at = 0; at < runs.length; at += readsAtOnce) {
        const reads = runs.slice(at, at + readsAtOnce).map(async (run) => {
          const bytes = Buffer.allocUnsafeSlow(run.length);
          const { bytesRead } = await handle.read(bytes, 0, run.length, run.offset);
          deal(found, { run, stretches, bytes: bytes.subarray(0, bytesRead), file });
        });
        await Promise.all(reads);
      }
      return found;
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toLogError(error, 'read the dataset', file);
  }
}

/** `readStretches` at once, for what has to answer at once. */
export function readStretchesNow(file: string, stretches: readonly Stretch[]): readonly Buffer[] {
  if (stretches.length === 0) return [];
  try {
    const handle = openSync(file, 'r');
    try {
      const found: Buffer[] = [];
      for (const run of runsOf(stretches)) {
        const bytes = Buffer.allocUnsafe(run.length);
        const read = readSync(handle, bytes, 0, run.length, run.offset);
        deal(found, { run, stretches, bytes: bytes.subarray(0, read), file });
      }
      return found;
    } finally {
      closeSync(handle);
    }
  } catch (error) {
    throw toLogError(error, 'read the dataset', file);
  }
}

/**
 * The lines about each of these rows, as they are in the file.
 *
 * @throws LogError, `changed` when other bytes are there by now.
 */
export async function linesAbout(
  rows: TableRows,
  wanted: readonly number[],
  file: string,
): Promise<readonly (readonly AboutLine[])[]> {
  const places = wanted.map((row) => rows.aboutPlaces(row));
  const found = await readStretches(file, places.flat());
  let next = 0;
  const lines = wanted.map((row, index) => {
    const id = rows.index.id(row);
    return (places[index] ?? []).map(() => aboutIn(found[next++], id, file));
  });
  release([...new Set(found.map(({ buffer }) => buffer as ArrayBuffer))]);
  return lines;
}

/** Checksums of lines, read when they are asked for: few lines are ever compared. */
export class LineChecksums {
  private handle: number | null = null;

  constructor(private readonly file: string) {}

  /** @throws LogError, `changed` where the file is shorter by now. */
  of({ offset, length }: Stretch): number {
    try {
      this.handle ??= openSync(this.file, 'r');
      const bytes = Buffer.allocUnsafe(length);
      if (readSync(this.handle, bytes, 0, length, offset) < length) throw changedSince(this.file);
      return crc32(bodyOf(bytes));
    } catch (error) {
      throw toLogError(error, 'read the dataset', this.file);
    }
  }

  close(): void {
    if (this.handle !== null) closeSync(this.handle);
    this.handle = null;
  }
}

/** @throws LogError `changed` when other bytes are there by now. */
export function recordIn(bytes: Buffer | undefined, id: string, file: string): DatasetRecord {
  const line = lineIn(bytes);
  if (line?.kind === 'record' && line.id === id) return line;
  throw changedSince(file);
}

/** @throws LogError `changed` when other bytes are there by now. */
export function aboutIn(bytes: Buffer | undefined, id: string, file: string): AboutLine {
  const line = lineIn(bytes);
  if (line !== null && line.kind !== 'record' && line.record === id) return line;
  throw changedSince(file);
}

function lineIn(bytes: Buffer | undefined) {
  const text = bytes === undefined ? null : textOfLine(bytes);
  const parsed = text === null ? null : parseDatasetLine(text);
  return parsed?.type === 'line' ? parsed.line : null;
}

interface Run extends Stretch {
  /** Indices into the stretches. */
  readonly indices: readonly number[];
}

function runsOf(stretches: readonly Stretch[]): readonly Run[] {
  const order = stretches.map((_, index) => index);
  const offset = (index: number): number => stretches[index]?.offset ?? 0;
  const end = (index: number): number => offset(index) + (stretches[index]?.length ?? 0);
  order.sort((a, b) => offset(a) - offset(b));
  const runs: { offset: number; length: number; indices: number[] }[] = [];
  for (const index of order) {
    const last = runs.at(-1);
    const reach = last === undefined ? 0 : last.offset + last.length;
    const isNear = last !== undefined && offset(index) - reach <= nearBytes;
    if (isNear && end(index) - last.offset <= mostBytes) {
      last.length = Math.max(reach, end(index)) - last.offset;
      last.indices.push(index);
    } else runs.push({ offset: offset(index), length: end(index) - offset(index), indices: [index] });
  }
  return runs;
}

function deal(
  found: Buffer[],
  {
    run,
    stretches,
    bytes,
    file,
  }: {
    readonly run: Run;
    readonly stretches: readonly Stretch[];
    readonly bytes: Buffer;
    readonly file: string;
  },
): void {
  if (bytes.length < run.length) throw changedSince(file);
  for (const index of run.indices) {
    const { offset, length } = stretches[index] ?? run;
    found[index] = bytes.subarray(offset - run.offset, offset - run.offset + length);
  }
}

function changedSince(path: string): LogError {
  const message = `Another program changed ${path} since it was read. Refresh, then try again.`;
  return new LogError({ kind: 'changed', path, message });
}
