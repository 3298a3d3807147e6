import { open, type FileHandle } from 'node:fs/promises';
import { markFile } from '../../log/fileMark';
import { jsonLine } from '../../log/jsonLine';
import { toLogError } from '../../log/logError';
import { parseDatasetLine } from '../datasetLine';
import { correctedRecord } from '../corrected';
import { foldUpTo } from '../datasetReader';
import type { DatasetFold, RecordPlace } from '../fold';
import { instructionTextOf } from '../instructionText';
import type { RecordState } from '../recordState';
import type { DatasetRecord } from '../schema';
import { cut, segmentsOf } from './segments';
import type { PairDifference, TextField, VersionDifference } from './versionDifference';

export interface CompareOptions {
  /** Pairs that are told with their texts; all are counted. 500 by default. */
  readonly limit?: number;
  readonly signal?: AbortSignal;
  /** Of both files together. */
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
}

/**
 * Compares two versions of a dataset as pairs. Of the texts only those of pairs that differ are read; a file that does
 * not exist has no pairs.
 *
 * @throws LogError; `signal.reason` when aborted.
 */
export async function compareVersions(
  earlier: string,
  later: string,
  options: CompareOptions = {},
): Promise<VersionDifference> {
  const { limit = 500, signal, onProgress } = options;
  const sizes = [(await markFile(earlier))?.end ?? 0, (await markFile(later))?.end ?? 0] as const;
  const total = sizes[0] + sizes[1];
  const before = await readVersion(earlier, sizes[0], {
    signal,
    onProgress: (read) => onProgress?.(read, total),
  });
  const after = await readVersion(later, sizes[1], {
    signal,
    onProgress: (read) => onProgress?.(sizes[0] + read, total),
  });
  const counts = { added: 0, removed: 0, decided: 0, changed: 0, unchanged: 0 };
  const found: Found[] = [];
  const take = (id: string): void => {
    const difference = differenceOf(id, before.fold, after.fold);
    if (difference === null) return;
    const { kind, offset } = difference;
    counts[kind] += 1;
    if (kind !== 'unchanged') found.push({ id, kind, offset });
  };
  for (const id of after.fold.records()) take(id);
  for (const id of before.fold.records()) if (after.fold.place(id) === undefined) take(id);
  found.sort((a, b) => Number(a.kind === 'removed') - Number(b.kind === 'removed') || a.offset - b.offset);
  const files = { earlier: await openIfThere(earlier, sizes[0]), later: await openIfThere(later, sizes[1]) };
  try {
    const pairs: PairDifference[] = [];
    for (const { id, kind } of found.slice(0, limit)) {
      signal?.throwIfAborted();
      pairs.push(
        described(
          { id, kind },
          await pairOf(id, before.fold, files.earlier),
          await pairOf(id, after.fold, files.later),
        ),
      );
    }
    return { counts, pairs, unreadable: { before: before.unreadable, after: after.unreadable } };
  } catch (error) {
    throw toLogError(error, 'compare the versions', later);
  } finally {
    await files.earlier?.close();
    await files.later?.close();
  }
}

interface Found {
  readonly id: string;
  readonly kind: PairDifference['kind'];
  /** In the file that has it. */
  readonly offset: number;
}

async function readVersion(
  file: string,
  end: number,
  options: { readonly signal: AbortSignal | undefined; readonly onProgress: (read: number) => void },
): Promise<{ readonly fold: DatasetFold; readonly unreadable: number }> {
  const { signal, onProgress } = options;
  let unreadable = 0;
  const fold = await foldUpTo(file, end, {
    onProgress,
    onProblem: () => (unreadable += 1),
    ...(signal === undefined ? {} : { signal }),
  });
  return { fold, unreadable };
}

/** Null for a pair that is there in neither. */
function differenceOf(
  id: string,
  before: DatasetFold,
  after: DatasetFold,
): { readonly kind: PairDifference['kind'] | 'unchanged'; readonly offset: number } | null {
  const [earlier, later] = [standing(id, before), standing(id, after)];
  if (later === null) return earlier === null ? null : { kind: 'removed', offset: earlier.place.offset };
  const { offset } = later.place;
  if (earlier === null) return { kind: 'added', offset };
  if (earlier.state.status !== later.state.status) return { kind: 'decided', offset };
  return { kind: contentOf(earlier.state) === contentOf(later.state) ? 'unchanged' : 'changed', offset };
}

/** Null for a pair that is not there, or is deleted. */
function standing(
  id: string,
  fold: DatasetFold,
): { readonly state: RecordState; readonly place: RecordPlace } | null {
  const place = fold.place(id);
  const state = fold.state(id);
  return place === undefined || state === undefined || state.deleted ? null : { place, state };
}

/** Texts that no line corrects are the same wherever the id is: it is their hash. */
function contentOf({ tags, split, instruction, rejected, chosen }: RecordState): string {
  if (
    tags.length === 0 &&
    split === null &&
    instruction === undefined &&
    rejected === undefined &&
    chosen === undefined
  )
    return '';
  return jsonLine([tags, split, instruction ?? null, rejected ?? null, chosen ?? null]);
}

interface PairThen {
  readonly record: DatasetRecord;
  readonly state: RecordState;
}

async function openIfThere(file: string, size: number): Promise<FileHandle | null> {
  return size === 0 ? null : open(file, 'r');
}

async function pairOf(id: string, fold: DatasetFold, file: FileHandle | null): Promise<PairThen | null> {
  const found = standing(id, fold);
  if (found === null || file === null) return null;
  const { offset, length } = found.place;
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, offset);
  const parsed = parseDatasetLine(bytes.toString('utf8', 0, bytesRead).replace(/^\ufeff/u, ''));
  // Null where the file was replaced since: its next comparison tells.
  if (parsed.type !== 'line' || parsed.line.kind !== 'record' || parsed.line.id !== id) return null;
  return { record: correctedRecord(parsed.line, found.state), state: found.state };
}

function described(
  { id, kind }: Pick<Found, 'id' | 'kind'>,
  before: PairThen | null,
  after: PairThen | null,
): PairDifference {
  const shown = (after ?? before)?.record;
  const [old, fresh] = [before?.state.tags ?? [], after?.state.tags ?? []];
  const splits = { before: before?.state.split ?? null, after: after?.state.split ?? null };
  return {
    id,
    kind,
    status: { before: before?.state.status ?? null, after: after?.state.status ?? null },
    tags: {
      added: fresh.filter((tag) => !old.includes(tag)),
      removed: old.filter((tag) => !fresh.includes(tag)),
    },
    split: splits.before === splits.after ? null : splits,
    texts: before === null || after === null ? [] : changedTexts(before.record, after.record),
    instruction: shown === undefined ? '' : cut(instructionTextOf(shown.instruction)),
    pair: shown === undefined ? [] : segmentsOf(shown.rejected, shown.chosen),
  };
}

function changedTexts(before: DatasetRecord, after: DatasetRecord): PairDifference['texts'] {
  const textOf = (record: DatasetRecord, field: TextField): string =>
    field === 'instruction' ? instructionTextOf(record.instruction) : record[field];
  return (['instruction', 'rejected', 'chosen'] as const).flatMap((field) => {
    const [old, fresh] = [textOf(before, field), textOf(after, field)];
    return old === fresh ? [] : [{ field, segments: segmentsOf(old, fresh) }];
  });
}
