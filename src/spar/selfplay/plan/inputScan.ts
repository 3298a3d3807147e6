import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { toLogError } from '../../log/logError';
import { estimateTokens } from '../../models/usage';
import { instructionText } from '../../refiner/instruction';
import type { InputShape } from '../forecast';
import { inspectInput, type InputLook } from '../intake/inspectInput';
import { CheckedSample } from '../intake/checkedShares';
import type { Mapping } from '../intake/mapping';
import { isBadRow, readItems } from '../intake/readItems';
import type { BadRow } from '../item';
import type { RunPlan } from './runPlan';

export interface ScanOptions {
  readonly input: string;
  readonly columns: Mapping | null;
  /** Most items. */
  readonly limit: number | undefined;
  readonly signal: AbortSignal;
  /** Told now and then how many items were read. */
  readonly onProgress?: (items: number) => void;
}

/** What an input holds. */
export interface InputScan {
  readonly kind: 'usable';
  readonly shape: InputShape;
  /** The first of them. */
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** Columns as they were taken, given or found. */
  readonly columns: Mapping | null;
  readonly sha256: string;
}

/** Why an input can't be used. */
export type InputProblem =
  | { readonly kind: 'empty' }
  /** A person must say which column is which. */
  | { readonly kind: 'unclear'; readonly look: InputLook }
  | { readonly kind: 'unusable'; readonly first: BadRow | null };

/** Another input than the run was begun with. */
export interface ChangedInput {
  readonly kind: 'changed';
}

const shownBadRows = 10;
const toldEach = 1000;

/**
 * Reads an input through, before anything is paid for.
 *
 * @throws LogError for a file that can't be read; `signal.reason`.
 */
export async function scanInput({
  input,
  columns,
  limit,
  signal,
  onProgress,
}: ScanOptions): Promise<InputScan | InputProblem> {
  const look = await inspectInput(input, { signal });
  if (look.rows === 0) return { kind: 'empty' };
  const taken = columns ?? (look.isKnown ? null : look.clear);
  if (columns === null && !look.isKnown && look.clear === null) return { kind: 'unclear', look };
  const badRows: BadRow[] = [];
  const checked = new CheckedSample();
  let [badRowCount, items, answered, answers, asked, answerTokens] = [0, 0, 0, 0, 0, 0];
  const options = {
    signal,
    ...(taken === null ? {} : { mapping: taken }),
    ...(limit === undefined ? {} : { limit }),
  };
  for await (const row of readItems(input, options)) {
    if (isBadRow(row)) {
      badRowCount += 1;
      if (badRows.length < shownBadRows) badRows.push(row);
      continue;
    }
    items += 1;
    if (items % toldEach === 0) onProgress?.(items);
    checked.add(row);
    asked += estimateTokens(instructionText(row.instruction));
    if (row.responses.length === 0) continue;
    answered += 1;
    answers += row.responses.length;
    for (const response of row.responses) answerTokens += estimateTokens(response);
  }
  const shares = checked.shares();
  if (items === 0) return { kind: 'unusable', first: badRows[0] ?? null };
  return {
    kind: 'usable',
    shape: {
      items,
      answered,
      answers,
      instructionTokens: Math.round(asked / items),
      answerTokens: answers === 0 ? null : Math.round(answerTokens / answers),
      ...(shares === undefined ? {} : { checked: shares }),
    },
    badRows,
    badRowCount,
    columns: taken,
    sha256: await sha256Of(input, signal),
  };
}

/** Reads the input of a run that was begun through again. @throws LogError; `signal.reason`. */
export async function scanPlanned(
  { source, limits }: RunPlan,
  signal: AbortSignal,
  onProgress?: ScanOptions['onProgress'],
): Promise<InputScan | InputProblem | ChangedInput> {
  const { path, columns, sha256 } = source.input;
  const scan = await scanInput({
    input: path,
    columns,
    limit: limits.items,
    signal,
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  return scan.kind === 'usable' && scan.sha256 !== sha256 ? { kind: 'changed' } : scan;
}

/** @throws LogError; `signal.reason`. */
export async function sha256Of(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file, { signal })) hash.update(piece as Buffer);
  } catch (error) {
    signal.throwIfAborted();
    throw toLogError(error, 'read the input', file);
  }
  return hash.digest('hex');
}
